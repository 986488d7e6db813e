// Who netcheck is while it reads what the network sends: looked up in /proc by somebody else, on a real kernel.

import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { duplicateLan, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import {
  commandLine,
  labUnavailable,
  NOBODY,
  only,
  PROGRAM,
  SUDO_BY_NOBODY,
  startNetcheck,
  verdicts,
} from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const ROOT = 0;
const CAP_DAC_OVERRIDE = 1n << 1n;
const CAP_NET_RAW = 1n << 13n;
/** Answers ARP, echoes and port 22 in the quiet LAN; in the other one two machines have it. */
const TARGET = '10.77.0.5';
const HONEST = '10.77.0.9';

/** What /proc says of one thread. */
interface Rights {
  /** Real, effective, saved, filesystem. */
  readonly uids: readonly number[];
  readonly gids: readonly number[];
  readonly groups: readonly number[];
  /** Inheritable, permitted, effective and ambient, together. */
  readonly capabilities: bigint;
  readonly noNewPrivileges: boolean;
}

function rightsOf(pid: number, thread: number): Rights {
  const status = readFileSync(`/proc/${pid}/task/${thread}/status`, 'utf8');
  const field = (name: string): string => new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(status)?.[1] ?? '';
  const numbers = (name: string): number[] => field(name).split(/\s+/).filter(Boolean).map(Number);
  const capabilities = ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'].map((name) => BigInt(`0x${field(name)}`));
  return {
    uids: numbers('Uid'),
    gids: numbers('Gid'),
    groups: numbers('Groups'),
    capabilities: capabilities.reduce((all, each) => all | each),
    noNewPrivileges: field('NoNewPrivs') === '1',
  };
}

/** Of every thread, the main one first. */
function allRightsOf(pid: number): Rights[] {
  const threads = readdirSync(`/proc/${pid}/task`).map(Number);
  return threads.sort((a, b) => a - b).map((thread) => rightsOf(pid, thread));
}

/** Whoever reads what the network sends: this user four times, without a group or capability that this user has not. */
function expectRights(pid: number, id: number, groups: readonly number[]): void {
  const [main, ...others] = allRightsOf(pid);
  const nothing = { uids: [id, id, id, id], gids: [id, id, id, id], groups, capabilities: 0n };
  expect(main).toEqual({ ...nothing, noNewPrivileges: true });
  expect(others.length).toBeGreaterThan(3);
  for (const thread of others) expect(thread).toMatchObject(nothing);
}

describe.skipIf(labUnavailable()).concurrent('while a check runs', () => {
  test.each<[name: string, args: string[], exitCode: number]>([
    ['ARP', ['--dup-ip', TARGET, '--wait', '3s'], 0],
    // Silence is no answer.
    ['listening', ['--listen', '3s'], 3],
    ['echoes', ['--ping', TARGET, '--count', '15'], 0],
    ['a path', ['--path', `${TARGET}:22`, '--count', '30'], 0],
    ['an idle timeout', ['--idle-timeout', `${TARGET}:22`, '--max-idle', '3s'], 0],
  ])('(%s) root is nobody, and who typed sudo is themselves, in every thread', async (_, args, expected) => {
    await using lab = await quietLan();
    const runs = [
      { env: process.env, groups: [] },
      { env: SUDO_BY_NOBODY, groups: [NOBODY] },
    ].map(async ({ env, groups }) => {
      const running = startNetcheck(lab.hosts.scanner, args, env);
      await running.says(/started/);
      expectRights(running.child.pid as number, NOBODY, groups);
      expect((await running.ended).exitCode).toBe(expected);
    });
    await Promise.all(runs);
  });

  test('root that has a file to write stays root, with the right to write it and no other', async () => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    const file = join(folder.path, 'report.json');
    // Nobody but root may write here; and root only by the capability that it keeps.
    chmodSync(folder.path, 0o700);
    const args = ['--ping', TARGET, '--count', '10', '--save', file];
    const running = startNetcheck(lab.hosts.scanner, args);
    await running.says(/started/);
    const [main] = allRightsOf(running.child.pid as number);
    expect(main).toMatchObject({
      uids: [ROOT, ROOT, ROOT, ROOT],
      capabilities: CAP_DAC_OVERRIDE,
      noNewPrivileges: true,
    });
    expect((await running.ended).exitCode).toBe(0);
    expect(statSync(file).uid).toBe(ROOT);
  });

  test('root that stays root and has to run ping leaves programs the one right that ping needs', async () => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    const args = ['--path', TARGET, '--count', '20', '--save', join(folder.path, 'report.json')];
    const without = fileURLToPath(new URL('../support/without-raw-socket.cjs', import.meta.url));
    const env = { ...process.env, NODE_OPTIONS: `--require ${without}` };
    const running = startNetcheck(lab.hosts.scanner, args, env);
    await running.says(/started/);
    const pid = running.child.pid as number;
    const [, mayGain = ''] = /^CapBnd:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    expect(BigInt(`0x${mayGain}`)).toBe(CAP_NET_RAW);
    expect(rightsOf(pid, pid)).toMatchObject({ uids: [ROOT, ROOT, ROOT, ROOT], capabilities: CAP_DAC_OVERRIDE });
    const { report, exitCode } = await running.ended;
    expect(only(report, 'path')).toMatchObject({ method: 'system-ping', reached: true });
    expect(exitCode).toBe(0);
  });

  test('the partner that serves is nobody before anybody can connect', async () => {
    await using lab = await quietLan();
    const child = lab.hosts.a.spawn(process.execPath, [PROGRAM, 'serve', '--listen', '7022'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    await until(() => said.includes('Listening'));
    expectRights(child.pid as number, NOBODY, []);
    child.kill('SIGINT');
  });
});

describe.skipIf(labUnavailable()).concurrent('without sudo', () => {
  const asUser = (...before: string[]): string[] => [
    'setpriv',
    `--reuid=${NOBODY}`,
    `--regid=${NOBODY}`,
    '--clear-groups',
    ...before,
  ];

  test.each<[string, (folder: string) => string[]]>([
    [
      'file capabilities are enough for ARP, echoes and paths, and are given up',
      (folder) => {
        const node = join(folder, 'node');
        copyFileSync(process.execPath, node);
        chmodSync(node, 0o755);
        return ['sh', '-c', 'setcap cap_net_raw,cap_net_admin+ep "$0" && exec "$@"', node, ...asUser(), node];
      },
    ],
    [
      'ambient capabilities of a service manager do the same',
      () => [...asUser('--inh-caps=+net_raw,+net_admin', '--ambient-caps=+net_raw,+net_admin'), process.execPath],
    ],
  ])('%s', async (_, lineIn) => {
    await using lab = await duplicateLan();
    using folder = temporaryFolder();
    const line = [...lineIn(folder.path), PROGRAM];
    const runs = (
      [
        [['--dup-ip', TARGET], `duplicate-ip ${TARGET}`, 'confirmed'],
        [['--ping', HONEST, '--count', '15'], `unreachable ${HONEST}`, 'ruled-out'],
        [['--path', HONEST, '--count', '15'], `path-mtu ${HONEST}`, 'ruled-out'],
      ] as const
    ).map(async ([args, subject, verdict]) => {
      const child = lab.hosts.scanner.spawn(line[0] as string, [...line.slice(1), ...args, '--json'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr?.on('data', (chunk) => {
        stderr += chunk;
      });
      const closed = once(child, 'close');
      const pid = child.pid as number;
      await until(() => rightsOf(pid, pid).noNewPrivileges);
      expect(rightsOf(pid, pid)).toMatchObject({ uids: [NOBODY, NOBODY, NOBODY, NOBODY], capabilities: 0n });
      await closed;
      expect({ args, stderr }).toEqual({ args, stderr: '' });
      expect(verdicts(JSON.parse(stdout))[subject]).toBe(verdict);
    });
    await Promise.all(runs);
  });

  test('CAP_NET_RAW alone finds the duplicate, proves nothing, and says why', async () => {
    await using lab = await duplicateLan();
    const line = [...asUser('--inh-caps=+net_raw', '--ambient-caps=+net_raw'), process.execPath, PROGRAM];
    const args = [...line.slice(1), '--dup-ip', TARGET, '--json'];
    const { stdout, exitCode } = await lab.hosts.scanner.run(line[0] as string, args, { timeoutMs: 30_000 });
    const report = JSON.parse(stdout) as Report;
    expect(verdicts(report)[`duplicate-ip ${TARGET}`]).toBe('likely');
    expect(only(report, 'skipped')).toMatchObject({ check: 'dup-ip', hint: expect.stringContaining('CAP_NET_ADMIN') });
    expect(exitCode).toBe(1);
  });

  test.each([
    ['root', process.env],
    ['sudo', SUDO_BY_NOBODY],
  ])('an installation that only root can enter does all the same (%s)', async (_, env) => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    const inside = join(folder.path, 'netcheck');
    mkdirSync(inside);
    chmodSync(folder.path, 0o700);
    // In a mount namespace of its own, which is gone with the program.
    const script = 'mount --bind "$1" "$2" && shift 2 && exec "$@"';
    const project = dirname(dirname(PROGRAM));
    const program = [process.execPath, join(inside, 'bin/netcheck.js')];
    const log = join(folder.path, 'auth.log');
    writeFileSync(log, 'Nov 27 10:00:00 h sshd[1]: Accepted publickey for x from 10.0.0.1 port 5 ssh2\n');
    const runs = [
      ['--dup-ip', TARGET, '-v'],
      ['--ping', TARGET, '--count', '2'],
      ['--path', `${TARGET}:22`, '--json'],
      ['--idle-timeout', `${TARGET}:22`, '--max-idle', '2s'],
      ['explain', 'Write failed: Broken pipe'],
      ['explain', '--log', log],
      ['explain', 'idle-timeout'],
    ].map(async (args) => {
      const line = ['-m', 'sh', '-c', script, 'sh', project, inside, ...program, ...args];
      const { stderr, exitCode } = await lab.hosts.scanner.run('unshare', line, { env, timeoutMs: 50_000 });
      const complaint = /netcheck: .*/.exec(stderr)?.[0] ?? null;
      expect({ args, exitCode, complaint }).toEqual({ args, exitCode: 0, complaint: null });
    });
    await Promise.all(runs);
  });
});

/** A program that writes down with which environment it was started, and ends. */
function recorder(folder: string, name: string): string {
  writeFileSync(join(folder, name), `#!/bin/sh\n/usr/bin/env > ${folder}/${name}.env\nexit 1\n`, { mode: 0o755 });
  return join(folder, `${name}.env`);
}

describe.skipIf(labUnavailable())('programs that are started', () => {
  test('are given a short list of the environment', async () => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    const files = ['ssh', 'ping'].map((name) => recorder(folder.path, name));
    const env = {
      ...process.env,
      SECRET_TOKEN: 'x',
      BASH_ENV: '/nowhere',
      NODE_OPTIONS: '--no-warnings',
      LC_TIME: 'C',
    };
    const line = commandLine(['--ping', TARGET], 'user');
    // The lab sets PATH for itself, so it is changed last.
    const path = `PATH=${folder.path}:${process.env.PATH}`;
    const { exitCode } = await lab.hosts.scanner.run('env', [path, ...line.flat()], { env, timeoutMs: 30_000 });
    expect(exitCode).toBe(3);
    for (const file of files) {
      const names = readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((each) => /^(\w+)=/.exec(each)?.[1] ?? []);
      expect(names).toContain('PATH');
      expect(names).toContain('LC_TIME');
      expect(names.filter((name) => /SECRET|BASH_ENV|NODE|VITEST|CI$/.test(name))).toEqual([]);
    }
  });
});
