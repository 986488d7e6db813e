// --events on a real path: every line is what the schema says, in the order of time, and the last ones are the report's.

import { once } from 'node:events';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EventOf, eventSchema, type ScanEvent } from '../../src/events.ts';
import { natPath, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { commandLine, labUnavailable, NOBODY, netcheck, only, PROGRAM, SUDO_BY_NOBODY } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe.skipIf(labUnavailable()).concurrent('--events', () => {
  test('tells an idle timeout as it is measured', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.ndjson');
    await using lab = await natPath({ timeoutSeconds: 6, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const args = ['--idle-timeout', target, '--max-idle', '20s', '--events', path];
    const { report, exitCode, stderr } = await netcheck(lab.hosts.client, args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: '' });
    const events = parsed(readFileSync(path, 'utf8'));
    expectWhole(events, report, exitCode);
    const { survivedSeconds, expiredSeconds, onExpiry, deaths, probes } = only(report, 'idle-timeout');
    expect(of(events, 'bracket').at(-1)).toMatchObject({ survivedSeconds, expiredSeconds, onExpiry, deaths });
    expect(of(events, 'rung')).toHaveLength(probes.length);
    expect(of(events, 'trial')).toHaveLength(1);
    expect(of(events, 'hop').map(({ hop }) => hop)).toEqual([0, 1, 2, 3]);
  });

  test('goes to a descriptor that was handed over, line by line, and says that it was interrupted', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const line = commandLine(['--idle-timeout', target, '--json', '--events', '/dev/fd/3'], 'root');
    const child = lab.hosts.client.spawn(...line, { stdio: ['ignore', 'pipe', 'inherit', 'pipe'] });
    let stdout = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    let heard = '';
    let isInterrupted = false;
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      heard += chunk;
      if (isInterrupted || !heard.includes('"alive"')) return;
      isInterrupted = true;
      child.kill('SIGINT');
    });
    expect(await once(child, 'close')).toEqual([130, null]);
    const report = JSON.parse(stdout) as Report;
    expect(report.interrupted).toBe(true);
    expectWhole(parsed(heard), report, 130);
  });

  test('a reader that goes away costs the measurement nothing, and one line of complaint', async () => {
    await using lab = await quietLan();
    const events = '--events >(head -c 100 > /dev/null)';
    const line = `${process.execPath} ${PROGRAM} --dup-ip 10.77.0.5 --ping 10.77.0.5 --json ${events}`;
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run('bash', ['-c', line]);
    expect(exitCode).toBe(0);
    expect((JSON.parse(stdout) as Report).evidence.map(({ kind }) => kind)).toEqual([
      'arp-claims',
      'echo',
      'ssh-client-settings',
    ]);
    expect(stderr).toMatch(/^netcheck: not all events were written: .*EPIPE.*\n$/);
  });

  test('tells every other check too, as the user who typed sudo', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'events.ndjson');
    await using lab = await quietLan();
    const args = ['--dup-ip', '10.77.0.0/28', '--ping', '10.77.0.5', '--events', path];
    const { report, exitCode } = await netcheck(lab.hosts.scanner, args, 'root', { env: SUDO_BY_NOBODY });
    expect(statSync(path).uid).toBe(NOBODY);
    const events = parsed(readFileSync(path, 'utf8'));
    expectWhole(events, report, exitCode);
    const told = new Set(events.map(({ event }) => event));
    for (const name of ['probes-sent', 'echoes'] as const) expect(told).toContain(name);
  });

  test('a file that the user who typed sudo may not write is found out before anything is sent', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    await using lab = await quietLan();
    const path = join(folder.path, 'events.ndjson');
    const line = commandLine(['--dup-ip', '10.77.0.5', '--events', path], 'root');
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run(...line, { env: SUDO_BY_NOBODY });
    expect({ stdout, stderr, exitCode }).toEqual({
      stdout: '',
      stderr: `netcheck: --events: no permission to write ${path}\n`,
      exitCode: 2,
    });
  });
});

function parsed(text: string): ScanEvent[] {
  expect(text.endsWith('}\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => eventSchema.parse(JSON.parse(line)));
}

function of<N extends ScanEvent['event']>(events: readonly ScanEvent[], name: N): EventOf<N>[] {
  return events.filter((event): event is EventOf<N> & ScanEvent => event.event === name);
}

/** From `started` to `finished`, in the order of time, with all the evidence of the report. */
function expectWhole(events: readonly ScanEvent[], report: Report, exitCode: number | null): void {
  expect(events[0]).toMatchObject({ event: 'started', schema: 'netcheck-events/1', version: report.version });
  expect(events.at(-1)).toMatchObject({ event: 'finished', exitCode, interrupted: report.interrupted });
  const seconds = events.map((event) => event.seconds);
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  const found = of(events, 'evidence').map(({ finding }) => finding);
  const withoutIds = report.evidence.map(({ id: _, ...finding }) => finding);
  expect(found).toHaveLength(withoutIds.length);
  expect(found).toEqual(expect.arrayContaining(withoutIds));
}
