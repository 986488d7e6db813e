// --dup-ip on real kernels: two machines, one, none; late ones; sweeps; our own address.

import { describe, expect, test } from 'vitest';
import { duplicateLan, quietLan } from '../../src/lab/index.ts';
import { labUnavailable, netcheck, only, verdicts } from '../support/lab-run.ts';

describe.skipIf(labUnavailable())('--dup-ip', () => {
  test.concurrent('two stations on one address are a confirmed duplicate, both named', async () => {
    await using lab = await duplicateLan();
    const { report, exitCode, stderr } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.addresses.a]);
    expect(stderr).toBe('');
    expect(exitCode).toBe(1);
    expect(verdicts(report)[`duplicate-ip ${lab.addresses.a}`]).toBe('confirmed');
    const { claims, kernelDrops, complete } = only(report, 'arp-claims');
    expect(claims.map(({ mac }) => mac).sort()).toEqual([lab.macs.a, lab.macs.b].sort());
    expect({ kernelDrops, complete }).toEqual({ kernelDrops: 0, complete: true });
  });

  test.concurrent('one station is no duplicate', async () => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.addresses.a]);
    expect(exitCode).toBe(0);
    expect(verdicts(report)).toMatchObject({
      [`duplicate-ip ${lab.addresses.a}`]: 'ruled-out',
      [`unreachable ${lab.addresses.a}`]: 'ruled-out',
    });
    expect(only(report, 'arp-claims').claims.map(({ mac }) => mac)).toEqual([lab.macs.a]);
  });

  test.concurrent('nobody on an address asked for by itself is unreachable, and no verdict on duplicates', async () => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.emptyAddress]);
    expect(exitCode).toBe(1);
    expect(only(report, 'arp-claims').claims).toEqual([]);
    expect(verdicts(report)).toMatchObject({
      [`duplicate-ip ${lab.emptyAddress}`]: 'unknown',
      [`unreachable ${lab.emptyAddress}`]: 'likely',
    });
  });

  test.concurrent('a sweep finds the shared address and takes silent ones for normal', async () => {
    await using lab = await duplicateLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24']);
    expect(exitCode).toBe(1);
    expect(verdicts(report)).toEqual({
      [`duplicate-ip ${lab.addresses.a}`]: 'confirmed',
      'duplicate-ip 10.77.0.0/24': 'ruled-out',
    });
    expect(only(report, 'arp-sweep')).toMatchObject({ addressesAsked: 254, addressesAnswered: 2, kernelDrops: 0 });
  });

  test.concurrent('a clean sweep finds nothing', async () => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24']);
    expect(exitCode).toBe(0);
    expect(verdicts(report)).toEqual({ 'duplicate-ip 10.77.0.0/24': 'ruled-out' });
  });

  test.concurrent("our own address: free when nobody else has it, a duplicate when someone does, and nobody's cache changes", async () => {
    await using lab = await duplicateLan();
    const neighbours = async (): Promise<string> => (await lab.hosts.b.run('ip', ['neigh'])).stdout;
    const before = await neighbours();
    const alone = await netcheck(lab.hosts.honest, ['--dup-ip', lab.addresses.honest]);
    expect(alone.exitCode).toBe(0);
    expect(only(alone.report, 'arp-claims')).toMatchObject({ ownMac: lab.macs.honest, claims: [] });
    const shared = await netcheck(lab.hosts.a, ['--dup-ip', lab.addresses.a]);
    expect(shared.exitCode).toBe(1);
    expect(only(shared.report, 'arp-claims').claims.map(({ mac }) => mac)).toEqual([lab.macs.b]);
    expect(await neighbours()).toBe(before);
  });

  test.concurrent('a second interface of this machine in the same LAN is no second machine', async () => {
    await using lab = await quietLan();
    const { scanner, switch: hub } = lab.hosts;
    await scanner.run('ip', ['link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'leg', 'netns', hub.namespace]);
    await hub.run('ip', ['link', 'set', 'leg', 'master', 'bridge', 'up']);
    await scanner.run('ip', ['address', 'add', '10.77.0.2/24', 'dev', 'eth1']);
    await scanner.run('ip', ['link', 'set', 'eth1', 'up']);
    for (const address of ['10.77.0.1', '10.77.0.2']) {
      const { report, exitCode } = await netcheck(scanner, ['--dup-ip', address]);
      expect({ address, exitCode, claims: only(report, 'arp-claims').claims }).toEqual({
        address,
        exitCode: 0,
        claims: [],
      });
    }
    const sweep = await netcheck(scanner, ['--dup-ip', '10.77.0.0/24', '-i', 'eth0']);
    expect(sweep.exitCode).toBe(0);
  });

  test('a second station that answers 0.7 s late is found 20 times out of 20', async () => {
    const found = await Promise.all(Array.from({ length: 5 }, () => findLate(4)));
    expect(found.flat()).toEqual(Array(20).fill('confirmed'));
  });
});

/** Verdicts of several runs, one after another, against a station that is late. */
async function findLate(runs: number): Promise<string[]> {
  await using lab = await duplicateLan({ lateSeconds: 0.7 });
  const found: string[] = [];
  for (let run = 0; run < runs; run++) {
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.addresses.b]);
    found.push(verdicts(report)[`duplicate-ip ${lab.addresses.b}`] ?? 'none');
  }
  return found;
}
