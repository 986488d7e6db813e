// Signals in the middle of a check give the report of what is known by then, with 130; twice, the end at once. No half file stays.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { natPath, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { accused } from '../support/faults.ts';
import { labUnavailable, PROGRAM, startNetcheck } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const SERVER = '10.78.3.2';

describe.skipIf(labUnavailable()).concurrent('a signal', () => {
  test.each(SIGNALS)('%s in the middle of every check: what is known by then, in files too', async (signal) => {
    using folder = temporaryFolder();
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const files = ['--save', join(folder.path, 'run.json'), '--pcap', join(folder.path, 'run.pcap')];
    const checks = ['--dup-ip', '10.78.1.0/24', '--ping', SERVER, '--path', SERVER, '--count', '500'];
    const idle = ['--idle-timeout', `${SERVER}:7022`, '--max-idle', '60s', '--rate', '100'];
    const running = startNetcheck(lab.hosts.client, [...checks, ...idle, ...files]);
    await running.says(/alive at 2/);
    running.child.kill(signal);
    const { report, exitCode } = await running.ended;
    expect(exitCode).toBe(130);
    expect(report.interrupted).toBe(true);
    expect(new Set(report.evidence.map(({ kind }) => kind))).toEqual(
      new Set([
        'arp-sweep',
        'arp-claims',
        'echo',
        'path',
        'path-mtu',
        'dscp-comparison',
        'tcp-connect',
        'idle-timeout',
        ...OF_MACHINE,
      ]),
    );
    expect(accused(report)).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder.path, 'run.json'), 'utf8'))).toEqual(report);
    expect(readdirSync(folder.path).sort()).toEqual(['run.json', 'run.pcap']);
  });

  test('twice ends it at once, and takes what it had begun to write away', async () => {
    using folder = temporaryFolder();
    await using lab = await quietLan();
    const pcap = ['--pcap', join(folder.path, 'run.pcap')];
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.5', '--wait', '60s', ...pcap]);
    running.ended.catch(() => {});
    await running.says(/probes sent/);
    expect(readdirSync(folder.path)).toEqual([expect.stringContaining(`.run.pcap.${running.child.pid}.`)]);
    // Stopped, it meets both at the same time, and has none to end by itself in between.
    running.child.kill('SIGSTOP');
    running.child.kill('SIGINT');
    running.child.kill('SIGTERM');
    running.child.kill('SIGCONT');
    expect(await exitOf(running.child)).toBe(130);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('SIGHUP because the terminal is gone: the report is saved, though nobody can read it', async () => {
    using folder = temporaryFolder();
    await using lab = await quietLan();
    const saved = join(folder.path, 'run.json');
    const line = `${process.execPath} ${PROGRAM} --dup-ip 10.77.0.5 --wait 60s --save ${saved}`;
    const terminal = lab.hosts.scanner.spawn('script', ['-qefc', line, '/dev/null'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let shown = '';
    terminal.stdout?.on('data', (chunk: Buffer) => {
      shown += chunk;
    });
    await until(async () => shown.includes('probes sent'));
    terminal.kill('SIGKILL');
    await until(async () => readdirSync(folder.path).includes('run.json'));
    const report = JSON.parse(readFileSync(saved, 'utf8')) as Report;
    expect(report).toMatchObject({ interrupted: true });
    expect(report.evidence.map(({ kind }) => kind)).toContain('arp-claims');
  });
});

describe.skipIf(labUnavailable()).concurrent('nobody reads', () => {
  const CHECK = '--dup-ip 10.77.0.5 --wait 0.3s';

  test.each([
    ['stdout after one line', '| head -1 >&2', /^No cause found in what was checked\.\n$/],
    ['stdout at all', '>&-', /^$/],
    ['stderr at all', '2>&- >/dev/null', /^$/],
    ['either', '>&- 2>&-', /^$/],
    ['a log that is piped away', '--json -v >/dev/null 2> >(head -1 >&2)', /^(\S+ s .*started\n)?$/],
  ])('%s: no complaint, no stack trace, and the exit code of what was measured', async (_what, redirection, said) => {
    using folder = temporaryFolder();
    await using lab = await quietLan();
    const saved = join(folder.path, 'run.json');
    const line = `${process.execPath} ${PROGRAM} ${CHECK} --save ${saved} ${redirection}; exit \${PIPESTATUS[0]}`;
    const { stderr, exitCode } = await lab.hosts.scanner.run('bash', ['-c', line]);
    expect(stderr).toMatch(said);
    expect(exitCode).toBe(0);
    expect(JSON.parse(readFileSync(saved, 'utf8'))).toMatchObject({ interrupted: false });
  });

  test('SIGPIPE itself, sent by somebody, ends nothing', async () => {
    await using lab = await quietLan();
    const running = startNetcheck(lab.hosts.scanner, CHECK.split(' '));
    await running.says(/probes sent/);
    running.child.kill('SIGPIPE');
    const { report, exitCode } = await running.ended;
    expect([report.interrupted, exitCode]).toEqual([false, 0]);
  });
});

const OF_MACHINE = ['kernel-keepalive', 'ssh-client-settings'];

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
