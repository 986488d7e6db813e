// ARP that is wrong by accident or on purpose: repeated, flooding, malformed, from other VLANs. Right verdicts all the same.

import { describe, expect, test } from 'vitest';
import type { Ipv4 } from '../../src/address/ipv4.ts';
import {
  type ArpBehaviour,
  duplicateLan,
  type LabHost,
  type QuietLan,
  quietLan,
  startArpStation,
} from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { claimants, commandLine, labUnavailable, netcheck, netcheckText, only, verdicts } from '../support/lab-run.ts';

const A = '10.77.0.5' as Ipv4;

describe.skipIf(labUnavailable())('a flood', () => {
  test('of 1,000,000 answers from one station neither fills the memory nor changes the verdict', async () => {
    await using lab = await quietLan();
    await playHonest(lab, lab.addresses.honest, { kind: 'flood', frames: 1_000_000 });
    const calm = await peakOf(lab.hosts.scanner, ['--dup-ip', A]);
    const { report, peakMegabytes } = await peakOf(lab.hosts.scanner, ['--dup-ip', '10.77.0.9', '--wait', '12s']);
    const { claims, kernelDrops } = only(report, 'arp-claims');
    expect(claims.map(({ mac }) => mac)).toEqual([lab.macs.honest]);
    // All of them within 5 s on an idle machine; a busy one may still be at it.
    expect((claims[0]?.count ?? 0) + kernelDrops).toBeGreaterThan(20_000);
    expect(verdict(report, '10.77.0.9')).toBe('ruled-out');
    expect(peakMegabytes).toBeLessThan(200);
    expect(peakMegabytes).toBeLessThan(calm.peakMegabytes + 60);
  });

  test('from ten thousand invented stations is cut to a list that a person can read', async () => {
    await using lab = await quietLan();
    await playHonest(lab, lab.addresses.honest, { kind: 'flood', frames: 100_000, senders: 10_000 });
    const { report, peakMegabytes, stdout } = await peakOf(lab.hosts.scanner, ['--dup-ip', '10.77.0.9']);
    const { claims, unlistedFrames } = only(report, 'arp-claims');
    expect(claims).toHaveLength(32);
    // Nearly 100,000 on an idle machine.
    expect(unlistedFrames).toBeGreaterThan(1000);
    expect(stdout.length).toBeLessThan(100_000);
    expect(peakMegabytes).toBeLessThan(200);
    expect(verdict(report, '10.77.0.9')).toMatch(/likely|confirmed/);
    const text = await netcheckText(lab.hosts.scanner, ['--dup-ip', '10.77.0.9']);
    expect(text.exitCode).toBe(1);
    expect(text.stdout.split('\n').length).toBeLessThan(200);
  });
});

describe.skipIf(labUnavailable()).concurrent('a station', () => {
  test('that answers 300 times is one station', async () => {
    await using lab = await quietLan();
    await playHonest(lab, lab.addresses.honest, { kind: 'repeat', times: 300 });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.9']);
    expect([verdict(report, '10.77.0.9'), exitCode]).toEqual(['ruled-out', 0]);
    expect(only(report, 'arp-claims').claims).toMatchObject([{ mac: lab.macs.honest, count: 900 }]);
  });

  test('that is not the source of its frames is told with that source', async () => {
    await using lab = await quietLan();
    const { interface: name, macs, addresses } = lab;
    await startArpStation(lab.hosts.honest, {
      interface: name,
      address: addresses.honest,
      mac: macs.honest,
      sourceMac: macs.a,
      behaviour: { kind: 'repeat', times: 1 },
    });
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', addresses.honest]);
    expect(verdict(report, addresses.honest)).toBe('ruled-out');
    expect(only(report, 'arp-claims').claims).toMatchObject([{ mac: macs.honest, frameSourceMac: macs.a }]);
  });

  test.each([
    ['that sleeps is nobody', { kind: 'silent' }],
    ['whose frames are all broken is nobody', { kind: 'malformed', frames: 400, seed: 5 }],
  ] as const satisfies [string, ArpBehaviour][])('%s', async (_name, behaviour) => {
    await using lab = await quietLan();
    await playHonest(lab, lab.addresses.honest, behaviour);
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.9']);
    expect(claimants(report, '10.77.0.9')).toEqual([]);
    expect(verdict(report, '10.77.0.9')).toBe('unknown');
  });
});

describe.skipIf(labUnavailable()).concurrent('malformed, truncated and lying frames', () => {
  test.each([1, 2])('beside the owner make no second one (seed %i)', async (seed) => {
    await using lab = await quietLan();
    await playHonest(lab, A, { kind: 'malformed', frames: 400, seed });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', A]);
    expect([verdict(report, A), exitCode]).toEqual(['ruled-out', 0]);
    expect(claimants(report, A)).toEqual([lab.macs.a]);
    expect(only(report, 'arp-claims').complete).toBe(true);
    const sweep = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24']);
    expect(sweep.exitCode).toBe(0);
    expect(only(sweep.report, 'arp-sweep').malformedFrames).toBeGreaterThan(0);
  });

  test('beside two owners hide neither', async () => {
    await using lab = await duplicateLan();
    const { interface: name, macs } = lab;
    const behaviour = { kind: 'malformed', frames: 400, seed: 4 } as const;
    await startArpStation(lab.hosts.honest, { interface: name, address: A, mac: macs.honest, behaviour });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', A]);
    expect([verdict(report, A), exitCode]).toEqual(['confirmed', 1]);
    expect(claimants(report, A)).toEqual([macs.a, macs.b].sort());
  });
});

describe.skipIf(labUnavailable()).concurrent('a tagged frame', () => {
  test('of another VLAN is told with its id, and is no conflict', async () => {
    await using lab = await quietLan();
    await playHonest(lab, A, { kind: 'vlan', id: 10 });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', A]);
    expect([verdict(report, A), exitCode]).toEqual(['ruled-out', 0]);
    const vlans = only(report, 'arp-claims').claims.map(({ mac, vlanId }) => [mac, vlanId]);
    expect(Object.fromEntries(vlans)).toEqual({ [lab.macs.a]: null, [lab.macs.honest]: 10 });
    const told = report.causes.find(({ cause }) => cause === 'duplicate-ip')?.summary;
    expect(told).toContain(`${lab.macs.honest} (VLAN 10)`);
  });

  test('is nobody where no other answers', async () => {
    await using lab = await quietLan();
    await playHonest(lab, lab.addresses.honest, { kind: 'vlan', id: 10 });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.addresses.honest]);
    expect(verdict(report, lab.addresses.honest)).toBe('unknown');
    expect(exitCode).not.toBe(0);
  });

  test('with a priority and no VLAN (id 0) is of this network', async () => {
    await using lab = await quietLan();
    await playHonest(lab, A, { kind: 'vlan', id: 0 });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', A, '--no-proof']);
    expect([verdict(report, A), exitCode]).toEqual(['likely', 1]);
    expect(only(report, 'arp-claims').claims.map(({ vlanId }) => vlanId)).toEqual([null, null]);
  });
});

function playHonest(lab: QuietLan, address: Ipv4, behaviour: ArpBehaviour): Promise<void> {
  return startArpStation(lab.hosts.honest, { interface: lab.interface, address, mac: lab.macs.honest, behaviour });
}

function verdict(report: Report, ip: string): string | undefined {
  return verdicts(report)[`duplicate-ip ${ip}`];
}

const TELL_PEAK = encodeURIComponent("process.on('exit', () => console.error(process.resourceUsage().maxRSS))");

/** A run, and the most memory that it held at a time. */
async function peakOf(
  host: LabHost,
  args: readonly string[],
): Promise<{ report: Report; stdout: string; peakMegabytes: number }> {
  const env = { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${TELL_PEAK}` };
  const { stdout, stderr } = await host.run(...commandLine([...args, '--json'], 'root'), { env, timeoutMs: 60_000 });
  expect(stderr).toMatch(/^\d+\n$/);
  return { report: JSON.parse(stdout) as Report, stdout, peakMegabytes: Number(stderr) / 1024 };
}
