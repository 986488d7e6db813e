// What an ARP frame says about the addresses asked for (RFC 826, RFC 5227), and how claims are kept.

import { describe, expect, it } from 'vitest';
import { ClaimTable, claimVia } from '../../src/arp-lite/claims.ts';
import { type ArpFrame, decodeArpFrame, OPERATION } from '../../src/arp-lite/packet.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { goldenFrame } from '../support/golden-frame.ts';

const SPEAKER = mac('52:54:00:12:ab:ef');
const REPLY: ArpFrame = {
  destinationMac: mac('02:00:00:00:00:01'),
  sourceMac: SPEAKER,
  operation: OPERATION.reply,
  senderMac: SPEAKER,
  senderIp: ipv4('10.0.0.5'),
  targetMac: mac('02:00:00:00:00:01'),
  targetIp: ipv4('10.0.0.2'),
};

describe('claimVia', () => {
  it.each([
    ['arp-request', 'request'],
    ['arp-reply-padded', 'reply'],
    ['arp-reply-relayed', 'reply'],
    ['arp-announcement', 'announcement'],
    ['arp-probe', null],
  ])('%s: %s', (name, via) => {
    const decoded = decodeArpFrame(goldenFrame(name));
    expect(decoded.ok && claimVia(decoded.packet)).toBe(via);
  });

  it('a reply to oneself is an announcement too', () => {
    expect(claimVia({ ...REPLY, targetIp: REPLY.senderIp })).toBe('announcement');
  });

  it.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'])('no card has %s, so it claims nothing', (senderMac) => {
    expect(claimVia({ ...REPLY, senderMac: mac(senderMac) })).toBeNull();
  });
});

describe('ClaimTable', () => {
  it('keeps one claim per MAC, the first heard first', () => {
    const table = new ClaimTable();
    const other = mac('52:54:00:00:00:02');
    table.record(REPLY, 'reply', 1001, 1000, 1);
    table.record({ ...REPLY, senderMac: other }, 'reply', 1700, 1000, 2);
    table.record(REPLY, 'reply', 1701, 1000, 2);
    table.record(REPLY, 'reply', 1702, 1000, 2);
    expect(table.claimants(REPLY.senderIp)).toBe(2);
    expect(table.of(REPLY.senderIp)).toEqual([
      { mac: SPEAKER, frameSourceMac: null, via: 'reply', count: 3, firstMs: 1, lastMs: 702, rounds: [1, 2] },
      { mac: other, frameSourceMac: SPEAKER, via: 'reply', count: 1, firstMs: 700, lastMs: 700, rounds: [2] },
    ]);
  });

  it('counts from the start where a claim came before its address was asked for, to the end', () => {
    const table = new ClaimTable();
    table.record(REPLY, 'announcement', 500, 0, 1);
    table.record(REPLY, 'reply', 2001, 2000, 1);
    expect(table.of(REPLY.senderIp)).toMatchObject([{ via: 'announcement', firstMs: 500, lastMs: 2001 }]);
  });

  it('notes the source of a frame that came through another card, however late', () => {
    const table = new ClaimTable();
    table.record({ ...REPLY, sourceMac: REPLY.senderMac }, 'reply', 1, 0, 1);
    const relay = mac('52:54:00:00:00:0f');
    table.record({ ...REPLY, sourceMac: relay }, 'reply', 2, 0, 1);
    expect(table.of(REPLY.senderIp)).toMatchObject([{ frameSourceMac: relay, count: 2 }]);
  });

  it('has nothing for an address that nobody claimed', () => {
    const table = new ClaimTable();
    expect(table.of(ipv4('10.0.0.9'))).toEqual([]);
    expect(table.claimants(ipv4('10.0.0.9'))).toBe(0);
  });
});
