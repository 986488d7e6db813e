// What only looks like two machines on one address: redundant routers, proxy ARP, one machine with two cards, a known pair.

import { describe, expect, test } from 'vitest';
import type { Ipv4 } from '../../src/address/ipv4.ts';
import type { Mac } from '../../src/address/mac.ts';
import {
  duplicateLan,
  type LabHost,
  type ProxyLanOptions,
  proxyLan,
  startArpStation,
  twoLegLan,
  type VrrpLan,
  vrrpLan,
} from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { claimants, labUnavailable, netcheck, only, type Run, startNetcheck, verdicts } from '../support/lab-run.ts';
import { startSshd } from '../support/sshd.ts';

describe.skipIf(labUnavailable()).concurrent('a pair of routers with one address (VRRP)', () => {
  test('is a redundancy group where the address has a virtual MAC', async () => {
    await using lab = await vrrpLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.virtualAddress]);
    expect([verdict(report, lab.virtualAddress), exitCode]).toEqual(['ruled-out', 0]);
    expect(only(report, 'arp-claims').claims).toMatchObject([{ mac: lab.virtualMac, role: 'vrrp' }]);
    expect(summary(report, lab.virtualAddress)).toContain('VRRP or CARP group of routers');
  });

  test('has one owner where the master answers with its own MAC', async () => {
    await using lab = await vrrpLan({ vmac: false });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.virtualAddress]);
    expect([verdict(report, lab.virtualAddress), exitCode]).toEqual(['ruled-out', 0]);
    expect(claimants(report, lab.virtualAddress)).toEqual([lab.macs.r1]);
  });

  test('is no conflict where the master answers with both, and the report says what would settle it', async () => {
    await using lab = await vrrpLan({ ownMacAnswers: true });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.virtualAddress]);
    expect([verdict(report, lab.virtualAddress), exitCode]).toEqual(['possible', 0]);
    expect(claimants(report, lab.virtualAddress)).toEqual([lab.virtualMac, lab.macs.r1]);
  });

  test('that cannot hear each other is one MAC behind two ports, or two machines', async () => {
    await using virtual = await vrrpLan();
    await virtual.splitBrain();
    const together = await netcheck(virtual.hosts.scanner, ['--dup-ip', virtual.virtualAddress]);
    expect([verdict(together.report, virtual.virtualAddress), together.exitCode]).toEqual(['ruled-out', 0]);
    await using plain = await vrrpLan({ vmac: false });
    await plain.splitBrain();
    const apart = await netcheck(plain.hosts.scanner, ['--dup-ip', plain.virtualAddress]);
    expect(apart.exitCode).toBe(1);
    expect(['confirmed', 'likely']).toContain(verdict(apart.report, plain.virtualAddress));
  });

  test('that fails over in the middle of it is likely a takeover, never a confirmed conflict', async () => {
    await using lab = await vrrpLan({ vmac: false });
    const { report, exitCode } = await failingOver(lab);
    expect([verdict(report, lab.virtualAddress), exitCode], summary(report, lab.virtualAddress)).toEqual(['likely', 1]);
    expect(claimants(report, lab.virtualAddress)).toEqual([lab.macs.r1, lab.macs.r2]);
    await using virtual = await vrrpLan();
    const unseen = await failingOver(virtual);
    expect([verdict(unseen.report, virtual.virtualAddress), unseen.exitCode]).toEqual(['ruled-out', 0]);
  });

  test('that hands over between two rounds is a takeover, with both times', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    const { hosts, addresses, macs, interface: name } = lab;
    const station = { interface: name, address: addresses.a };
    await Promise.all([
      startArpStation(hosts.a, { ...station, mac: macs.a, behaviour: { kind: 'takeover', to: 2 } }),
      startArpStation(hosts.b, { ...station, mac: macs.b, behaviour: { kind: 'takeover', from: 3 } }),
    ]);
    const { report } = await netcheck(hosts.scanner, ['--dup-ip', addresses.a, '--no-proof', '--rounds', '4']);
    expect(verdict(report, addresses.a)).toBe('likely');
    expect(summary(report, addresses.a)).toMatch(
      /moved: .*00:0a.* was last heard \d.* after the start, .*00:0b.* first after \d/,
    );
  });
});

describe.skipIf(labUnavailable()).concurrent('a router with proxy ARP beside the owner', () => {
  // Its delay is random, so what is heard when differs from run to run.
  test.each([
    ['that delays its answers, as Linux does', {}, 5],
    ['that answers at once', { delaySeconds: 0 }, 3],
    ['that stands for this address alone', { routedUpstream: ['10.77.0.5/32'] }, 5],
    ['that stands for this address alone, at once', { routedUpstream: ['10.77.0.5/32'], delaySeconds: 0 }, 3],
  ] as const satisfies [string, ProxyLanOptions, number][])('%s is no second owner', async (_name, options, runs) => {
    await using lab = await proxyLan(options);
    const { owner, router } = lab.macs;
    for (let run = 0; run < runs; run++) {
      const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.addresses.owner]);
      expect([verdict(report, lab.addresses.owner), exitCode]).toEqual(['ruled-out', 0]);
      expect(claimants(report, lab.addresses.owner)).toContain(owner);
      const proxy = only(report, 'arp-claims').claims.find(({ mac }) => mac === router);
      if (proxy !== undefined) expect(proxy.canariesClaimed?.length).toBeGreaterThan(0);
    }
  });

  test('is not taken for the owner where nobody else answers', async () => {
    await using lab = await proxyLan({ delaySeconds: 0 });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.emptyAddress]);
    expect([verdict(report, lab.emptyAddress), exitCode]).toEqual(['unknown', 3]);
    expect(summary(report, lab.emptyAddress)).toContain('proxy ARP');
  });

  test('makes no conflicts in a sweep', async () => {
    await using lab = await proxyLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24']);
    expect(conflicts(report)).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

describe.skipIf(labUnavailable()).concurrent('one machine with two cards in the LAN', () => {
  test.each([
    ['each with an address', true],
    ['one without an address', false],
  ])('%s is no conflict, with an sshd or without', async (_name, secondAddress) => {
    await using lab = await twoLegLan({ secondAddress });
    const { scanner, twolegs } = lab.hosts;
    const address = lab.addresses.twolegs;
    const both = [lab.macs.twolegs, lab.secondLeg.mac].sort();
    for (const options of [[], ['--no-proof']]) {
      const { report, exitCode } = await netcheck(scanner, ['--dup-ip', address, ...options]);
      expect(claimants(report, address)).toEqual(both);
      // Without asking them, two cards with one address between them can't be told from two machines.
      const isBlind = options.length > 0 && !secondAddress;
      expect([verdict(report, address), exitCode]).toEqual(
        isBlind ? ['likely', 1] : [options.length > 0 ? 'possible' : 'ruled-out', 0],
      );
    }
    using _sshd = await startSshd(twolegs, 22);
    const { report, exitCode } = await netcheck(scanner, ['--dup-ip', address]);
    expect([verdict(report, address), exitCode]).toEqual(['ruled-out', 0]);
    expect(summary(report, address)).toContain('the same SSH host key');
    const sweep = await netcheck(scanner, ['--dup-ip', '10.77.0.0/24']);
    expect(conflicts(sweep.report)).toEqual([]);
  });
});

/** `host` has the address as well, and answers later than netcheck listens to those who are proven to be two machines. */
async function answersLate(host: LabHost, address: Ipv4, mac: Mac): Promise<void> {
  await host.run('ip', ['address', 'add', `${address}/32`, 'dev', 'eth0']);
  await startArpStation(host, { interface: 'eth0', address, mac, behaviour: { kind: 'late', delayMs: 900 } });
}

describe.skipIf(labUnavailable()).concurrent('a second machine that answers late, beside', () => {
  test('one machine with two cards, is found', async () => {
    await using lab = await twoLegLan({ secondAddress: false });
    const { scanner, honest } = lab.hosts;
    const address = lab.addresses.twolegs;
    await answersLate(honest, address, lab.macs.honest);
    const { report, exitCode } = await netcheck(scanner, ['--dup-ip', address]);
    expect(claimants(report, address)).toEqual([lab.macs.twolegs, lab.secondLeg.mac, lab.macs.honest].sort());
    expect(exitCode).toBe(1);
    expect(['confirmed', 'likely']).toContain(verdict(report, address));
  });

  test('a pair that the user knows of, is found', async () => {
    await using lab = await duplicateLan();
    const { a, b, honest } = lab.macs;
    await answersLate(lab.hosts.honest, lab.addresses.a, honest);
    const known = ['--dup-ip', lab.addresses.a, '--expect', `${lab.addresses.a}=${a},${b}`];
    const { report, exitCode } = await netcheck(lab.hosts.scanner, known);
    expect(claimants(report, lab.addresses.a)).toEqual([a, b, honest].sort());
    expect(exitCode).toBe(1);
    expect(['confirmed', 'likely']).toContain(verdict(report, lab.addresses.a));
  });
});

describe.skipIf(labUnavailable()).concurrent('a pair that the user knows of', () => {
  test('is expected, and a third machine beside it is not', async () => {
    await using lab = await duplicateLan();
    const { a, b, honest } = lab.macs;
    const known = ['--dup-ip', '10.77.0.5', '--expect', `10.77.0.5=${a},${b}`];
    const expected = await netcheck(lab.hosts.scanner, known);
    expect([verdict(expected.report, '10.77.0.5'), expected.exitCode]).toEqual(['ruled-out', 0]);
    expect(only(expected.report, 'arp-claims').expected).toEqual([a, b]);
    await lab.hosts.honest.run('ip', ['address', 'add', '10.77.0.5/32', 'dev', 'eth0']);
    const third = await netcheck(lab.hosts.scanner, known);
    expect(third.exitCode).toBe(1);
    expect(['confirmed', 'likely']).toContain(verdict(third.report, '10.77.0.5'));
    expect(claimants(third.report, '10.77.0.5')).toEqual([a, b, honest].sort());
  });

  test('of which only a stranger answers is worth a look', async () => {
    await using lab = await duplicateLan();
    const args = ['--dup-ip', '10.77.0.9', '--expect', `10.77.0.9=${lab.macs.a}`];
    const { report, exitCode } = await netcheck(lab.hosts.scanner, args);
    expect([verdict(report, '10.77.0.9'), exitCode]).toEqual(['likely', 1]);
    expect(summary(report, '10.77.0.9')).toContain('it is not who you expect');
  });
});

function verdict(report: Report, ip: string): string | undefined {
  return verdicts(report)[`duplicate-ip ${ip}`];
}

function summary(report: Report, ip: string): string {
  const found = report.causes.find(({ cause, subject }) => cause === 'duplicate-ip' && subject === ip);
  return found?.summary ?? 'no opinion';
}

function conflicts(report: Report): string[] {
  const found = report.causes.filter(({ verdict: each }) => each === 'confirmed' || each === 'likely');
  return found.map(({ cause, subject }) => `${cause} ${subject}`);
}

/** Asks in many rounds; after the first of them the master resigns. */
async function failingOver(lab: VrrpLan): Promise<Pick<Run, 'report' | 'exitCode'>> {
  const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', lab.virtualAddress, '--rounds', '15']);
  // The address and up to three canaries in each round.
  await running.says(/: ([5-9]|\d\d) ARP probes sent/);
  await lab.failOver();
  const { report, exitCode } = await running.ended;
  expect(only(report, 'arp-claims').probesSent).toBe(15);
  return { report, exitCode };
}
