// TCP segments as bytes (RFC 9293): a golden SYN, every truncation, lying options, and any bytes at all.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSegment, encodeSegment, SYN, type TcpSegment } from '../../src/proof/segment.ts';
import { anyIpv4, ipv4 } from '../support/addresses.ts';
import { hexBytes } from '../support/golden-frame.ts';

const port = fc.nat(0xffff);
const number32 = fc.nat(0xffff_ffff);
const anySegment: fc.Arbitrary<TcpSegment> = fc.record({
  sourcePort: port,
  destinationPort: port,
  sequence: number32,
  acknowledgment: number32,
  control: fc.nat(0xff),
  window: port,
  mss: fc.option(port),
  sackPermitted: fc.boolean(),
  timestamps: fc.option(fc.record({ value: number32, echo: number32 })),
});

const SEGMENT: TcpSegment = {
  sourcePort: 61234,
  destinationPort: 22,
  sequence: 0x89ab_cdef,
  acknowledgment: 0,
  control: SYN,
  window: 0xffff,
  mss: 1460,
  sackPermitted: true,
  timestamps: { value: 0x0102_0304, echo: 0 },
};
const ADDRESSES = [ipv4('10.0.0.2'), ipv4('10.0.0.5')] as const;

const GOLDEN = hexBytes(`
  ef32                   # source port
  0016                   # destination port
  89abcdef               # sequence number
  00000000               # acknowledgment number
  90                     # data offset: nine words
  02                     # SYN
  ffff                   # window
  fd1d                   # checksum, with both addresses
  0000                   # urgent pointer
  0204 05b4              # MSS 1460
  0402                   # SACK-Permitted
  080a 01020304 00000000 # timestamps
`);

describe('encodeSegment', () => {
  it('gives the golden SYN', () => {
    expect(encodeSegment(SEGMENT, ...ADDRESSES)).toEqual(GOLDEN);
  });

  it.each([
    ['sourcePort', 0x1_0000],
    ['sequence', -1],
    ['acknowledgment', 2 ** 32],
    ['mss', 65_536],
    ['control', 256],
    ['timestamps.value', { timestamps: { value: 0.5, echo: 0 } }],
  ])('refuses %s %o by name', (field, value) => {
    const wrong = typeof value === 'object' ? value : { [field]: value };
    expect(() => encodeSegment({ ...SEGMENT, ...wrong }, ...ADDRESSES)).toThrow(new RegExp(`^${field} must be`));
  });
});

describe('decodeSegment', () => {
  it('undoes encoding, whatever payload follows', () => {
    fc.assert(
      fc.property(anySegment, anyIpv4, anyIpv4, fc.uint8Array(), (segment, from, to, payload) => {
        const bytes = Uint8Array.of(...encodeSegment(segment, from, to), ...payload);
        expect(decodeSegment(bytes)).toEqual({ ok: true, segment });
      }),
    );
  });

  it.each(Array.from({ length: GOLDEN.length }, (_, length) => length))('calls the first %i bytes truncated', (got) => {
    const need = got < 20 ? 20 : GOLDEN.length;
    expect(decodeSegment(GOLDEN.subarray(0, got))).toEqual({ ok: false, reason: 'truncated', need, got });
  });

  it('refuses a header that is shorter than itself', () => {
    expect(decodeSegment(GOLDEN.slice().fill(0x40, 12, 13))).toEqual({ ok: false, reason: 'bad-header' });
  });

  it.each([
    ['a timestamp of another length', 27, 9],
    ['an option that is longer than the header', 27, 11],
    ['an option of no length', 27, 0],
    ['an option of length one', 27, 1],
    ['an end before it', 26, 0],
  ])('keeps what came before %s', (_, offset, value) => {
    const bytes = GOLDEN.slice();
    bytes[offset] = value;
    expect(decodeSegment(bytes)).toEqual({ ok: true, segment: { ...SEGMENT, timestamps: null } });
  });

  it('passes over no-operations, as Linux puts before timestamps', () => {
    const bytes = Uint8Array.of(...GOLDEN.subarray(0, 20), ...hexBytes('0101 080a 01020304 00000000'));
    bytes[12] = 0x80;
    const segment = { ...SEGMENT, mss: null, sackPermitted: false };
    expect(decodeSegment(bytes)).toEqual({ ok: true, segment });
  });

  it('never throws', () => {
    const damaged = fc.tuple(anySegment, fc.nat(39), fc.nat(255), fc.nat(60)).map(([segment, at, value, length]) =>
      encodeSegment(segment, ...ADDRESSES)
        .fill(value, at, at + 1)
        .subarray(0, length),
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), damaged), (bytes) => {
        decodeSegment(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
