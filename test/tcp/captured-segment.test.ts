// What the headers of a captured segment tell, from bytes as they came, cut anywhere, or made up.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTROL, decodeCapturedSegment } from '../../src/tcp/captured-segment.ts';
import { beginningsAndResets } from '../../src/tcp/kernel-witness.ts';
import { Testimonies } from '../../src/tcp/witness.ts';
import { runFilter } from '../support/classic-bpf.ts';

// biome-ignore format: one header field per line
const RESET_4 = Uint8Array.from([
  0x45, 0x00,
  0x00, 0x28,
  0x12, 0x34, // identification
  0x40, 0x00, // Don't Fragment
  0x3f, // time to live 63
  0x06, // TCP
  0x00, 0x00,
  10, 78, 3, 2, // source
  10, 78, 1, 2,
  0x1b, 0x6e, // source port 7022
  0x9c, 0x41, // destination port 40001
  0x00, 0x00, 0x00, 0x01,
  0x00, 0x00, 0x00, 0x00,
  0x50,
  0x04, // RST
  0x00, 0x00,
  0x00, 0x00,
  0x00, 0x00,
]);

// biome-ignore format: one header field per line
const SYN_ACK_6 = Uint8Array.from([
  0x60, 0x01, 0x23, 0x45,
  0x00, 0x18,
  0x06, // TCP
  0x3d, // hop limit 61
  0xfd, 0x00, 0x00, 0x79, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, // source
  0xfd, 0x00, 0x00, 0x78, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02,
  0x1b, 0x6e,
  0x9c, 0x41,
  0x00, 0x00, 0x00, 0x01,
  0x00, 0x00, 0x00, 0x01,
  0x60,
  0x12, // SYN, ACK
  0xff, 0xff,
  0x00, 0x00,
  0x00, 0x00,
  0x02, 0x04, 0x05, 0xa0,
]);

const GOLDEN = [
  { name: 'a reset over IPv4', bytes: RESET_4, need: 40 },
  { name: 'a SYN-ACK over IPv6', bytes: SYN_ACK_6, need: 60 },
];

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  return bytes.with(at, value);
}

describe('decodeCapturedSegment', () => {
  test('reads a reset over IPv4', () => {
    expect(decodeCapturedSegment(RESET_4)).toEqual({
      ok: true,
      segment: { destinationPort: 40_001, control: 0x04, signs: { ttl: 63, ipId: 0x1234, dontFragment: true } },
    });
  });

  test('reads a SYN-ACK over IPv6, which has no identification', () => {
    expect(decodeCapturedSegment(SYN_ACK_6)).toEqual({
      ok: true,
      segment: { destinationPort: 40_001, control: 0x12, signs: { ttl: 61, ipId: null, dontFragment: null } },
    });
  });

  test('finds the segment behind IP options', () => {
    const options = [0x01, 0x01, 0x01, 0x00];
    const bytes = Uint8Array.from([0x46, ...RESET_4.subarray(1, 20), ...options, ...RESET_4.subarray(20)]);
    expect(decodeCapturedSegment(bytes)).toMatchObject({ ok: true, segment: { destinationPort: 40_001 } });
  });

  test.each(GOLDEN)('$name that is cut anywhere is truncated', ({ bytes, need }) => {
    for (let length = 0; length < need; length++) {
      expect(decodeCapturedSegment(bytes.subarray(0, length))).toMatchObject({ reason: 'truncated', got: length });
    }
  });

  test.each([
    ['a later fragment', changed(RESET_4, 7, 1), 'fragment'],
    ['a header that is too short', changed(RESET_4, 0, 0x44), 'bad-header'],
    ['UDP', changed(RESET_4, 9, 17), 'not-tcp'],
    ['UDP over IPv6', changed(SYN_ACK_6, 6, 17), 'not-tcp'],
    ['another version of IP', changed(RESET_4, 0, 0x55), 'not-ip'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(decodeCapturedSegment(bytes)).toEqual({ ok: false, reason });
  });

  test('never throws', () => {
    const any = fc.uint8Array({ maxLength: 130 });
    const damaged = fc
      .tuple(fc.constantFrom(RESET_4, SYN_ACK_6), fc.nat({ max: 63 }), fc.nat({ max: 255 }))
      .map(([bytes, at, value]) => changed(bytes, at % bytes.length, value));
    fc.assert(fc.property(fc.oneof(any, damaged), (bytes) => decodeCapturedSegment(bytes) !== undefined));
  });
});

describe('the filter of the packet socket', () => {
  const FROM_4 = beginningsAndResets('10.78.3.2', 7022);
  const FROM_6 = beginningsAndResets('fd00:79::2', 7022);
  const CONTROL_4 = 20 + CONTROL;
  const CONTROL_6 = 40 + CONTROL;

  test.each([
    ['a reset', FROM_4, RESET_4, true],
    ['a reset with an ACK', FROM_4, changed(RESET_4, CONTROL_4, 0x14), true],
    ['a SYN-ACK', FROM_4, changed(RESET_4, CONTROL_4, 0x12), true],
    ['a bare ACK', FROM_4, changed(RESET_4, CONTROL_4, 0x10), false],
    ['a SYN', FROM_4, changed(RESET_4, CONTROL_4, 0x02), false],
    ['another address', FROM_4, changed(RESET_4, 15, 3), false],
    ['another port', FROM_4, changed(RESET_4, 21, 0x6f), false],
    ['another protocol', FROM_4, changed(RESET_4, 9, 17), false],
    ['a later fragment', FROM_4, changed(RESET_4, 7, 1), false],
    ['a SYN-ACK over IPv6', FROM_6, SYN_ACK_6, true],
    ['a reset over IPv6', FROM_6, changed(SYN_ACK_6, CONTROL_6, 0x04), true],
    ['data over IPv6', FROM_6, changed(SYN_ACK_6, CONTROL_6, 0x18), false],
    ['another address of the same IPv6 network', FROM_6, changed(SYN_ACK_6, 23, 3), false],
    ['another port over IPv6', FROM_6, changed(SYN_ACK_6, 41, 0x6f), false],
  ])('%s', (_, filter, packet, isKept) => {
    expect(runFilter(filter, packet)).toBe(isKept ? 0xffff : 0);
  });
});

describe('Testimonies', () => {
  const syn = changed(RESET_4, 20 + CONTROL, 0x12);
  const heard = (...packets: Uint8Array[]) => {
    const testimonies = new Testimonies();
    for (const packet of packets) testimonies.hear(packet);
    return testimonies.of(40_001);
  };

  test('hold each reset against the answer to the connect', () => {
    const repeated = changed(syn, 8, 60);
    expect(heard(syn, repeated, RESET_4, changed(RESET_4, 8, 62))).toMatchObject({
      answer: { ttl: 63 },
      resets: [{ ttl: 63 }, { ttl: 62 }],
    });
  });

  test.each([
    ['nothing was heard', []],
    ['only a reset was heard', [RESET_4]],
    ['the port was used again', [syn, RESET_4, syn, RESET_4]],
    ['what was heard is damaged', [syn.subarray(0, 39)]],
  ])('say nothing where %s', (_, packets) => {
    expect(heard(...packets)).toBeNull();
  });

  test('keep eight resets of a connection that somebody floods', () => {
    expect(heard(syn, ...Array.from({ length: 100 }, () => RESET_4))?.resets.length).toBe(8);
  });
});
