// IPv4 in Ethernet as bytes (RFC 791): golden frames, every truncation, and any bytes at all.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeIpv4Frame, encodeIpv4Frame, type Ipv4Frame, PROTOCOL_TCP } from '../../src/proof/frame.ts';
import { anyIpv4, anyMac, ipv4, mac } from '../support/addresses.ts';
import { hexBytes } from '../support/golden-frame.ts';

const anyFrame: fc.Arbitrary<Ipv4Frame> = fc.record({
  destinationMac: anyMac,
  sourceMac: anyMac,
  id: fc.nat(0xffff),
  ttl: fc.nat(0xff),
  protocol: fc.nat(0xff),
  sourceIp: anyIpv4,
  destinationIp: anyIpv4,
  payload: fc.uint8Array({ maxLength: 80 }),
});

const FRAME: Ipv4Frame = {
  destinationMac: mac('52:54:00:12:ab:ef'),
  sourceMac: mac('02:00:00:00:00:01'),
  id: 0x1234,
  ttl: 64,
  protocol: PROTOCOL_TCP,
  sourceIp: ipv4('10.0.0.2'),
  destinationIp: ipv4('10.0.0.5'),
  payload: hexBytes('aabbccdd'),
};

const GOLDEN = hexBytes(`
  52540012abef   # destination
  020000000001   # source
  0800           # EtherType
  45             # version 4, five words
  00             # type of service
  0018           # total length
  1234           # identification
  4000           # Don't Fragment
  40             # time to live
  06             # protocol
  14a6           # header checksum
  0a000002       # source
  0a000005       # destination
  aabbccdd       # payload
`);

describe('encodeIpv4Frame', () => {
  it('gives the golden frame', () => {
    expect(encodeIpv4Frame(FRAME)).toEqual(GOLDEN);
  });

  it.each([
    ['id', 0x1_0000],
    ['ttl', 256],
    ['protocol', -1],
    ['id', 0.5],
  ])('refuses %s %d by name', (field, value) => {
    expect(() => encodeIpv4Frame({ ...FRAME, [field]: value })).toThrow(new RegExp(`^${field} must be`));
  });
});

describe('decodeIpv4Frame', () => {
  it('undoes encoding, padding left out', () => {
    fc.assert(
      fc.property(anyFrame, fc.uint8Array({ maxLength: 46 }), (packet, padding) => {
        const bytes = Uint8Array.of(...encodeIpv4Frame(packet), ...padding);
        expect(decodeIpv4Frame(bytes)).toEqual({ ok: true, packet });
      }),
    );
  });

  it('skips options', () => {
    const bytes = Uint8Array.of(...GOLDEN.subarray(0, 34), 1, 1, 1, 0, ...GOLDEN.subarray(34));
    bytes[14] = 0x46;
    bytes[17] = 0x1c;
    expect(decodeIpv4Frame(bytes)).toEqual({ ok: true, packet: FRAME });
  });

  it.each(Array.from({ length: GOLDEN.length }, (_, length) => length))('calls the first %i bytes truncated', (got) => {
    expect(decodeIpv4Frame(GOLDEN.subarray(0, got))).toEqual({
      ok: false,
      reason: 'truncated',
      need: got < 34 ? 34 : GOLDEN.length,
      got,
    });
  });

  it.each([
    ['another EtherType', 13, 0x06, 'not-ipv4'],
    ['another version', 14, 0x65, 'bad-header'],
    ['a header shorter than itself', 14, 0x44, 'bad-header'],
    ['a packet shorter than its header', 17, 0x13, 'bad-header'],
    ['the first fragment', 20, 0x20, 'fragment'],
    ['a later fragment', 21, 0x01, 'fragment'],
  ])('refuses %s', (_, offset, value, reason) => {
    const bytes = GOLDEN.slice();
    bytes[offset] = value;
    expect(decodeIpv4Frame(bytes)).toEqual({ ok: false, reason });
  });

  it('never throws', () => {
    const damaged = fc.tuple(anyFrame, fc.nat(33), fc.nat(255), fc.nat(120)).map(([frame, at, value, length]) =>
      encodeIpv4Frame(frame)
        .fill(value, at, at + 1)
        .subarray(0, length),
    );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), damaged), (bytes) => {
        decodeIpv4Frame(bytes);
      }),
      { numRuns: 2000 },
    );
  });
});
