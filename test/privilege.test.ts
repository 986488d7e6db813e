// Root and the user behind sudo: what is done as whom, and in which order, on a process that only takes notes.

import { describe, expect, it } from 'vitest';
import { asInvokingUser, becomeInvokingUser } from '../src/privilege.ts';

const BY_SUDO = { SUDO_UID: '1000', SUDO_GID: '1001', SUDO_USER: 'someone' };

/** A process of root's, and what was asked of it. */
function root(env: NodeJS.ProcessEnv, canRegain = false): { process: NodeJS.Process; calls: string[] } {
  const calls: string[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void => {
      calls.push(`${name}(${args.join(' ')})`);
    };
  const fake = {
    env,
    getuid: () => 0,
    getegid: () => 5,
    getgroups: () => [5, 6],
    initgroups: note('initgroups'),
    setgroups: note('setgroups'),
    setgid: note('setgid'),
    setegid: note('setegid'),
    seteuid: note('seteuid'),
    setuid(uid: number) {
      if (uid === 0 && !canRegain) throw new Error('EPERM');
      note('setuid')(uid);
    },
  };
  return { process: fake as unknown as NodeJS.Process, calls };
}

describe('asInvokingUser', () => {
  const AS_SOMEONE = ['initgroups(someone 1001)', 'setegid(1001)', 'seteuid(1000)'];
  const AS_ROOT_AGAIN = ['seteuid(0)', 'setegid(5)', 'setgroups(5,6)'];

  it('works as the user, groups included, and is root again afterwards', () => {
    const { process, calls } = root(BY_SUDO);
    const result = asInvokingUser(process, () => {
      calls.push('work');
      return 42;
    });
    expect(result).toBe(42);
    expect(calls).toEqual([...AS_SOMEONE, 'work', ...AS_ROOT_AGAIN]);
  });

  it('is root again after a failure too', () => {
    const { process, calls } = root(BY_SUDO);
    const work = (): never => {
      throw new Error('no such file');
    };
    expect(() => asInvokingUser(process, work)).toThrow('no such file');
    expect(calls).toEqual([...AS_SOMEONE, ...AS_ROOT_AGAIN]);
  });

  it.each<[string, NodeJS.ProcessEnv]>([
    ['without sudo', {}],
    ['by root itself', { ...BY_SUDO, SUDO_UID: '0' }],
    ['by somebody without a name', { SUDO_UID: '1000', SUDO_GID: '1001' }],
    ['by what is no number', { ...BY_SUDO, SUDO_UID: 'x' }],
  ])('%s it just works', (_, env) => {
    const { process, calls } = root(env);
    expect(asInvokingUser(process, () => 42)).toBe(42);
    expect(calls).toEqual([]);
  });
});

describe('becomeInvokingUser', () => {
  it('gives root up for good, the user last', () => {
    const { process, calls } = root(BY_SUDO);
    becomeInvokingUser(process);
    expect(calls).toEqual(['initgroups(someone 1001)', 'setgid(1001)', 'setuid(1000)']);
  });

  it('does not go on where root could be regained', () => {
    expect(() => becomeInvokingUser(root(BY_SUDO, true).process)).toThrow('could be regained');
  });

  it('has nothing to give up without sudo', () => {
    const { process, calls } = root({});
    becomeInvokingUser(process);
    expect(calls).toEqual([]);
  });
});
