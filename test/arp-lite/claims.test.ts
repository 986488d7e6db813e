// What an ARP frame says about the addresses asked for (RFC 826, RFC 5227), and how claims are kept.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipv4ToUint32 } from '../../src/address/ipv4.ts';
import { type Mac, macToNumber, numberToMac } from '../../src/address/mac.ts';
import { ClaimTable, type ClaimVia, claimVia, type Sighting } from '../../src/arp-lite/claims.ts';
import { type ArpNumbers, OPERATION, readArpNumbers } from '../../src/arp-lite/packet.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { goldenFrame } from '../support/golden-frame.ts';

const ADDRESS = ipv4('10.0.0.5');
const NUMBER = ipv4ToUint32(ADDRESS);
const FIRST = mac('52:54:00:00:00:0a');
const SECOND = mac('52:54:00:00:00:0b');
const THIRD = mac('52:54:00:00:00:0c');

const REPLY: ArpNumbers = {
  operation: OPERATION.reply,
  sourceMac: macToNumber(FIRST),
  senderMac: macToNumber(FIRST),
  senderIp: NUMBER,
  targetIp: ipv4ToUint32(ipv4('10.0.0.2')),
};

interface Seen {
  readonly ip?: string;
  readonly from?: Mac;
  readonly vlanId?: number | null;
  readonly via?: ClaimVia;
  readonly now?: number;
  readonly askedAt?: number;
  readonly round?: number;
}

/** A reply in its own name, one millisecond after the question, in round 1. */
function sighting(speaker: Mac, { ip = ADDRESS, from = speaker, ...rest }: Seen = {}): Sighting {
  return {
    address: ipv4ToUint32(ipv4(ip)),
    mac: macToNumber(speaker),
    frameSource: macToNumber(from),
    vlanId: null,
    via: 'reply',
    now: 1001,
    askedAt: 1000,
    round: 1,
    ...rest,
  };
}

function tableOf(...seen: readonly Sighting[]): ClaimTable {
  const table = new ClaimTable();
  for (const each of seen) table.record(each);
  return table;
}

describe('claimVia', () => {
  it.each([
    ['arp-request', 'request'],
    ['arp-reply-padded', 'reply'],
    ['arp-reply-relayed', 'reply'],
    ['arp-announcement', 'announcement'],
    ['arp-probe', null],
  ])('%s: %s', (name, via) => {
    const frame = readArpNumbers(goldenFrame(name));
    expect(frame && claimVia(frame)).toBe(via);
  });

  it('a reply to oneself is an announcement too', () => {
    expect(claimVia({ ...REPLY, targetIp: REPLY.senderIp })).toBe('announcement');
  });

  it.each(['00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff'])('no card has %s, so it claims nothing', (senderMac) => {
    const nobody = { ...REPLY, senderMac: macToNumber(mac(senderMac)) };
    expect(claimVia(nobody)).toBeNull();
    const probe = { ...nobody, operation: OPERATION.request, senderIp: 0, targetIp: NUMBER };
    expect(claimVia(probe, new Set([NUMBER]))).toBeNull();
  });

  it('a probe claims what is ours, and nothing else', () => {
    const probe = { ...REPLY, operation: OPERATION.request, senderIp: 0, targetIp: NUMBER };
    expect(claimVia(probe, new Set([NUMBER]))).toBe('probe');
    expect(claimVia(probe, new Set([NUMBER + 1]))).toBeNull();
    expect(claimVia({ ...probe, operation: OPERATION.reply }, new Set([NUMBER]))).toBeNull();
  });
});

describe('a claim', () => {
  it('is one per MAC, the first heard first', () => {
    const table = tableOf(
      sighting(FIRST),
      sighting(SECOND, { from: FIRST, now: 1700, round: 2 }),
      sighting(FIRST, { now: 1701, round: 2 }),
      sighting(FIRST, { now: 1702, round: 2 }),
    );
    const common = { vlanId: null, via: 'reply' } as const;
    expect(table.claimants(NUMBER)).toBe(2);
    expect(table.macsOf(NUMBER).map(numberToMac)).toEqual([FIRST, SECOND]);
    expect(table.of(ADDRESS)).toEqual([
      { ...common, mac: FIRST, frameSourceMac: null, count: 3, firstMs: 1, lastMs: 702, rounds: [1, 2] },
      { ...common, mac: SECOND, frameSourceMac: FIRST, count: 1, firstMs: 700, lastMs: 700, rounds: [2] },
    ]);
  });

  it('is timed from one moment, though its address was asked for only later', () => {
    const table = tableOf(
      sighting(FIRST, { via: 'announcement', now: 500, askedAt: 0 }),
      sighting(FIRST, { now: 2001, askedAt: 2000 }),
    );
    expect(table.of(ADDRESS)).toMatchObject([{ via: 'announcement', firstMs: 500, lastMs: 2001 }]);
  });

  it('keeps the source of a frame that came through another card, however late', () => {
    const relay = mac('52:54:00:00:00:0f');
    const table = tableOf(sighting(FIRST), sighting(FIRST, { from: relay }), sighting(FIRST));
    expect(table.of(ADDRESS)).toMatchObject([{ frameSourceMac: relay, count: 3 }]);
  });

  it('is of another VLAN only while it was not heard on the link itself', () => {
    expect(tableOf(sighting(FIRST, { vlanId: 7 })).of(ADDRESS)).toMatchObject([{ vlanId: 7 }]);
    for (const vlans of [
      [7, null],
      [null, 7],
    ]) {
      const table = tableOf(...vlans.map((vlanId) => sighting(FIRST, { vlanId })));
      expect(table.of(ADDRESS)).toMatchObject([{ vlanId: null, count: 2 }]);
    }
  });

  it('by a probe is a use as soon as the address is used', () => {
    const probe = sighting(FIRST, { via: 'probe' });
    expect(tableOf(probe, probe).of(ADDRESS)).toMatchObject([{ via: 'probe', count: 2 }]);
    const used = tableOf(probe, sighting(FIRST, { via: 'announcement' }), probe);
    expect(used.of(ADDRESS)).toMatchObject([{ via: 'announcement', count: 3 }]);
  });

  it('outside any round has none, and rounds beyond those that can be told apart are the last of them', () => {
    const table = tableOf(...[0, 3, 30, 31, 500].map((round) => sighting(FIRST, { round })));
    expect(table.of(ADDRESS)[0]?.rounds).toEqual([3, 30]);
  });

  it('is missing for an address that nobody claimed', () => {
    const table = new ClaimTable();
    expect(table.of(ADDRESS)).toEqual([]);
    expect(table.claimants(NUMBER)).toBe(0);
    expect(table.macsOf(NUMBER)).toEqual([]);
    expect(table.flips(ADDRESS)).toEqual({ count: 0, first: [] });
    expect(table.unlistedClaims(ADDRESS)).toBe(0);
    expect([table.isSettled(NUMBER), table.isContested(NUMBER)]).toEqual([false, false]);
  });
});

describe('doubt', () => {
  const rounds = (speaker: Mac, heard: readonly number[], seen: Seen = {}): Sighting[] =>
    heard.map((round) => sighting(speaker, { ...seen, round }));
  const both = [...rounds(FIRST, [1, 2]), ...rounds(SECOND, [1, 3])];

  it('is over when one claims the address on the link itself', () => {
    expect(tableOf(sighting(FIRST)).isSettled(NUMBER)).toBe(true);
    expect(tableOf(sighting(FIRST), sighting(SECOND)).isSettled(NUMBER)).toBe(false);
    expect(tableOf(sighting(FIRST, { vlanId: 7 })).isSettled(NUMBER)).toBe(false);
  });

  it('an address is contested when two were heard in two rounds each', () => {
    expect(tableOf(...both).isContested(NUMBER)).toBe(true);
    expect(tableOf(...both).isContested(NUMBER + 1)).toBe(false);
  });

  it.each<[string, Sighting[]]>([
    ['one of them in one round only', [...rounds(FIRST, [1, 2, 3]), ...rounds(SECOND, [3, 3, 3])]],
    ['a takeover', [...rounds(FIRST, [1]), ...rounds(SECOND, [2, 3])]],
    ['outside the rounds', [...rounds(FIRST, [1, 2]), ...rounds(SECOND, [0, 1])]],
    ['one of them in another VLAN', [...rounds(FIRST, [1, 2]), ...rounds(SECOND, [1, 2], { vlanId: 7 })]],
    ['a redundancy group', [...rounds(FIRST, [1, 2]), ...rounds(mac('00:00:5e:00:01:0a'), [1, 2])]],
    ['one alone', rounds(FIRST, [1, 2, 3])],
  ])('not by %s', (_, seen) => {
    expect(tableOf(...seen).isContested(NUMBER)).toBe(false);
  });

  it('nor by a bystander', () => {
    expect(tableOf(...both).isContested(NUMBER, new Set([macToNumber(SECOND)]))).toBe(false);
    const three = tableOf(...both, ...rounds(THIRD, [1, 2]));
    expect(three.isContested(NUMBER, new Set([macToNumber(SECOND)]))).toBe(true);
  });
});

describe('flips', () => {
  const heard = (speaker: Mac, now: number, vlanId: number | null = null): Sighting =>
    sighting(speaker, { now, vlanId });

  it('are the moments at which the address went over', () => {
    const table = tableOf(heard(FIRST, 1001), heard(FIRST, 1002), heard(SECOND, 1003), heard(FIRST, 1004.5));
    expect(table.flips(ADDRESS)).toEqual({
      count: 2,
      first: [
        { atMs: 3, fromMac: FIRST, toMac: SECOND },
        { atMs: 4.5, fromMac: SECOND, toMac: FIRST },
      ],
    });
  });

  it('are counted on when they are too many to be kept', () => {
    const table = tableOf(...Array.from({ length: 1000 }, (_, at) => heard(at % 2 === 0 ? FIRST : SECOND, 1000 + at)));
    const { count, first } = table.flips(ADDRESS);
    expect([count, first.length, first.at(-1)?.atMs]).toEqual([999, 64, 64]);
  });

  it('are none between VLANs, in which one address may belong to two', () => {
    const trunk = tableOf(heard(FIRST, 1001, 7), heard(SECOND, 1002, 8), heard(FIRST, 1003, 7), heard(SECOND, 1004, 8));
    expect(trunk.flips(ADDRESS).count).toBe(0);
    const link = tableOf(heard(SECOND, 1001, 7), heard(FIRST, 1002), heard(SECOND, 1003, 7), heard(FIRST, 1004));
    expect(link.flips(ADDRESS).count).toBe(0);
    const within = tableOf(heard(FIRST, 1001, 7), heard(SECOND, 1002, 7));
    expect(within.flips(ADDRESS).count).toBe(1);
    const here = tableOf(heard(FIRST, 1001), heard(THIRD, 1002, 7), heard(SECOND, 1003));
    expect(here.flips(ADDRESS).first).toEqual([{ atMs: 3, fromMac: FIRST, toMac: SECOND }]);
    const beforeIt = tableOf(heard(FIRST, 1001, 7), heard(SECOND, 1002, 7), heard(THIRD, 1003));
    expect(beforeIt.flips(ADDRESS)).toEqual({ count: 0, first: [] });
  });
});

describe('memory', () => {
  it('keeps 32 claimants of an address apart, and counts the frames of the rest', () => {
    const table = new ClaimTable();
    for (let round = 0; round < 3; round++) {
      for (let each = 0; each < 1000; each++) table.record(sighting(numberToMac(0x5254_0000_0000 + each)));
    }
    expect(table.claimants(NUMBER)).toBe(32);
    expect(table.of(ADDRESS).every(({ count }) => count === 3)).toBe(true);
    expect(table.unlistedClaims(ADDRESS)).toBe(3 * (1000 - 32));
  });

  it('keeps no more addresses than it was told to', () => {
    const table = new ClaimTable(2);
    for (const ip of ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.1', '10.0.0.3'])
      table.record(sighting(FIRST, { ip }));
    expect([...table.addresses()]).toEqual([0x0a00_0001, 0x0a00_0002]);
    expect(table.unlistedFrames).toBe(2);
    expect(table.of(ipv4('10.0.0.1'))).toMatchObject([{ count: 2 }]);
  });

  it('tells what a MAC claims', () => {
    const table = tableOf(sighting(FIRST), sighting(SECOND), sighting(FIRST, { ip: '10.0.0.9' }));
    expect(table.addressesOf(FIRST)).toEqual(new Set([NUMBER, NUMBER + 4]));
    expect(table.addressesOf(SECOND)).toEqual(new Set([NUMBER]));
    expect(table.addressesOf(THIRD)).toEqual(new Set());
  });
});

it('agrees with counting by hand, whoever speaks when', () => {
  const speakers = [FIRST, SECOND, THIRD];
  const heard = fc.record({ who: fc.nat(2), afterMs: fc.nat(5000), round: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(fc.array(heard, { minLength: 1, maxLength: 60 }), (frames) => {
      const inOrder = frames.toSorted((a, b) => a.afterMs - b.afterMs);
      const table = tableOf(
        ...inOrder.map(({ who, afterMs, round }) => sighting(speakers[who] as Mac, { now: 1000 + afterMs, round })),
      );
      for (const [index, speaker] of speakers.entries()) {
        const own = inOrder.filter(({ who }) => who === index);
        const claim = table.of(ADDRESS).find((each) => each.mac === speaker);
        expect(claim?.count ?? 0).toBe(own.length);
        if (claim === undefined) continue;
        expect([claim.firstMs, claim.lastMs]).toEqual([own[0]?.afterMs, own.at(-1)?.afterMs]);
        const rounds = new Set(own.map(({ round }) => round).filter((round) => round > 0));
        expect(claim.rounds).toEqual([...rounds].sort((a, b) => a - b));
      }
      const turns = inOrder.filter(({ who }, at) => at > 0 && inOrder[at - 1]?.who !== who);
      expect(table.flips(ADDRESS).count).toBe(turns.length);
    }),
    { numRuns: 100 },
  );
});
