// Two keepaliveds on one address: which MACs the virtual address has before, during and after a change of master.

import { describe, expect, test } from 'vitest';
import { vrrpLan } from '../../src/lab/index.ts';
import { answerers, askArp, NO_ADDRESS } from '../support/arp-probe.ts';
import { labUnavailable } from '../support/lab-run.ts';
import { watchWire } from '../support/wire.ts';

describe.skipIf(labUnavailable())('a VRRP pair', () => {
  test.concurrent('answers for its address with the virtual MAC alone, whoever is master', async () => {
    await using lan = await vrrpLan();
    expect(await lan.masters()).toEqual(['r1']);
    expect(answerers(await askArp(lan, lan.virtualAddress))).toEqual([lan.virtualMac]);
    expect(answerers(await askArp(lan, lan.virtualAddress, { senderIp: NO_ADDRESS }))).toEqual([lan.virtualMac]);
    // Asked at its own MAC the master says nothing: there the virtual address is not.
    expect(await askArp(lan, lan.virtualAddress, { destinationMac: lan.macs.r1 })).toEqual([]);
    expect(answerers(await askArp(lan, lan.addresses.r1))).toEqual([lan.macs.r1]);
    await lan.failOver();
    expect(await lan.masters()).toEqual(['r2']);
    expect(answerers(await askArp(lan, lan.virtualAddress))).toEqual([lan.virtualMac]);
  });

  test.concurrent('answers with the own MAC as well where the kernel is left to its defaults', async () => {
    await using lan = await vrrpLan({ ownMacAnswers: true });
    expect(answerers(await askArp(lan, lan.virtualAddress))).toEqual([lan.virtualMac, lan.macs.r1].sort());
  });

  test.concurrent('asks in the name of its address with the own MAC when the master must find who spoke to it', async () => {
    await using lan = await vrrpLan();
    const wire = await watchWire(
      lan.hosts.scanner,
      `arp and ether src ${lan.macs.r1} and src host ${lan.virtualAddress}`,
    );
    expect((await lan.hosts.scanner.run('ping', ['-c', '1', '-W', '2', lan.virtualAddress])).exitCode).toBe(0);
    expect(await wire.firstLine).toContain(`Request who-has ${lan.addresses.scanner} tell ${lan.virtualAddress}`);
  });

  test.concurrent('without a virtual MAC, moves its address from one MAC to the other and announces it', async () => {
    await using lan = await vrrpLan({ vmac: false });
    const { r1, r2 } = lan.macs;
    expect(answerers(await askArp(lan, lan.virtualAddress))).toEqual([r1]);
    const wire = await watchWire(lan.hosts.scanner, `arp and ether src ${r2} and src host ${lan.virtualAddress}`);
    await lan.failOver();
    expect(await wire.firstLine).toContain(`Request who-has ${lan.virtualAddress}`);
    expect(answerers(await askArp(lan, lan.virtualAddress))).toEqual([r2]);
  });

  test.concurrent('that cannot hear each other has two masters: two MACs, or one behind two ports', async () => {
    await using plain = await vrrpLan({ vmac: false });
    await plain.splitBrain();
    expect(answerers(await askArp(plain, plain.virtualAddress))).toEqual([plain.macs.r1, plain.macs.r2]);
    await using virtual = await vrrpLan();
    await virtual.splitBrain();
    expect(answerers(await askArp(virtual, virtual.virtualAddress))).toEqual([virtual.virtualMac, virtual.virtualMac]);
  });
});
