// Two netchecks at once on one machine, on one interface and with the same targets: each finds what it would alone, also when the
// other is killed in the middle.

import { describe, expect, test } from 'vitest';
import { duplicateLan, hopPath, type LabHost, natPath, startTcpServices } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { untilConnected } from '../support/claimants.ts';
import { accused, left } from '../support/faults.ts';
import { all, labUnavailable, netcheck, only, type Run, startNetcheck } from '../support/lab-run.ts';
import { startSshd } from '../support/sshd.ts';
import { until } from '../support/until.ts';

const T = 5;

// One after the other: each has two or more of them.
describe.skipIf(labUnavailable())('two at once', () => {
  test.each(['ICMP', 'SYNs'])(
    'ping, and path by %s: no answer is taken for another’s, and none is missed',
    async (how) => {
      await using lab = await hopPath({ version: 4, timeoutSeconds: {} });
      const ping = ['--ping', lab.server, '--count', '40', '--interval', '0.1s'];
      const target = how === 'ICMP' ? lab.server : `${lab.server}:${lab.ports.hold}`;
      const runs = await twice(lab.hosts.client, [...ping, '--path', target]);
      for (const { report, exitCode } of runs) {
        expect([accused(report), exitCode]).toEqual([[], 0]);
        const seen = (['echo', 'path', 'path-mtu'] as const).map((kind) => all(report, kind).length);
        expect(seen).toEqual([1, 1, 1]);
        for (const { sent, received, duplicates, reordered } of all(report, 'echo')) {
          expect({ sent, received, duplicates, reordered }).toEqual({
            sent: 40,
            received: 40,
            duplicates: 0,
            reordered: 0,
          });
        }
        for (const path of all(report, 'path')) {
          expect(path).toMatchObject({ reached: true, endedBecause: 'reached' });
          expect(path.hops).toHaveLength(lab.addresses.length);
          // A router sends each host only so many errors, whoever has asked for them: one that is silent for it is no other.
          for (const [index, { addresses }] of path.hops.entries()) {
            expect([[], [lab.addresses[index]]]).toContainEqual(addresses);
          }
        }
        for (const { mtuBytes } of all(report, 'path-mtu')) expect(mtuBytes).toBe(1500);
      }
    },
  );

  test('idle timeouts: each finds the same', async () => {
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const args = ['--idle-timeout', target, '--max-idle', '12s', '--connections', '40'];
    for (const { report, exitCode } of await twice(lab.hosts.client, args)) {
      expect([accused(report), exitCode]).toEqual([[`idle-timeout ${target}`], 1]);
      const { survivedSeconds, expiredSeconds } = only(report, 'idle-timeout');
      expect(survivedSeconds).toBeLessThan(T + 0.5);
      expect(expiredSeconds).toBeGreaterThan(T - 0.5);
    }
  });

  test('duplicate addresses: each proves it by its own connections, and takes away its own rules', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    const { scanner, a, b } = lab.hosts;
    using _sshdA = await startSshd(a, 22);
    using _sshdB = await startSshd(b, 22);
    const before = await left(scanner);
    const args = ['--dup-ip', '10.77.0.5'];
    const alone = keysOf((await netcheck(scanner, args)).report);
    for (const { report, exitCode } of await twice(scanner, args)) {
      expect([accused(report), exitCode]).toEqual([['duplicate-ip 10.77.0.5'], 1]);
      expect(keysOf(report)).toEqual(alone);
    }
    expect(new Set(Object.values(alone)).size).toBe(2);
    await until(async () => (await left(scanner)) === before);
  });

  test('one that is killed in the middle of its proof leaves the other right, and nothing behind', async () => {
    await using lab = await duplicateLan();
    const { scanner, b } = lab.hosts;
    await startTcpServices(b, [{ kind: 'hold', port: 22 }]);
    const before = await left(scanner);
    const killed = startNetcheck(scanner, ['--dup-ip', '10.77.0.5']);
    await untilConnected(scanner);
    const other = startNetcheck(scanner, ['--dup-ip', '10.77.0.5']);
    await other.says(/started/);
    killed.child.kill('SIGKILL');
    const { report } = await other.ended;
    expect(Object.keys(keysOf(report)).sort()).toEqual([lab.macs.a, lab.macs.b].sort());
    expect(accused(report)).toEqual(['duplicate-ip 10.77.0.5']);
    await until(async () => (await left(scanner)) === before);
  });
});

function twice(host: LabHost, args: readonly string[]): Promise<Run[]> {
  return Promise.all([netcheck(host, args), netcheck(host, args)]);
}

/** The host key of each claimant, by MAC. */
function keysOf(report: Report): Record<string, string | undefined> {
  const { claimants } = only(report, 'claimant-proof');
  return Object.fromEntries(claimants.map(({ mac, hostKey }) => [mac, hostKey?.fingerprint]));
}
