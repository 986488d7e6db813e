// What the wire says by itself: rounds by overheard questions, flips, and a memory that has bounds.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ipv4, ipv4ToUint32, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import { Eavesdropper } from '../../src/arp-lite/index.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { announcement, answer, probe, question } from '../support/arp-frames.ts';

const ADDRESS = ipv4('10.0.0.5');
const OTHER = ipv4('10.0.0.9');
const ASKING = mac('52:54:00:00:00:01');
const FIRST = mac('52:54:00:00:00:0a');
const SECOND = mac('52:54:00:00:00:0b');
const OWN = mac('02:00:00:00:00:01');

/** ar$spa and ar$tpa in their Ethernet frame. */
const SENDER_IP = 28;
const TARGET_IP = 38;

describe('an eavesdropper', () => {
  it('hears answers, announcements and requests, by whomever, for whatever address', () => {
    const ear = new Eavesdropper(null);
    ear.hear(answer(ADDRESS, FIRST), null, 1000);
    ear.hear(announcement(OTHER, SECOND), null, 1500);
    ear.hear(question(ADDRESS, ipv4('10.0.0.3'), ASKING), null, 2000);
    expect(ear.addresses()).toEqual(['10.0.0.3', '10.0.0.5', '10.0.0.9']);
    expect(ear.claims.of(ADDRESS)).toMatchObject([{ mac: FIRST, via: 'reply', firstMs: 0 }]);
    expect(ear.claims.of(OTHER)).toMatchObject([{ mac: SECOND, via: 'announcement', firstMs: 500 }]);
    expect(ear.claims.of(ipv4('10.0.0.3'))).toMatchObject([{ mac: ASKING, via: 'request', firstMs: 1000 }]);
    expect([ear.frames, ear.malformedFrames]).toEqual([3, 0]);
  });

  it('counts times from its start, where it has one', () => {
    const ear = new Eavesdropper(null);
    ear.start(400);
    ear.start(900);
    ear.hear(announcement(ADDRESS, FIRST), null, 1000);
    expect(ear.claims.of(ADDRESS)).toMatchObject([{ firstMs: 600 }]);
  });

  it('counts rounds by the questions that it overhears, whoever asks; a burst of them is one', () => {
    const ear = new Eavesdropper(null);
    const ask = (atMs: number): void => ear.hear(question(ADDRESS, ipv4('10.0.0.3'), ASKING), null, atMs);
    ear.hear(announcement(ADDRESS, FIRST), null, 0);
    ask(1000);
    ask(1050);
    ear.hear(answer(ADDRESS, FIRST), null, 1051);
    ear.hear(answer(ADDRESS, SECOND), null, 1060);
    ear.hear(probe(ADDRESS, SECOND), null, 2000);
    ear.hear(answer(ADDRESS, FIRST), null, 2001);
    expect(ear.questionsFor(ipv4ToUint32(ADDRESS))).toBe(2);
    expect(ear.claims.of(ADDRESS)).toMatchObject([
      { mac: FIRST, rounds: [1, 2], count: 3 },
      { mac: SECOND, rounds: [1], count: 1 },
    ]);
  });

  it('a question that follows an answer begins a round, however soon', () => {
    const ear = new Eavesdropper(null);
    for (const atMs of [0, 5, 10]) {
      ear.hear(question(ADDRESS, OTHER, OWN), null, atMs);
      ear.hear(answer(ADDRESS, FIRST), null, atMs + 1);
    }
    expect(ear.claims.of(ADDRESS)).toMatchObject([{ mac: FIRST, rounds: [1, 2, 3], count: 3 }]);
  });

  it('what a station says unasked answers no question, however many there were', () => {
    const ear = new Eavesdropper(null);
    ear.hear(question(ADDRESS, OTHER, OWN), null, 0);
    ear.hear(answer(ADDRESS, FIRST), null, 1);
    // Whose answers go to others, unheard.
    for (const atMs of [10_000, 20_000, 30_000]) {
      ear.hear(question(ADDRESS, OTHER, SECOND), null, atMs);
      ear.hear(question(OTHER, ADDRESS, FIRST), null, atMs + 500);
    }
    expect(ear.claims.of(ADDRESS)).toMatchObject([{ mac: FIRST, rounds: [1], count: 4 }]);
  });

  it('an announcement asks nobody', () => {
    const ear = new Eavesdropper(null);
    ear.hear(announcement(ADDRESS, FIRST), null, 0);
    expect(ear.questionsFor(ipv4ToUint32(ADDRESS))).toBe(0);
  });

  it('tells flips with their times, and none between VLANs', () => {
    const ear = new Eavesdropper(null);
    for (const [speaker, vlanId, atMs] of [
      [FIRST, null, 1000],
      [SECOND, null, 3000],
      [SECOND, null, 3500],
      [OWN, 7, 3600],
      [FIRST, null, 4000],
    ] as const) {
      ear.hear(announcement(ADDRESS, speaker), vlanId, atMs);
    }
    expect(ear.claims.flips(ADDRESS)).toEqual({
      count: 2,
      first: [
        { atMs: 2000, fromMac: FIRST, toMac: SECOND },
        { atMs: 3000, fromMac: SECOND, toMac: FIRST },
      ],
    });
  });

  it('does not take itself for another machine, but notes what it asks', () => {
    const ear = new Eavesdropper(null, [OWN]);
    ear.hear(question(ADDRESS, ipv4('10.0.0.2'), OWN), null, 0);
    ear.hear(announcement(ipv4('10.0.0.2'), OWN), null, 1);
    expect(ear.addresses()).toEqual([]);
    expect(ear.questionsFor(ipv4ToUint32(ADDRESS))).toBe(1);
  });

  it('knows who wants an address of ours', () => {
    const ear = new Eavesdropper(null, [OWN], [ADDRESS]);
    ear.hear(probe(ADDRESS, OWN), null, 0);
    ear.hear(probe(ADDRESS, FIRST), null, 5);
    ear.hear(probe(OTHER, FIRST), null, 6);
    expect(ear.addresses()).toEqual([ADDRESS]);
    expect(ear.claims.of(ADDRESS)).toMatchObject([{ mac: FIRST, via: 'probe' }]);
  });

  it('keeps to what is wanted, questions included: what is not recorded must not look like silence', () => {
    const ear = new Eavesdropper(Ipv4Set.of([ADDRESS]));
    ear.hear(question(OTHER, ADDRESS, FIRST), null, 0);
    ear.hear(answer(OTHER, SECOND), null, 1);
    expect(ear.addresses()).toEqual([ADDRESS]);
    expect(ear.questionsFor(ipv4ToUint32(OTHER))).toBe(0);
    expect(ear.frames).toBe(2);
  });

  it('lets no time run backwards, as captures of several cards may', () => {
    const ear = new Eavesdropper(null);
    for (const atMs of [5000, 4000, 6000, 1, 5999]) ear.hear(announcement(ADDRESS, FIRST), null, atMs);
    expect(ear.claims.of(ADDRESS)).toMatchObject([{ firstMs: 0, lastMs: 1000, count: 5 }]);
  });

  it('keeps a /16 of addresses, and of questions for them, whatever is thrown at it', () => {
    const ear = new Eavesdropper(null);
    const addressAt = (index: number): Ipv4 => uint32ToIpv4(0x0a00_0000 + index);
    const bytes = question(addressAt(0), addressAt(0), FIRST);
    const view = new DataView(bytes.buffer);
    for (let index = 0; index < 70_000; index++) {
      view.setUint32(SENDER_IP, 0x0a00_0000 + index + 1);
      view.setUint32(TARGET_IP, 0x0a00_0000 + index);
      ear.hear(bytes, null, index);
    }
    expect(ear.addresses()).toHaveLength(65_536);
    expect(ear.claims.unlistedFrames).toBe(70_000 - 65_536);
    const counted = (index: number): number => ear.questionsFor(ipv4ToUint32(addressAt(index)));
    expect([counted(0), counted(65_535), counted(65_536), counted(69_999)]).toEqual([1, 1, 0, 0]);
  });

  it('never throws, at any bytes and any time', () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(announcement(ADDRESS, FIRST)));
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, fc.double({ noNaN: true }))), (frames) => {
        const ear = new Eavesdropper(null);
        for (const [frame, atMs] of frames) ear.hear(frame, null, atMs);
        expect(ear.frames + ear.malformedFrames).toBe(frames.length);
      }),
    );
  });
});
