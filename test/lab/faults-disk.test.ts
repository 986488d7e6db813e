// The disk is full: on a tiny tmpfs in a mount namespace of its own (unshare(1)). The old file stays whole, nothing else is left,
// and the report is printed all the same.

import { describe, expect, test } from 'vitest';
import { type LabHost, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { commandLine, labUnavailable } from '../support/lab-run.ts';

const CHECK = ['--dup-ip', '10.77.0.5', '--wait', '0.2s', '--rounds', '1'];
const FILES = ['--save', 'run.json', '--html', 'page.html', '--pcap', 'run.pcap'];
const NO_SPACE = 'was not saved: ENOSPC: no space left on device, write';

describe.skipIf(labUnavailable()).concurrent('a disk that is full', () => {
  test('leaves old files as they are, and no half of a new one: a line for each, and not 0', async () => {
    await using lab = await quietLan();
    const { left, stderr, report, exitCode } = await onFullDisk(lab.hosts.scanner, [...CHECK, ...FILES, '--json']);
    expect(left).toEqual({ 'page.html': 'old page', 'run.json': 'old report', 'run.pcap': 'old capture' });
    expect(stderr.split('\n')).toEqual([
      `netcheck: the capture ${NO_SPACE}`,
      `netcheck: the report ${NO_SPACE}`,
      `netcheck: the page ${NO_SPACE}`,
      '',
    ]);
    expect(report.evidence.map(({ kind }) => kind)).toEqual(['arp-claims']);
    expect(exitCode).toBe(3);
  });

  test('the same for an unknown address, where a cause is found: the cause counts', async () => {
    await using lab = await quietLan();
    const args = ['--dup-ip', lab.emptyAddress, '--wait', '0.2s', '--save', 'run.json', '--json'];
    const { left, report, exitCode } = await onFullDisk(lab.hosts.scanner, args);
    expect(left).toMatchObject({ 'run.json': 'old report' });
    expect([report.causes.find(({ cause }) => cause === 'unreachable')?.verdict, exitCode]).toEqual(['likely', 1]);
  });

  test('events that find no room cost lines and nothing else', async () => {
    await using lab = await quietLan();
    const args = [...CHECK, '--events', 'run.ndjson', '--json'];
    const { stderr, report, exitCode } = await onFullDisk(lab.hosts.scanner, args);
    expect(stderr).toMatch(/^netcheck: not all events were written: ENOSPC[^\n]*\n$/);
    expect([report.interrupted, exitCode]).toEqual([false, 0]);
  });

  test('--nagios names it in its line after what was found, and on standard error', async () => {
    await using lab = await quietLan();
    const args = ['--nagios', '--dup-ip', lab.emptyAddress, '--wait', '0.2s', '--save', 'run.json'];
    const script = 'cd "$1" && shift && "$@"';
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run('unshare', withDisk(script, args));
    expect(stdout).toMatch(
      /^NETCHECK WARNING - [^|\n]+, likely: [^|\n]+; the report was not saved: ENOSPC[^|\n]+ \| \S+\n$/,
    );
    expect([stderr, exitCode]).toEqual([`netcheck: the report ${NO_SPACE}\n`, 1]);
  });

  test('a report that is printed to it says so, and saves its files elsewhere', async () => {
    await using lab = await quietLan();
    const script = 'cd "$1" && shift && "$@" > full; code=$?; cat elsewhere/run.json; exit $code';
    const args = [...CHECK, '--json', '--save', 'elsewhere/run.json'];
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run('unshare', withDisk(script, args));
    expect(stderr).toMatch(/^netcheck: the report could not be printed: ENOSPC[^\n]*\n$/);
    expect(exitCode).toBe(3);
    expect((JSON.parse(stdout) as Report).evidence.map(({ kind }) => kind)).toEqual(['arp-claims']);
  });
});

interface FullDisk {
  readonly left: Record<string, string>;
  readonly stderr: string;
  readonly report: Report;
  readonly exitCode: number | null;
}

/** Runs netcheck in a folder on a full disk, where a report, a page and a capture lie. */
async function onFullDisk(host: LabHost, args: readonly string[]): Promise<FullDisk> {
  const script =
    'cd "$1" && shift && "$@"; code=$?; for f in $(ls -Ap | grep -v /); do echo "@$f=$(head -c 40 $f)"; done; exit $code';
  const { stdout, stderr, exitCode } = await host.run('unshare', withDisk(script, args));
  const [printed = '', ...listed] = stdout.split(/^@/m);
  const ours = listed.map((line) => line.trim().split('=')).filter(([name]) => name !== 'filling');
  const left = Object.fromEntries(ours) as Record<string, string>;
  delete left.full;
  return { left, stderr, report: JSON.parse(printed) as Report, exitCode };
}

/** `$1` is the folder, the rest netcheck's command line. In `elsewhere` there is room. */
function withDisk(script: string, args: readonly string[]): string[] {
  const disk = [
    'set -e; d=/mnt; mount -t tmpfs -o size=64k netcheck-test $d; mkdir $d/elsewhere',
    'mount -t tmpfs -o size=1m netcheck-test $d/elsewhere',
    'echo old report > $d/run.json; echo old page > $d/page.html; echo old capture > $d/run.pcap; : > $d/full',
    'cat /dev/zero > $d/filling 2>/dev/null || true; set +e',
  ];
  const [command, rest] = commandLine(args, 'root');
  return ['-m', 'sh', '-c', `${disk.join('; ')}; set -- $d "$@"; ${script}`, 'sh', command, ...rest];
}
