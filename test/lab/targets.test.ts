// Which addresses are asked for, however they are named, each once a round; and the inventory that a sweep makes.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DuplicateLan, duplicateLan, type QuietLan, quietLan } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { all, labUnavailable, netcheck, netcheckText, only, startNetcheck, verdicts } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { recordWire } from '../support/wire.ts';

/** In one round, and not a moment longer than it takes to hear who is at home. */
const BRIEFLY = ['--rounds', '1', '--wait', '0.2s'];

describe.skipIf(labUnavailable())('targets of --dup-ip', () => {
  let lab: QuietLan;
  beforeAll(async () => {
    lab = await quietLan();
  });
  afterAll(() => lab.dispose());

  test.concurrent.each([
    ['a range', ['10.77.0.4-10.77.0.9'], [4, 5, 6, 7, 8, 9]],
    ['a short range', ['10.77.0.4-6'], [4, 5, 6]],
    ['a network without its edges', ['10.77.0.0/29'], [1, 2, 3, 4, 5, 6]],
    ['a list with repetitions', ['10.77.0.5,10.77.0.9,10.77.0.5,10.77.0.4-5'], [4, 5, 9]],
    ['several', ['10.77.0.5', '--dup-ip', '10.77.0.8/30', '--dup-ip', '10.77.0.5'], [5, 9, 10]],
    ['some left out', ['10.77.0.0/29', '--exclude', '10.77.0.1,10.77.0.4-6'], [2, 3]],
    ['all but a network', ['10.77.0.0/28', '--exclude', '10.77.0.0/29'], [8, 9, 10, 11, 12, 13, 14]],
  ])('%s', async (_name, targets, expected) => {
    const { report, stderr } = await netcheck(lab.hosts.scanner, ['--dup-ip', ...targets, ...BRIEFLY]);
    expect(stderr).toBe('');
    expect(asked(report)).toBe(expected.length);
    const answering = [5, 9].filter((last) => expected.includes(last)).map((last) => `10.77.0.${last}`);
    expect(answered(report)).toEqual(answering);
  });

  test.concurrent('a file with comments, and one that is not there', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'targets');
    writeFileSync(path, '# machines of ours\n10.77.0.5   # the server\r\n\n10.77.0.8-9, 10.77.0.5\n');
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', `@${path}`, ...BRIEFLY]);
    expect({ exitCode, asked: asked(report), answered: answered(report) }).toEqual({
      exitCode: 0,
      asked: 3,
      answered: ['10.77.0.5', '10.77.0.9'],
    });
    const missing = await netcheckText(lab.hosts.scanner, ['--dup-ip', '@/nowhere/targets']);
    expect(missing).toMatchObject({
      stdout: '',
      stderr: 'netcheck: @/nowhere/targets: there is no such file\n',
      exitCode: 2,
    });
  });

  test.concurrent('standard input', async () => {
    const input = '10.77.0.5 # the server\n10.77.0.9\n';
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', '-', ...BRIEFLY], 'root', { input });
    expect([asked(report), answered(report)]).toEqual([2, ['10.77.0.5', '10.77.0.9']]);
  });

  test('an address that is named twice, and in two networks, is asked for once a round', async () => {
    const wire = await recordWire(lab.hosts.scanner, `arp and ether src ${lab.macs.scanner}`);
    const args = ['--dup-ip', '10.77.0.9,10.77.0.0/28', '--dup-ip', '10.77.0.9', '--dup-ip', '10.77.0.8-10'];
    const { report } = await netcheck(lab.hosts.scanner, args);
    const questions = (await wire.end()).filter((line) => line.includes('who-has 10.77.0.9 '));
    expect(questions).toHaveLength(3);
    const named = all(report, 'arp-claims').filter(({ ip }) => ip === '10.77.0.9');
    expect(named.map(({ probesSent, sweep }) => [probesSent, sweep])).toEqual([[3, null]]);
    expect(only(report, 'arp-sweep').addressesAsked).toBe(14);
  });

  test('Ctrl-C in the middle of a sweep prints what was heard by then, and exits with 130', async () => {
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24', '--rate', '20']);
    await running.says(/: [2-9]\d ARP probes sent/);
    running.child.kill('SIGINT');
    const { report, exitCode } = await running.ended;
    expect([exitCode, report.interrupted]).toEqual([130, true]);
    const { complete, probesSent } = only(report, 'arp-sweep');
    expect(complete).toBe(false);
    expect(probesSent).toBeLessThan(254);
    expect(answered(report)).toEqual(['10.77.0.5', '10.77.0.9']);
    expect(verdicts(report)['duplicate-ip 10.77.0.0/24']).toBe('unknown');
  });
});

describe.skipIf(labUnavailable())('a sweep', () => {
  let lab: DuplicateLan;
  beforeAll(async () => {
    lab = await duplicateLan();
    // An owner below and one above the shared address.
    for (const address of ['10.77.0.2', '10.77.0.200']) {
      await lab.hosts.honest.run('ip', ['address', 'add', `${address}/32`, 'dev', 'eth0']);
    }
  });
  afterAll(() => lab.dispose());

  test('finds the shared address, and takes silent ones for normal', async () => {
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24']);
    expect(exitCode).toBe(1);
    expect(verdicts(report)).toEqual({
      [`duplicate-ip ${lab.addresses.a}`]: 'confirmed',
      'duplicate-ip 10.77.0.0/24': 'ruled-out',
      'own-address-conflict 10.77.0.1': 'ruled-out',
    });
    const { inventory, ...sweep } = only(report, 'arp-sweep');
    expect(sweep).toMatchObject({ addressesAsked: 254, addressesAnswered: 4, kernelDrops: 0, complete: true });
    expect(inventory.map(({ ip, claimants, vendor }) => [ip, claimants, vendor !== null])).toEqual([
      ['10.77.0.2', 1, true],
      ['10.77.0.5', 2, true],
      ['10.77.0.9', 1, true],
      ['10.77.0.200', 1, true],
    ]);
    for (const { firstSeconds } of inventory) expect(firstSeconds).toBeGreaterThan(0);
  });

  test('prints who is on the network, contested addresses first', async () => {
    const { stdout, stderr, exitCode } = await netcheckText(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24']);
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
    expect(stdout).toMatch(/^Found: duplicate IP address \(10\.77\.0\.5\)\.\n\nCONFIRMED /);
    const rows = stdout.split('\n').filter((line) => /^ {2}10\.77\.0\.\d+ +[0-9a-f]{2}:/.test(line));
    expect(rows.map((row) => row.trim().split(/ +/)[0])).toEqual([
      '10.77.0.5',
      '10.77.0.2',
      '10.77.0.9',
      '10.77.0.200',
    ]);
    expect(rows[0]).toMatch(/ [\d.]+ ms +and 1 more$/);
    expect(rows[2]).toMatch(new RegExp(`${lab.macs.honest}  Dell Inc\\. +[\\d.]+ ms$`));
    expect(stdout).toMatch(/10\.77\.0\.0\/24 on eth0: 4 of 254 addresses answered \(\d+ probes, /);
  });
});

/** Addresses, however they were named. */
function asked(report: Report): number {
  const named = all(report, 'arp-claims').filter(({ sweep }) => sweep === null);
  const swept = all(report, 'arp-sweep').reduce((sum, { addressesAsked }) => sum + (addressesAsked ?? 0), 0);
  const sweptToo = named.filter(({ ip }) => all(report, 'arp-sweep')[0]?.inventory.some((row) => row.ip === ip));
  return named.length + swept - sweptToo.length;
}

function answered(report: Report): string[] {
  const claimed = all(report, 'arp-claims').filter(({ claims }) => claims.length > 0);
  const found = new Set([
    ...claimed.map(({ ip }) => ip),
    ...all(report, 'arp-sweep').flatMap(({ inventory }) => inventory.map(({ ip }) => ip)),
  ]);
  return [...found].sort();
}
