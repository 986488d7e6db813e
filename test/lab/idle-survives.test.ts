// What a measurement goes through without a wrong word: an interface that goes down and up, and too few file descriptors.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type CommandResult, natPath } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { labUnavailable, only, PROGRAM, startNetcheck, verdicts } from '../support/lab-run.ts';

const T = 9;
const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SCAN = fileURLToPath(new URL('../../dist/scan-command.js', import.meta.url));
const DRY_RUN = ['--idle-timeout', '10.78.3.2:7022', '--dry-run'];
const DESCRIPTORS = 30;
/** Node itself needs more of them to load the program than the program does: they are taken away in between. */
const WITH_FEW_DESCRIPTORS = `
  import { execFileSync } from 'node:child_process';
  const { main } = await import(${JSON.stringify(MAIN)});
  // What a scan needs is loaded when it is asked for.
  await import(${JSON.stringify(SCAN)});
  execFileSync('prlimit', ['--pid', String(process.pid), '--nofile=${DESCRIPTORS}']);
  process.exitCode = await main(process.argv, process);`;

describe.skipIf(labUnavailable()).concurrent('--idle-timeout survives', () => {
  test('too few file descriptors to load the program: one line, and it is no finding', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    const run = (descriptors: number): Promise<CommandResult> =>
      lab.hosts.client.run('prlimit', [`--nofile=${descriptors}`, process.execPath, PROGRAM, ...DRY_RUN]);
    // Of the newer Nodes it is only just fewer than Node itself needs to begin.
    let last = await run(40);
    for (let descriptors = 30; last.exitCode === 0; descriptors--) last = await run(descriptors);
    const { stdout, stderr, exitCode } = last;
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 3 });
    expect(stderr).toMatch(/^netcheck: too few files may be open .+ulimit -n 1024\n$/);
  });

  test('an interface that goes down and up: what it took along says nothing, and the timeout is found', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    const { client } = lab.hosts;
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const running = startNetcheck(client, ['--idle-timeout', target, '--max-idle', '40s']);
    await running.says(/alive at 2/);
    const ip = async (...args: string[]) => expect(await client.run('ip', args)).toMatchObject({ exitCode: 0 });
    await ip('link', 'set', 'eth0', 'down');
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await ip('link', 'set', 'eth0', 'up');
    // The kernel forgot the route with the link; whoever manages the network gives it back.
    await ip('route', 'add', 'default', 'via', lab.addresses.router);
    const { report } = await running.ended;
    const idle = only(report, 'idle-timeout');
    expect(idle.control.outages.length).toBeGreaterThan(0);
    expect(idle.probes.map(({ outcome }) => outcome)).toContain('inconclusive');
    expect(['confirmed', 'likely']).toContain(verdicts(report)[`idle-timeout ${target}`]);
    expect(idle.survivedSeconds).toBeLessThan(T + 0.5);
    expect(idle.expiredSeconds).toBeGreaterThan(T - 0.5);
  });

  test('too few file descriptors: fewer idle times are asked about, and the report says why', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const args = ['netcheck', '--idle-timeout', target, '--max-idle', '20s', '--json'];
    const { stdout, stderr } = await lab.hosts.client.run(
      process.execPath,
      ['--input-type=module', '-e', WITH_FEW_DESCRIPTORS, ...args],
      { timeoutMs: 120_000 },
    );
    expect(stderr).toBe('');
    const report = JSON.parse(stdout) as Report;
    const idle = only(report, 'idle-timeout');
    expect(idle.connectionsFailed).toBeGreaterThan(0);
    expect(idle.connectionFailures).toEqual([{ reason: 'local', code: 'EMFILE', count: idle.connectionsFailed }]);
    expect(idle.onExpiry).toBe('silent-drop');
    expect(idle.survivedSeconds ?? 0).toBeLessThan(T + 0.5);
    expect(idle.expiredSeconds).toBeGreaterThan(T - 0.5);
  });
});
