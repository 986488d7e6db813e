// --listen: what the wire says by itself, while nothing is sent.

import { describe, expect, test } from 'vitest';
import { duplicateLan, quietLan, startArpStation } from '../../src/lab/index.ts';
import { announceByTurns } from '../support/announcers.ts';
import { claimants, labUnavailable, netcheck, only, verdicts } from '../support/lab-run.ts';
import { framesSent } from '../support/wire.ts';

const ADDRESS = '10.77.0.5';

describe.skipIf(labUnavailable()).concurrent('--listen', () => {
  test('hears two machines announce one address by turns, and sends nothing', async () => {
    await using lab = await duplicateLan();
    const { scanner } = lab.hosts;
    await announceByTurns(lab);
    const before = await framesSent(scanner);
    for (const args of [[], ['--dup-ip', ADDRESS], ['--dup-ip', '10.77.0.0/24']]) {
      const { report, exitCode, stderr } = await netcheck(scanner, ['--listen', '2s', ...args]);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
      expect(verdicts(report)[`duplicate-ip ${ADDRESS}`]).toBe('likely');
      expect(claimants(report, ADDRESS)).toEqual([lab.macs.a, lab.macs.b].sort());
      const { flips, source, probesSent, claims } = only(report, 'arp-claims');
      expect({ source, probesSent }).toEqual({ source: 'listening', probesSent: 0 });
      expect(claims.map(({ via }) => via)).toEqual(['announcement', 'announcement']);
      expect(flips?.count).toBeGreaterThan(3);
      const [first, second] = flips?.first ?? [];
      expect(second).toMatchObject({ fromMac: first?.toMac, toMac: first?.fromMac });
      expect(second?.atSeconds).toBeGreaterThan(first?.atSeconds ?? Number.POSITIVE_INFINITY);
    }
    expect(await framesSent(scanner)).toBe(before);
  });

  test('can not tell where nothing is heard', async () => {
    await using lab = await quietLan();
    const { scanner } = lab.hosts;
    const before = await framesSent(scanner);
    const all = await netcheck(scanner, ['--listen', '1s']);
    expect(all).toMatchObject({ stderr: '', exitCode: 3 });
    expect(verdicts(all.report)['duplicate-ip eth0']).toBe('unknown');
    expect(only(all.report, 'arp-sweep')).toMatchObject({ frames: 0, addressesAsked: null, probesSent: 0 });
    const one = await netcheck(scanner, ['--listen', '1s', '--dup-ip', ADDRESS]);
    expect(one.exitCode).toBe(3);
    expect(verdicts(one.report)[`duplicate-ip ${ADDRESS}`]).toBe('unknown');
    expect(await framesSent(scanner)).toBe(before);
  });

  test('hears one machine and rules a second out only as far as was heard', async () => {
    await using lab = await quietLan();
    const station = { interface: lab.interface, address: lab.addresses.honest, mac: lab.macs.honest };
    await startArpStation(lab.hosts.honest, { ...station, behaviour: { kind: 'announcer', everyMs: 200 } });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--listen', '1s']);
    // Who kept silent was not heard: that is no "nothing found".
    expect(exitCode).toBe(3);
    expect(only(report, 'arp-sweep').inventory).toMatchObject([{ ip: lab.addresses.honest, mac: lab.macs.honest }]);
    const told = report.causes.find(({ cause }) => cause === 'duplicate-ip')?.summary;
    expect(told).toContain('none was heard from two machines');
  });

  test('hears a machine announce an address of ours', async () => {
    await using lab = await quietLan();
    const station = { interface: lab.interface, address: lab.addresses.scanner, mac: lab.macs.honest };
    await startArpStation(lab.hosts.honest, { ...station, behaviour: { kind: 'announcer', everyMs: 200 } });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--listen', '1s', '--dup-ip', 'self']);
    expect([verdicts(report)[`own-address-conflict ${lab.addresses.scanner}`], exitCode]).toEqual(['likely', 1]);
  });

  test('needs root, and says so in one line', async () => {
    await using lab = await quietLan();
    const { report, exitCode, stderr } = await netcheck(lab.hosts.scanner, ['--listen', '1s'], 'user');
    expect([exitCode, report.evidence.map(({ kind }) => kind)]).toEqual([3, ['skipped']]);
    expect(stderr).toMatch(/^netcheck: .*ARP needs root.*sudo netcheck --listen 1\b.*\n$/);
  });
});
