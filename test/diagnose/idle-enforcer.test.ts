// What the idle-timeout rule makes of the hop that forgets and of the keepalive that was tried.

import { describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { causeOf, HOST, idle } from './seen.ts';

const forgotten = idle({ survivedSeconds: 299, expiredSeconds: 301, onExpiry: 'silent-drop', deaths: 2 });

function enforcer(some: Partial<EvidenceOf<'idle-enforcer'>> = {}): EvidenceOf<'idle-enforcer'> {
  return {
    id: 'hop-1',
    kind: 'idle-enforcer',
    host: HOST,
    peerAddress: HOST,
    port: 443,
    hop: 2,
    address: '10.2.0.2',
    heldSeconds: 303,
    perHop: [],
    ...some,
  };
}

function trial(some: Partial<EvidenceOf<'keepalive-trial'>> = {}): EvidenceOf<'keepalive-trial'> {
  const where = { host: HOST, address: HOST, port: 443 };
  const what = { intervalSeconds: 98, lastedSeconds: 332, outcome: 'alive' } as const;
  return { id: 'fix-1', kind: 'keepalive-trial', ...where, ...what, ...some };
}

describe('the hop that forgets', () => {
  test.each([
    { seen: enforcer(), says: /^Hop 2 \(10\.2\.0\.2\) on the path to 10\.0\.0\.5:443 forgets/ },
    { seen: enforcer({ address: null }), says: /^Hop 2 \(which does not tell its address\) on the path/ },
    {
      seen: enforcer({ hop: 5, address: HOST }),
      says: /^Hop 5 \(the host itself: its own firewall, or a box on the way that counts only what is answered\) on the path/,
    },
  ])('is named: $says', ({ seen, says }) => {
    const cause = causeOf('idle-timeout', forgotten, seen);
    expect(cause.because).toEqual(['idle-1', 'hop-1']);
    expect(cause.summary).toMatch(says);
    expect(cause.advice.join('\n')).toMatch(/the TCP idle timeout of hop \d/);
  });

  test.each([
    { why: 'nothing could be told', seen: enforcer({ hop: null, address: null }) },
    { why: 'it is of another port', seen: enforcer({ port: 22 }) },
  ])('is not named when $why', ({ seen }) => {
    const cause = causeOf('idle-timeout', forgotten, seen);
    expect(cause.because).toEqual(['idle-1']);
    expect(cause.summary).toMatch(/^Something on the path/);
  });

  test('is named where both directions may have the same timeout, and not where inbound has a shorter one', () => {
    const inbound = (survivedSeconds: number, expiredSeconds: number) =>
      idle({ id: 'idle-2', direction: 'inbound', survivedSeconds, expiredSeconds, onExpiry: 'silent-drop', deaths: 2 });
    const same = causeOf('idle-timeout', forgotten, inbound(290, 300), enforcer(), trial());
    expect(same.because).toEqual(['idle-1', 'idle-2', 'hop-1', 'fix-1']);
    expect(same.summary).toMatch(/^Hop 2 .*; when the far side speaks first, after 290 to 300 s\. Consistent/);
    const shorter = causeOf('idle-timeout', forgotten, inbound(59, 61), enforcer(), trial());
    expect(shorter.because).toEqual(['idle-2', 'idle-1']);
    expect(shorter.summary).toMatch(/^Something on the path/);
    expect(shorter.advice.join('\n')).toContain('ServerAliveInterval 19\n');
  });

  test('is not chosen between two that contradict each other', () => {
    const cause = causeOf('idle-timeout', forgotten, enforcer(), enforcer({ id: 'hop-2', hop: 3 }));
    expect(cause.summary).toMatch(/^Something on the path/);
  });
});

describe('the keepalive that was tried', () => {
  test('is the one that is advised', () => {
    const cause = causeOf('idle-timeout', forgotten, trial());
    const advice = cause.advice.join('\n');
    expect(cause.because).toEqual(['idle-1', 'fix-1']);
    expect(advice).toContain('ServerAliveInterval 98\n');
    expect(advice).not.toContain('99');
    expect(advice).toContain('a connection with a keepalive every 98 s lived through 332 s');
  });

  test.each([
    { why: 'died', seen: trial({ outcome: 'silent-drop' }) },
    { why: 'did not last as long as the timeout', seen: trial({ lastedSeconds: 200 }) },
    { why: 'is of another port', seen: trial({ port: 22 }) },
  ])('is not quoted when it $why', ({ seen }) => {
    const cause = causeOf('idle-timeout', forgotten, seen);
    expect(cause.because).toEqual(['idle-1']);
    expect(cause.advice.join('\n')).toContain('ServerAliveInterval 99\n');
  });
});
