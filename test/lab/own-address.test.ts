// --dup-ip self: who else uses an address of this machine, found without telling anybody anything new.

import { describe, expect, test } from 'vitest';
import type { Ipv4 } from '../../src/address/ipv4.ts';
import { duplicateLan, type LabHost, ownAddressLan, proxyLan, quietLan, startArpStation } from '../../src/lab/index.ts';
import { all, claimants, labUnavailable, netcheck, only, verdicts } from '../support/lab-run.ts';
import { recordWire } from '../support/wire.ts';

describe.skipIf(labUnavailable()).concurrent("this machine's own addresses", () => {
  test.each([['self'], ['10.77.0.1']])(
    'taken by another machine: %s says so, and nobody is disturbed',
    async (target) => {
      await using lab = await ownAddressLan();
      const { scanner, honest, intruder } = lab.hosts;
      const hosts = [scanner, honest, intruder];
      // A neighbour that talks to the intruder must go on doing so.
      await honest.run('ip', ['neigh', 'add', lab.addresses.intruder, 'lladdr', lab.macs.intruder, 'dev', 'eth0']);
      const before = await neighbours(hosts);
      expect(before[1]).toContain(lab.macs.intruder);
      const wire = await recordWire(scanner, `ether src ${lab.macs.scanner}`);
      const { report, stderr, exitCode } = await netcheck(scanner, ['--dup-ip', target]);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
      expect(verdicts(report)[`own-address-conflict ${lab.addresses.scanner}`]).toBe('confirmed');
      expect(verdicts(report)).not.toHaveProperty([`duplicate-ip ${lab.addresses.scanner}`]);
      expect(only(report, 'arp-claims')).toMatchObject({ ownMac: lab.macs.scanner, probesSent: 3 });
      expect(claimants(report, lab.addresses.scanner)).toEqual([lab.macs.intruder]);
      expect(await neighbours(hosts)).toEqual(before);
      const sent = await wire.end();
      expect(sent.length).toBeGreaterThan(0);
      for (const line of sent) expect(line).toMatch(/Request who-has \S+ tell 0\.0\.0\.0,/);
    },
  );

  test.each([['self'], ['10.77.0.1']])('nobody else has: %s rules it out', async (target) => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', target]);
    expect(exitCode).toBe(0);
    expect(verdicts(report)['own-address-conflict 10.77.0.1']).toBe('ruled-out');
    expect(only(report, 'arp-claims').claims).toEqual([]);
  });

  test('wanted by a machine that only asks whether it is free: likely', async () => {
    await using lab = await quietLan();
    const { interface: name, macs, addresses } = lab;
    await startArpStation(lab.hosts.honest, {
      interface: name,
      address: addresses.scanner,
      mac: macs.honest,
      behaviour: { kind: 'prober', everyMs: 100 },
    });
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', 'self']);
    expect(exitCode).toBe(1);
    expect(verdicts(report)[`own-address-conflict ${addresses.scanner}`]).toBe('likely');
    expect(only(report, 'arp-claims').claims).toMatchObject([{ mac: macs.honest, via: 'probe' }]);
  });

  test('wanted by a machine that took it in the meantime: confirmed', async () => {
    await using lab = await ownAddressLan();
    const { interface: name, macs, addresses } = lab;
    const behaviour = { kind: 'prober', everyMs: 5 } as const;
    await startArpStation(lab.hosts.intruder, {
      interface: name,
      address: addresses.scanner,
      mac: macs.intruder,
      behaviour,
    });
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', 'self']);
    expect(verdicts(report)[`own-address-conflict ${addresses.scanner}`]).toBe('confirmed');
  });

  test('announced by another machine that answers no probe: confirmed', async () => {
    await using lab = await quietLan();
    const { interface: name, macs, addresses } = lab;
    await startArpStation(lab.hosts.honest, {
      interface: name,
      address: addresses.scanner,
      mac: macs.honest,
      behaviour: { kind: 'announcer', everyMs: 200 },
    });
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', 'self']);
    expect(verdicts(report)[`own-address-conflict ${addresses.scanner}`]).toBe('confirmed');
    expect(only(report, 'arp-claims').claims).toMatchObject([{ mac: macs.honest, via: 'announcement' }]);
  });

  test('beside a router with proxy ARP: nobody took it', async () => {
    await using lab = await proxyLan({ delaySeconds: 0 });
    await lab.hosts.router.run('ip', ['route', 'del', lab.addresses.scanner, 'dev', lab.interface]);
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', 'self']);
    expect([verdicts(report)[`own-address-conflict ${lab.addresses.scanner}`], exitCode]).toEqual(['ruled-out', 0]);
  });

  test('on several interfaces: each is asked for where it is', async () => {
    await using lab = await ownAddressLan();
    const { scanner, intruder } = lab.hosts;
    const wire = ['link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', intruder.namespace];
    await scanner.run('ip', wire);
    for (const [host, addresses] of [
      [scanner, ['10.80.0.1/24', '10.80.0.2/24', '10.81.0.1/24']],
      [intruder, ['10.80.0.2/24', '10.81.0.9/24']],
    ] as const) {
      for (const address of addresses) await host.run('ip', ['address', 'add', address, 'dev', 'eth1']);
      await host.run('ip', ['link', 'set', 'eth1', 'up']);
    }
    const { report, exitCode } = await netcheck(scanner, ['--dup-ip', 'self']);
    expect(exitCode).toBe(1);
    expect(
      all(report, 'arp-claims')
        .map(({ interface: name, ip, claims }) => `${name} ${ip} ${claims.length}`)
        .sort(),
    ).toEqual(['eth0 10.77.0.1 1', 'eth1 10.80.0.1 0', 'eth1 10.80.0.2 1', 'eth1 10.81.0.1 0']);
    expect(verdicts(report)).toMatchObject({
      'own-address-conflict 10.77.0.1': 'confirmed',
      'own-address-conflict 10.80.0.1': 'ruled-out',
      'own-address-conflict 10.80.0.2': 'confirmed',
      'own-address-conflict 10.81.0.1': 'ruled-out',
    });
    const one = await netcheck(scanner, ['--dup-ip', 'self', '-i', 'eth0']);
    expect(all(one.report, 'arp-claims').map(({ ip }) => ip)).toEqual(['10.77.0.1']);
  });

  test('with a label, as an alias (eth0:1) has: it is asked for, and no other machine is its only owner', async () => {
    await using lab = await ownAddressLan();
    const { scanner, intruder } = lab.hosts;
    await scanner.run('ip', ['address', 'add', '10.77.0.50/24', 'dev', 'eth0', 'label', 'eth0:1']);
    await intruder.run('ip', ['address', 'add', '10.77.0.50/24', 'dev', 'eth0']);
    for (const target of ['self', '10.77.0.50']) {
      const { report, exitCode } = await netcheck(scanner, ['--dup-ip', target]);
      expect([verdicts(report)['own-address-conflict 10.77.0.50'], exitCode]).toEqual(['confirmed', 1]);
      expect(verdicts(report)).not.toHaveProperty(['duplicate-ip 10.77.0.50']);
    }
  });

  test('behind a load balancer, on loopback and unanswered for (LVS): no conflict, by asking and by listening', async () => {
    await using lab = await quietLan();
    const { scanner, honest } = lab.hosts;
    await scanner.run('ip', ['address', 'add', '10.77.0.100/32', 'dev', 'lo']);
    await honest.run('ip', ['address', 'add', '10.77.0.100/32', 'dev', 'eth0']);
    const announced = { interface: lab.interface, address: '10.77.0.100' as Ipv4, mac: lab.macs.honest };
    await startArpStation(honest, { ...announced, behaviour: { kind: 'announcer', everyMs: 200 } });
    for (const how of [[], ['--listen', '1s']]) {
      await scanner.run('sysctl', ['-w', 'net.ipv4.conf.all.arp_ignore=1']);
      const server = await netcheck(scanner, ['--dup-ip', '10.77.0.100', ...how]);
      expect(verdicts(server.report)['own-address-conflict 10.77.0.100']).toBe('possible');
      await scanner.run('sysctl', ['-w', 'net.ipv4.conf.all.arp_ignore=0']);
      const rival = await netcheck(scanner, ['--dup-ip', '10.77.0.100', ...how]);
      const sure = how.length === 0 ? 'confirmed' : 'likely';
      expect(verdicts(rival.report)['own-address-conflict 10.77.0.100']).toBe(sure);
    }
  });

  test('on two interfaces in one LAN: this machine is no second machine', async () => {
    await using lab = await quietLan();
    const { scanner, switch: hub } = lab.hosts;
    await scanner.run('ip', ['link', 'add', 'eth1', 'type', 'veth', 'peer', 'name', 'leg', 'netns', hub.namespace]);
    await hub.run('ip', ['link', 'set', 'leg', 'master', 'bridge', 'up']);
    await scanner.run('ip', ['address', 'add', '10.77.0.2/24', 'dev', 'eth1']);
    await scanner.run('ip', ['link', 'set', 'eth1', 'up']);
    const { report, exitCode } = await netcheck(scanner, ['--dup-ip', 'self']);
    expect(exitCode).toBe(0);
    expect(all(report, 'arp-claims').flatMap(({ claims }) => claims)).toEqual([]);
    expect(verdicts(report)).toMatchObject({
      'own-address-conflict 10.77.0.1': 'ruled-out',
      'own-address-conflict 10.77.0.2': 'ruled-out',
    });
    const sweep = await netcheck(scanner, ['--dup-ip', '10.77.0.0/24', '-i', 'eth0']);
    expect(sweep.exitCode).toBe(0);
  });

  test('shared with the machine that a sweep finds there', async () => {
    await using lab = await duplicateLan();
    const { report, exitCode } = await netcheck(lab.hosts.a, ['--dup-ip', '10.77.0.0/24', '--no-proof']);
    expect(exitCode).toBe(1);
    expect(verdicts(report)).toMatchObject({
      'own-address-conflict 10.77.0.5': 'confirmed',
      'duplicate-ip 10.77.0.0/24': 'ruled-out',
    });
    expect(claimants(report, '10.77.0.5')).toEqual([lab.macs.b]);
  });
});

/** Who each host takes its neighbours to be; not how fresh that is, which goes by the time. */
async function neighbours(hosts: readonly LabHost[]): Promise<string[]> {
  const tables = await Promise.all(hosts.map((host) => host.run('ip', ['-4', 'neigh', 'show'])));
  return tables.map(({ stdout }) => stdout.replaceAll(/ (REACHABLE|STALE|DELAY|PROBE)\b/g, ''));
}
