// Scripted stations on the real kernel: what they put on the wire, as another host of the LAN hears it.

import { describe, expect, test, vi } from 'vitest';
import type { Ipv4 } from '../../src/address/ipv4.ts';
import { BROADCAST_MAC, type Mac } from '../../src/address/mac.ts';
import { decodeArpFrame, OPERATION } from '../../src/arp-lite/index.ts';
import { type ArpBehaviour, duplicateLan, type QuietLan, quietLan, startArpStation } from '../../src/lab/index.ts';
import { malformedFrames } from '../../src/lab/malformed-frames.ts';
import { announcementOf } from '../../src/lab/station-frames.ts';
import { announceByTurns } from '../support/announcers.ts';
import { answerers, arpPackets, askArp, exchangeFrames, NO_ADDRESS, requestFrame } from '../support/arp-probe.ts';
import { labUnavailable } from '../support/lab-run.ts';
import { framesSent, watchWire } from '../support/wire.ts';

describe.skipIf(labUnavailable())('a scripted station', () => {
  test.concurrent('floods once for all that is asked meanwhile, under as many names as told', async () => {
    await using lan = await quietLan();
    await playHonest(lan, { kind: 'flood', frames: 20_000, senders: 3 });
    const [first, second, third, again] = await askArp(lan, lan.addresses.honest, { times: 3, atLeast: 4 });
    expect([first, second, third, again].map((answer) => answer?.mac)).toEqual([
      lan.macs.honest,
      '00:14:22:09:00:0a',
      '00:14:22:09:00:0b',
      lan.macs.honest,
    ]);
    await vi.waitFor(async () => expect(await framesSent(lan.hosts.honest)).toBeGreaterThanOrEqual(20_000), 5000);
    expect(await framesSent(lan.hosts.honest)).toBeLessThan(20_100);
  });

  test.concurrent('sends broken frames that nobody can take for an answer', async () => {
    await using lan = await quietLan();
    await playHonest(lan, { kind: 'malformed', frames: 400, seed: 7 });
    const heard = await exchangeFrames(lan.hosts.scanner, [requestFrame(lan, lan.addresses.honest)], { atLeast: 350 });
    // One in eight is of another EtherType.
    expect(heard).toHaveLength(350);
    const reasons = heard.map(({ bytes }) => decodeArpFrame(bytes)).map((read) => (read.ok ? 'believed' : read.reason));
    expect(new Set(reasons)).toEqual(new Set(['truncated', 'not-ethernet-ipv4']));
  });

  test.concurrent('answers in a tagged frame', async () => {
    await using lan = await quietLan();
    await playHonest(lan, { kind: 'vlan', id: 10 });
    const wire = await watchWire(lan.hosts.scanner, 'vlan');
    await askArp(lan, lan.addresses.honest);
    expect(await wire.firstLine).toContain(
      `vlan 10, p 0, ethertype ARP (0x0806), Reply 10.77.0.9 is-at ${lan.macs.honest}`,
    );
  });

  test.concurrent('hands an address over to another at the third request', async () => {
    await using lan = await duplicateLan();
    const { hosts, addresses, macs, interface: name } = lan;
    const station = { interface: name, address: addresses.a };
    await Promise.all([
      startArpStation(hosts.a, { ...station, mac: macs.a, behaviour: { kind: 'takeover', to: 2 } }),
      startArpStation(hosts.b, { ...station, mac: macs.b, behaviour: { kind: 'takeover', from: 3 } }),
    ]);
    expect(answerers(await askArp(lan, addresses.a, { times: 2, atLeast: 2 }))).toEqual([macs.a, macs.a]);
    expect(answerers(await askArp(lan, addresses.a, { times: 2, atLeast: 2 }))).toEqual([macs.b, macs.b]);
  });

  test.concurrent('answers for everything, with an Ethernet source that is not the sender it names', async () => {
    await using lan = await quietLan();
    const sourceMac = '00:14:22:09:00:99' as Mac;
    await playHonest(lan, { kind: 'proxy' }, sourceMac);
    expect(answerers(await askArp(lan, lan.emptyAddress, { atLeast: 1 }))).toEqual([lan.macs.honest]);
    expect(answerers(await askArp(lan, lan.addresses.a, { atLeast: 2 }))).toEqual([lan.macs.a, lan.macs.honest].sort());
    const heard = await exchangeFrames(lan.hosts.scanner, [requestFrame(lan, lan.emptyAddress)], { atLeast: 1 });
    expect(arpPackets(heard).map((packet) => [packet.sourceMac, packet.senderMac])).toEqual([
      [sourceMac, lan.macs.honest],
    ]);
  });

  test.concurrent('probes for an address again and again, and claims nothing', async () => {
    await using lan = await quietLan();
    await playHonest(lan, { kind: 'prober', everyMs: 50 });
    const probes = arpPackets(await exchangeFrames(lan.hosts.scanner, [], { atLeast: 7 }));
    expect(probes.length).toBeGreaterThanOrEqual(7);
    for (const probe of probes) {
      expect(probe).toMatchObject({
        operation: OPERATION.request,
        senderMac: lan.macs.honest,
        senderIp: NO_ADDRESS,
        targetIp: lan.addresses.honest,
      });
    }
    expect(answerers(await askArp(lan, lan.addresses.honest))).toEqual([lan.macs.honest]);
  });

  test.concurrent('announces its address unasked, by turns with another that owns it', async () => {
    await using lan = await duplicateLan();
    const { hosts, addresses, macs } = lan;
    await announceByTurns(lan);
    const heard = arpPackets(await exchangeFrames(hosts.scanner, [], { listenMs: 1000 }));
    expect(heard.length).toBeGreaterThanOrEqual(8);
    expect(heard.map(({ senderIp, targetIp }) => `${senderIp} ${targetIp}`)).toEqual(
      heard.map(() => `${addresses.a} ${addresses.a}`),
    );
    for (const mac of [macs.a, macs.b]) {
      expect(heard.filter(({ senderMac }) => senderMac === mac).length).toBeGreaterThanOrEqual(3);
    }
  });
});

describe('malformed frames', () => {
  const valid = announcementOf('10.77.0.9' as Ipv4, { mac: BROADCAST_MAC, sourceMac: BROADCAST_MAC });

  test('are the same for one seed, and none of another is ARP either', () => {
    expect(malformedFrames(valid, 50, 1)).toEqual(malformedFrames(valid, 50, 1));
    expect(malformedFrames(valid, 50, 1)).not.toEqual(malformedFrames(valid, 50, 2));
    for (let seed = 0; seed < 100; seed++) {
      for (const frame of malformedFrames(valid, 80, seed)) expect(decodeArpFrame(frame).ok).toBe(false);
    }
  });
});

function playHonest(lan: QuietLan, behaviour: ArpBehaviour, sourceMac: Mac = lan.macs.honest): Promise<void> {
  const { honest: address } = lan.addresses;
  return startArpStation(lan.hosts.honest, {
    interface: lan.interface,
    address,
    mac: lan.macs.honest,
    sourceMac,
    behaviour,
  });
}
