// Which of several causes ended a session, by the moment in which it ended.

import { describe, expect, test } from 'vitest';
import type { Cause } from '../../src/diagnose/cause.ts';
import { byMoment } from '../../src/diagnose/moments.ts';

const found = (...causes: readonly (Cause['cause'] | Pick<Cause, 'cause' | 'moments'>)[]): unknown =>
  byMoment(causes.map((each) => (typeof each === 'string' ? { cause: each } : each))).map(({ moment, causes: of }) => [
    moment,
    ...of.map(({ cause }) => cause),
  ]);

describe('several causes', () => {
  test('are told apart where they end sessions in different moments', () => {
    expect(found('idle-timeout', 'duplicate-ip')).toEqual([
      ['in-use', 'duplicate-ip'],
      ['after-pause', 'idle-timeout'],
    ]);
    expect(found('packet-loss', 'server-closes-idle', 'unreachable')).toEqual([
      ['no-session', 'unreachable'],
      ['in-use', 'packet-loss'],
      ['after-pause', 'server-closes-idle'],
    ]);
  });

  test('of the same moment are not', () => {
    expect(found('duplicate-ip', 'packet-loss')).toEqual([]);
    expect(found('idle-timeout')).toEqual([]);
  });

  test('one cause alone may show in two moments, which is no question of which', () => {
    expect(found('keepalive-too-strict')).toEqual([]);
  });

  test('what a cause does here counts more than what it usually does', () => {
    // A session that ssh keeps awake is not ended by the path.
    expect(found({ cause: 'idle-timeout', moments: [] }, 'duplicate-ip')).toEqual([]);
    expect(found({ cause: 'sshd-settings', moments: ['at-login'] }, 'idle-timeout')).toEqual([
      ['at-login', 'sshd-settings'],
      ['after-pause', 'idle-timeout'],
    ]);
  });
});
