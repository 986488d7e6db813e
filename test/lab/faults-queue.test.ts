// This machine's own queue has no room for what is sent (ENOBUFS): tried again, then said, and neither loss nor a wait for ever.

import { describe, expect, test } from 'vitest';
import { duplicateLan, type LabHost } from '../../src/lab/index.ts';
import { all, claimants, labUnavailable, netcheck, only, verdicts } from '../support/lab-run.ts';

const ADDRESS = '10.77.0.5';

describe.skipIf(labUnavailable()).concurrent('a queue of this machine', () => {
  test('that is full now and then: what it did not take is not lost', async () => {
    await using lab = await duplicateLan();
    await narrow(lab.hosts.scanner);
    const args = ['--ping', ADDRESS, '--count', '60', '--interval', '0.02s'];
    const { report, exitCode } = await netcheck(lab.hosts.scanner, args);
    const { sent, received } = only(report, 'echo');
    expect(sent).toBeLessThan(60);
    expect(received).toBe(sent);
    expect(only(report, 'skipped').because).toMatch(/echo requests .* \(ENOBUFS: this machine's own queue is full\)/);
    expect([verdicts(report)[`packet-loss ${ADDRESS}`], exitCode]).toEqual(['ruled-out', 3]);
  });

  test('that is full now and then delays ARP and hides nobody', async () => {
    await using lab = await duplicateLan();
    await narrow(lab.hosts.scanner);
    const { report, exitCode } = await netcheck(lab.hosts.scanner, [
      '--dup-ip',
      '10.77.0.5-10.77.0.9',
      '--no-proof',
      '--rounds',
      '2',
    ]);
    expect(only(report, 'arp-sweep')).toMatchObject({ complete: true, addressesAnswered: 2 });
    expect(claimants(report, ADDRESS)).toEqual([lab.macs.a, lab.macs.b].sort());
    expect([verdicts(report)[`duplicate-ip ${ADDRESS}`], exitCode]).toEqual(['likely', 1]);
  });

  test('that never takes a frame is given up, and the report says what to look at', async () => {
    await using lab = await duplicateLan();
    const rule = 'table netdev own { chain out { type filter hook egress device "eth0" priority 0; drop; }; }\n';
    const made = await lab.hosts.scanner.run('nft', ['-f', '-'], { input: rule });
    expect(made).toMatchObject({ exitCode: 0 });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS]);
    expect(only(report, 'arp-claims')).toMatchObject({ probesSent: 0, complete: false, claims: [] });
    const [skipped] = all(report, 'skipped');
    expect(skipped?.because).toMatch(/eth0 took no frame any more \(ENOBUFS\)/);
    expect(skipped?.hint).toMatch(/nft list ruleset; tc -s qdisc show dev eth0/);
    const { [`duplicate-ip ${ADDRESS}`]: duplicate, [`unreachable ${ADDRESS}`]: unreachable } = verdicts(report);
    expect({ duplicate, unreachable, exitCode }).toEqual({ duplicate: 'unknown', unreachable: 'unknown', exitCode: 3 });
  });
});

/** 2,000 bytes a second, and room for hardly a packet (tc-tbf(8)). */
async function narrow(host: LabHost): Promise<void> {
  const tbf = ['rate', '16kbit', 'burst', '1600', 'limit', '200'];
  expect(await host.run('tc', ['qdisc', 'add', 'dev', 'eth0', 'root', 'tbf', ...tbf])).toMatchObject({ exitCode: 0 });
}
