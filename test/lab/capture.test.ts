// Captures: what --pcap writes, as tcpdump reads it, and what --read makes of it and of others' captures, without root.

import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { duplicateLan, type LabHost, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import {
  claimants,
  commandLine,
  labUnavailable,
  NOBODY,
  netcheck,
  only,
  SUDO_BY_NOBODY,
  verdicts,
} from '../support/lab-run.ts';
import { startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { framesSent } from '../support/wire.ts';

const ADDRESS = '10.77.0.5';

describe.skipIf(labUnavailable()).concurrent('--pcap and --read', () => {
  test('what was sent and received, for tcpdump, and for a colleague without root', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    const { scanner, a, b } = lab.hosts;
    using _sshdA = await startSshd(a, 22);
    using _sshdB = await startSshd(b, 22);
    using folder = temporaryFolder();
    const path = join(folder.path, 'run.pcap');
    const env = SUDO_BY_NOBODY;
    const live = await netcheck(scanner, ['--dup-ip', ADDRESS, '--pcap', path], 'root', { env });
    expect(verdict(live.report)).toBe('confirmed');
    expect(statSync(path).uid).toBe(NOBODY);

    const lines = await tcpdump(scanner, path, '');
    const sent = lines.filter((line) => line.includes(`who-has ${ADDRESS} tell 10.77.0.1`));
    const asked = sent.filter((line) => line.includes('> ff:ff:ff:ff:ff:ff'));
    expect(asked).toHaveLength(only(live.report, 'arp-claims').probesSent);
    for (const mac of [lab.macs.a, lab.macs.b]) {
      expect(lines.filter((line) => line.includes(`Reply ${ADDRESS} is-at ${mac}`)).length).toBeGreaterThanOrEqual(3);
      // The proof: a SYN, its answer, and echoes.
      expect(lines.some((line) => line.includes(`> ${mac}`) && line.includes('Flags [S]'))).toBe(true);
      expect(lines.some((line) => line.includes(`${mac} >`) && line.includes('Flags [S.]'))).toBe(true);
      expect(lines.some((line) => line.includes(`${mac} >`) && line.includes('echo reply'))).toBe(true);
    }
    // Nobody is told anew where we are.
    expect(lines.filter((line) => line.includes('who-has 10.77.0.1 tell 10.77.0.1'))).toEqual([]);

    const read = await netcheck(scanner, ['--read', path], 'user');
    expect(read).toMatchObject({ stderr: '', exitCode: 1 });
    expect(verdict(read.report)).toBe('likely');
    expect(claimants(read.report, ADDRESS)).toEqual(claimants(live.report, ADDRESS));
    expect(only(read.report, 'arp-sweep')).toMatchObject({ source: 'capture', malformedFrames: 0 });
    const named = await netcheck(scanner, ['--read', path, '--dup-ip', ADDRESS], 'user');
    expect(verdict(named.report)).toBe('likely');
    expect(only(named.report, 'arp-claims').claims).toHaveLength(2);
    const expected = `${ADDRESS}=${lab.macs.a},${lab.macs.b}`;
    const known = await netcheck(scanner, ['--read', path, '--dup-ip', ADDRESS, '--expect', expected], 'user');
    expect([verdict(known.report), known.exitCode]).toEqual(['ruled-out', 0]);
  });

  test('a clean run is clean when it is read', async () => {
    await using lab = await quietLan();
    const { scanner } = lab.hosts;
    using folder = temporaryFolder();
    const path = join(folder.path, 'run.pcap');
    const live = await netcheck(scanner, ['--dup-ip', '10.77.0.0/24', '--pcap', path]);
    expect(live.exitCode).toBe(0);
    const read = await netcheck(scanner, ['--read', path], 'user');
    // Who was not asked for may have kept silent; who was, three times, is as good as asked.
    expect(read).toMatchObject({ stderr: '', exitCode: 3 });
    const asked = await netcheck(scanner, ['--read', path, '--dup-ip', lab.addresses.honest], 'user');
    expect(asked).toMatchObject({ stderr: '', exitCode: 0 });
    const inventory = (report: Report) => only(report, 'arp-sweep').inventory.map(({ ip, mac }) => `${ip} ${mac}`);
    // On the wire is the scanner, too.
    expect(inventory(read.report)).toEqual([`10.77.0.1 ${lab.macs.scanner}`, ...inventory(live.report)]);
  });

  test('shows each question before its answers, however fast both go', async () => {
    await using lab = await quietLan();
    const { scanner } = lab.hosts;
    using folder = temporaryFolder();
    const path = join(folder.path, 'run.pcap');
    await netcheck(scanner, ['--dup-ip', '10.77.0.0/24', '--rate', 'max', '--pcap', path]);
    const lines = await tcpdump(scanner, path, 'arp');
    const places = (words: string): number[] => lines.flatMap((line, index) => (line.includes(words) ? [index] : []));
    const questions = places(`who-has ${lab.addresses.honest} `);
    const answers = places(`Reply ${lab.addresses.honest} is-at`);
    expect(questions).toHaveLength(3);
    expect(answers).toHaveLength(3);
    for (const [round, at] of questions.entries()) expect(answers[round]).toBeGreaterThan(at);
  });

  test('a capture of all interfaces by tcpdump, with other traffic in it, and cut short', async () => {
    await using lab = await duplicateLan();
    const { scanner } = lab.hosts;
    using folder = temporaryFolder();
    const path = join(folder.path, 'any.pcap');
    const child = scanner.spawn('tcpdump', ['-i', 'any', '-U', '--immediate-mode', '-w', path], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (text) => {
      said += text;
    });
    await until(async () => said.includes('listening on'));
    await scanner.run('ping', ['-c', '1', '-W', '2', lab.addresses.honest]);
    expect((await netcheck(scanner, ['--dup-ip', ADDRESS])).exitCode).toBe(1);
    child.kill('SIGINT');
    await until(async () => child.exitCode !== null);

    const read = await netcheck(scanner, ['--read', path], 'user');
    expect(read).toMatchObject({ stderr: '', exitCode: 1 });
    expect(verdict(read.report)).toBe('likely');
    expect(claimants(read.report, ADDRESS)).toEqual([lab.macs.a, lab.macs.b].sort());
    expect(only(read.report, 'arp-sweep').malformedFrames).toBe(0);

    const cut = join(folder.path, 'cut.pcap');
    writeFileSync(cut, readFileSync(path).subarray(0, -7));
    const short = await netcheck(scanner, ['--read', cut], 'user');
    expect(short).toMatchObject({ stderr: '', exitCode: 1 });
    expect(claimants(short.report, ADDRESS)).toEqual([lab.macs.a, lab.macs.b].sort());

    const broken = join(folder.path, 'broken.pcap');
    const bytes = readFileSync(path);
    // A record that says it is 4 GB long, after the 24 bytes of the file's header.
    bytes.fill(0xff, 24 + 8, 24 + 12);
    writeFileSync(broken, bytes);
    const damaged = await netcheck(scanner, ['--read', broken], 'user');
    expect(damaged.exitCode).toBe(3);
    expect(damaged.stderr).toMatch(/^netcheck: --read \S+broken\.pcap: the capture is damaged\. .+\n$/);
  });

  test.each([
    ['text', 'not a capture at all\n', 3, /the file is not a pcap or pcapng file\. Give a file that .+/],
    ['nothing', '', 3, /the file is empty\. .+/],
    ['a compressed capture', '\x1f\x8b\x08\x00', 3, /the file is compressed: gunzip it first\. .+/],
  ])('%s is refused in one line', async (_name, content, code, message) => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    writeFileSync(path, content, 'latin1');
    const [command, args] = commandLine(['--read', path], 'user');
    const { stdout, stderr, exitCode } = await lab.hosts.scanner.run(command, args);
    expect({ stdout, exitCode, lines: stderr.split('\n').length }).toEqual({ stdout: '', exitCode: code, lines: 2 });
    expect(stderr).toMatch(message);
  });

  test('a capture without a frame tells nothing', async () => {
    await using lab = await quietLan();
    using folder = temporaryFolder();
    const path = join(folder.path, 'begun.pcap');
    writeFileSync(path, '\xd4\xc3\xb2\xa1', 'latin1');
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--read', path], 'user');
    expect([verdicts(report)[`duplicate-ip ${path}`], exitCode]).toEqual(['unknown', 3]);
  });

  test('a capture that can not be written is refused before anything is sent', async () => {
    await using lab = await quietLan();
    const { scanner } = lab.hosts;
    const before = await framesSent(scanner);
    const [command, args] = commandLine(['--dup-ip', ADDRESS, '--pcap', '/nowhere/run.pcap'], 'root');
    const { stderr, exitCode } = await scanner.run(command, args);
    expect({ stderr, exitCode }).toEqual({
      stderr: 'netcheck: --pcap: the folder /nowhere does not exist\n',
      exitCode: 2,
    });
    expect(await framesSent(scanner)).toBe(before);
  });
});

function verdict(report: Report): string | undefined {
  return verdicts(report)[`duplicate-ip ${ADDRESS}`];
}

/** A line for each frame that the file holds. */
async function tcpdump(host: LabHost, path: string, filter: string): Promise<string[]> {
  // It must not become another user, to whom the folder might be closed.
  const { stdout, exitCode } = await host.run('tcpdump', ['-Z', 'root', '-nner', path, filter]);
  expect(exitCode).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}
