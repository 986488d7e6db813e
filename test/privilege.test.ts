// Root and the user behind sudo: what is done as whom, and in which order, on a process that only takes notes.

import { describe, expect, it } from 'vitest';
import { asInvokingUser, childOfInvokingUser, giveUp, type Kernel, NOTHING_NEEDED } from '../src/privilege.ts';

const BY_SUDO = { SUDO_UID: '1000', SUDO_GID: '1001', SUDO_USER: 'someone' };

/** A process of root's, and what was asked of it. */
function root(env: NodeJS.ProcessEnv, canRegain = false): { process: NodeJS.Process; calls: string[] } {
  const calls: string[] = [];
  const note =
    (name: string) =>
    (...args: unknown[]): void => {
      calls.push(`${name}(${args.join(' ')})`);
    };
  let uid = 0;
  const fake = {
    env,
    getuid: () => uid,
    getegid: () => 5,
    getgroups: () => [5, 6],
    initgroups: note('initgroups'),
    setgroups(groups: number[]) {
      if (uid !== 0) throw new Error('EPERM');
      note('setgroups')(groups.join(','));
    },
    setgid: note('setgid'),
    setegid: note('setegid'),
    seteuid: note('seteuid'),
    setuid(wanted: number) {
      if (wanted === 0 && !canRegain) throw new Error('EPERM');
      note('setuid')(wanted);
      uid = wanted;
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
    ['by the number that is nobody', { ...BY_SUDO, SUDO_UID: '4294967295' }],
    ['for the number that is no group', { ...BY_SUDO, SUDO_GID: '4294967295' }],
    ['by a number that no user has', { ...BY_SUDO, SUDO_UID: '99999999999' }],
  ])('%s it just works', (_, env) => {
    const { process, calls } = root(env);
    expect(asInvokingUser(process, () => 42)).toBe(42);
    expect(calls).toEqual([]);
  });
});

describe('childOfInvokingUser', () => {
  it('names ids of 32 bits as Node takes them for programs, which is signed', () => {
    const { process } = root({ ...BY_SUDO, SUDO_UID: '3000000000', SUDO_GID: '4294967294' });
    expect(childOfInvokingUser(process)).toMatchObject({ uid: 3_000_000_000 - 2 ** 32, gid: -2 });
  });
});

const ALL = [1, 8, 12, 13, 21];

/** A kernel with these capabilities that remembers what was asked of it; a stubborn one keeps what it has. */
function kernel(held: readonly number[], calls: string[], stubborn = false): Kernel {
  let now = [...held];
  let refuses = false;
  let bounding: number[] = ALL;
  return {
    capabilitiesHeld: () => now,
    keepCapabilities(numbers) {
      calls.push(`keep(${numbers.join(' ')})`);
      if (!stubborn) now = [...numbers];
    },
    refuseNewPrivileges() {
      calls.push('no_new_privs');
      refuses = !stubborn;
    },
    refusesNewPrivileges: () => refuses,
    programsMayGain: () => bounding,
    limitPrograms(numbers) {
      calls.push(`limit(${numbers.join(' ')})`);
      if (!stubborn) bounding = [...numbers];
    },
  };
}

describe('giveUp', () => {
  it('gives root up for the user who typed sudo, whatever is needed, the user last', () => {
    const { process, calls } = root(BY_SUDO);
    giveUp(process, { asRoot: true, toWriteFiles: true, toPing: false }, kernel([], calls));
    expect(calls).toEqual(['initgroups(someone 1001)', 'setgid(1001)', 'setuid(1000)', 'keep()', 'no_new_privs']);
  });

  it('becomes nobody where root typed it and nothing more needs root', () => {
    const { process, calls } = root({});
    giveUp(process, NOTHING_NEEDED, kernel([], calls));
    expect(calls).toEqual(['setgroups()', 'setgid(65534)', 'setuid(65534)', 'keep()', 'no_new_privs']);
  });

  it('stays root without a capability where its ssh or its files are needed', () => {
    const { process, calls } = root({});
    giveUp(process, { ...NOTHING_NEEDED, asRoot: true }, kernel(ALL, calls));
    expect(calls).toEqual(['keep()', 'no_new_privs']);
  });

  it('keeps the one capability that writing into folders of others takes', () => {
    const { process, calls } = root({});
    giveUp(process, { ...NOTHING_NEEDED, toWriteFiles: true }, kernel(ALL, calls));
    expect(calls).toEqual(['keep(1)', 'no_new_privs']);
  });

  it('does not ask for a capability that a container withholds', () => {
    const { process, calls } = root({});
    giveUp(process, { ...NOTHING_NEEDED, toWriteFiles: true }, kernel([13], calls));
    expect(calls).toEqual(['keep()', 'no_new_privs']);
  });

  it('lets ping have the rights of its file where nothing else can ask', () => {
    const { process, calls } = root(BY_SUDO);
    giveUp(process, { ...NOTHING_NEEDED, toPing: true }, kernel([], calls));
    expect(calls).not.toContain('no_new_privs');
  });

  it('leaves the programs of a root that stays root no right but that of ping', () => {
    const { process, calls } = root({});
    giveUp(process, { asRoot: true, toWriteFiles: false, toPing: true }, kernel(ALL, calls));
    expect(calls).toEqual(['limit(13)', 'keep()']);
    const stubborn = kernel(ALL, [], true);
    const needed = { asRoot: true, toWriteFiles: false, toPing: true };
    expect(() => giveUp(root({}).process, needed, { ...stubborn, capabilitiesHeld: () => [] })).toThrow(
      'programs could gain privileges',
    );
  });

  it('lets no program gain anything in a container that does not let it limit them', () => {
    const { process, calls } = root({});
    giveUp(process, { asRoot: true, toWriteFiles: false, toPing: true }, kernel([13], calls));
    expect(calls).toEqual(['keep()', 'no_new_privs']);
  });

  it('keeps its name in a container that has no nobody', () => {
    const { process, calls } = root({});
    process.setgid = () => {
      throw Object.assign(new Error('setgid'), { code: 'EINVAL' });
    };
    giveUp(process, NOTHING_NEEDED, kernel(ALL, calls));
    expect(calls).toEqual(['setgroups()', 'keep()', 'no_new_privs']);
  });

  it('does not go on where root could be regained', () => {
    expect(() => giveUp(root(BY_SUDO, true).process, NOTHING_NEEDED, kernel([], []))).toThrow('could be regained');
  });

  it('does not go on where a capability is left', () => {
    expect(() => giveUp(root(BY_SUDO).process, NOTHING_NEEDED, kernel([13], [], true))).toThrow(
      'capabilities are left after giving them up: 13',
    );
  });

  it('does not go on where programs could gain privileges', () => {
    expect(() => giveUp(root(BY_SUDO).process, NOTHING_NEEDED, kernel([], [], true))).toThrow('could gain privileges');
  });
});
