// The LANs for duplicate addresses and for what only looks like one: who answers ARP there, to which question and when.

import { describe, expect, test } from 'vitest';
import { ownAddressLan, proxyLan, twoLegLan } from '../../src/lab/index.ts';
import { answerers, askArp, NO_ADDRESS } from '../support/arp-probe.ts';
import { labUnavailable } from '../support/lab-run.ts';

describe.skipIf(labUnavailable())('a router with proxy ARP', () => {
  test.concurrent('answers beside the owner, for an address nobody has, and for one outside the LAN', async () => {
    await using lan = await proxyLan({ delaySeconds: 0 });
    const { owner, router } = lan.macs;
    expect(answerers(await askArp(lan, lan.addresses.owner))).toEqual([owner, router].sort());
    expect(answerers(await askArp(lan, lan.emptyAddress))).toEqual([router]);
    expect(answerers(await askArp(lan, lan.outsideAddress))).toEqual([router]);
    // What it knows to be in the LAN it leaves to its owner.
    expect(await askArp(lan, lan.addresses.scanner)).toEqual([]);
  });

  test.concurrent('takes its time for a broadcast, and answers at once what was sent to it alone', async () => {
    await using lan = await proxyLan();
    const { router } = lan.macs;
    const delayed = await askArp(lan, lan.emptyAddress, { times: 10, listenMs: 1000, atLeast: 10 });
    const delays = delayed.map(({ afterMs }) => afterMs);
    expect(delays).toHaveLength(10);
    // Evenly spread over 0.8 s: all ten are within a tenth of that once in ten thousand million runs.
    expect(Math.max(...delays)).toBeGreaterThan(80);
    const direct = await askArp(lan, lan.emptyAddress, { destinationMac: router, times: 10 });
    expect(answerers(direct)).toEqual(Array(10).fill(router));
    expect(Math.max(...direct.map(({ afterMs }) => afterMs))).toBeLessThan(300);
  });

  test.concurrent('stands for no one when asked by a prober that has no address yet', async () => {
    await using lan = await proxyLan({ delaySeconds: 0 });
    const probe = (target = lan.emptyAddress) => askArp(lan, target, { senderIp: NO_ADDRESS });
    expect(answerers(await probe(lan.addresses.owner))).toEqual([lan.macs.owner]);
    expect(await probe()).toEqual([]);
  });

  test.concurrent('with the route of a VPN client, answers for that address and no other of the LAN', async () => {
    await using lan = await proxyLan({ delaySeconds: 0, routedUpstream: ['10.77.0.5/32'] });
    expect(answerers(await askArp(lan, lan.addresses.owner))).toEqual([lan.macs.owner, lan.macs.router].sort());
    expect(await askArp(lan, lan.emptyAddress)).toEqual([]);
  });
});

describe.skipIf(labUnavailable())('a host with two legs in one LAN', () => {
  test.concurrent('answers for each of its addresses with both MACs', async () => {
    await using lan = await twoLegLan();
    const both = [lan.macs.twolegs, lan.secondLeg.mac].sort();
    expect(answerers(await askArp(lan, lan.addresses.twolegs))).toEqual(both);
    expect(answerers(await askArp(lan, lan.secondLeg.address ?? lan.emptyAddress))).toEqual(both);
    expect(answerers(await askArp(lan, lan.addresses.twolegs, { senderIp: NO_ADDRESS }))).toEqual(both);
    expect(answerers(await askArp(lan, lan.addresses.honest))).toEqual([lan.macs.honest]);
  });

  test.concurrent('answers on the second leg though that has no address of its own', async () => {
    await using lan = await twoLegLan({ secondAddress: false });
    const both = [lan.macs.twolegs, lan.secondLeg.mac].sort();
    expect(lan.secondLeg.address).toBeNull();
    expect(answerers(await askArp(lan, lan.addresses.twolegs))).toEqual(both);
  });
});

describe.skipIf(labUnavailable())('an intruder on our own address', () => {
  test.concurrent('answers a probe, and nothing that already says it comes from that address', async () => {
    await using lan = await ownAddressLan();
    const { scanner } = lan.addresses;
    expect(answerers(await askArp(lan, scanner, { senderIp: NO_ADDRESS }))).toEqual([lan.macs.intruder]);
    // Linux takes a request in its own name for forged, and is silent.
    expect(await askArp(lan, scanner)).toEqual([]);
    expect(answerers(await askArp(lan, lan.addresses.honest, { senderIp: NO_ADDRESS }))).toEqual([lan.macs.honest]);
  });
});
