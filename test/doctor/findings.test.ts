// What is said of a machine, by what there is on it.

import { describe, expect, test } from 'vitest';
import { examineMachine } from '../../src/doctor/findings.ts';
import { runDoctor } from '../../src/doctor/index.ts';
import { type MachineFacts, readMachine } from '../../src/doctor/machine.ts';

const WELL: MachineFacts = {
  node: '20.19.0',
  isLinux: true,
  hasProc: true,
  isRoot: true,
  canOpenRawSockets: true,
  canPingUnprivileged: false,
  koffiProblem: null,
  rawSocketProblem: null,
  programs: {
    ssh: '/usr/bin/ssh',
    ping: '/usr/bin/ping',
    nft: '/usr/sbin/nft',
    ip: '/usr/sbin/ip',
    getent: '/usr/bin/getent',
    sudo: '/usr/bin/sudo',
  },
  sshVersion: 'OpenSSH_9.9p1',
  openFilesLimit: 1024,
  isUtf8: true,
  distributions: ['debian'],
  defaults: { kind: 'none' },
};
const USER: Partial<MachineFacts> = { isRoot: false, canOpenRawSockets: false };
const without = (...names: readonly (keyof MachineFacts['programs'])[]): Pick<MachineFacts, 'programs'> => ({
  programs: { ...WELL.programs, ...Object.fromEntries(names.map((name) => [name, null])) },
});

describe('netcheck doctor', () => {
  test('has nothing to say of a machine on which everything works', () => {
    expect(examineMachine(WELL).map(({ state, fix }) => [state, fix])).toEqual(
      examineMachine(WELL).map(() => ['ok', null]),
    );
    expect(runDoctor(WELL, { color: false, ascii: false })).toMatchObject({
      isWell: true,
      text: expect.stringMatching(/^Everything can be measured here\.\n/),
    });
  });

  test.each<[name: string, facts: Partial<MachineFacts>, state: string, what: RegExp, fix: string | null]>([
    ['an old Node', { node: '20.18.1' }, 'missing', /Node\.js/, 'install Node.js 20.19 or newer'],
    ['no /proc', { hasProc: false }, 'missing', /system/, 'mount -t proc proc /proc'],
    ['no Linux', { isLinux: false }, 'missing', /system/, null],
    ['no koffi', { koffiProblem: 'Cannot find module' }, 'missing', /idle timeouts/, null],
    ['a user', USER, 'missing', /duplicate addresses/, 'sudo netcheck --dup-ip …'],
    ['a user without sudo', { ...USER, ...without('sudo') }, 'missing', /duplicate addresses/, 'run it as root'],
    ['no nft', without('nft'), 'limited', /proof/, 'sudo apt-get install nftables'],
    ['no ssh', { ...without('ssh'), distributions: ['fedora'] }, 'missing', /SSH/, 'sudo dnf install openssh-clients'],
    ['no ping', { ...USER, ...without('ping'), distributions: ['alpine'] }, 'missing', /echo/, 'apk add iputils-ping'],
    [
      'no raw-socket',
      { rawSocketProblem: 'Cannot find module' },
      'limited',
      /paths/,
      // What the registry has under the name of this program is another one.
      expect.stringMatching(/compiler.* \.\/netcheck-<version>\.tgz/) as unknown as string,
    ],
    ['few files', { openFilesLimit: 64 }, 'limited', /idle timeouts/, 'ulimit -n 1024'],
    ['an unknown system', { ...without('ip'), distributions: ['plan9'] }, 'limited', /demo/, 'install the program ip'],
    ['a C locale', { isUtf8: false }, 'limited', /characters/, 'export LC_ALL=C.UTF-8'],
  ])('%s: what that costs, and what to type', (_, facts, state, what, fix) => {
    const found = examineMachine({ ...WELL, ...facts }).filter((finding) => finding.state !== 'ok');
    expect(found).toContainEqual(expect.objectContaining({ state, what: expect.stringMatching(what), fix }));
    expect(runDoctor({ ...WELL, ...facts }, { color: false, ascii: false }).isWell).toBe(false);
  });

  test.each<[Partial<MachineFacts>, RegExp]>([
    [{}, /raw sockets/],
    [{ ...USER, canPingUnprivileged: true, ...without('ping') }, /ICMP sockets of the kernel, without root/],
    [USER, /by the system's ping, without root/],
  ])('says how echo requests are sent (%#)', (facts, says) => {
    const echo = examineMachine({ ...WELL, ...facts }).find(({ what }) => /echo/.test(what));
    expect(echo).toMatchObject({ state: 'ok', says: expect.stringMatching(says) });
  });

  test('reads the machine that it runs on', () => {
    const facts = readMachine(process, { kind: 'none' });
    expect(facts).toMatchObject({ node: process.versions.node, isLinux: true, koffiProblem: null });
    expect(facts.openFilesLimit).toBeGreaterThan(0);
    expect(facts.distributions.length).toBeGreaterThan(0);
  });
});
