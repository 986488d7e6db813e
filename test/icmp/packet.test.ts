// ICMP and ICMPv6 echo as bytes (RFC 792, RFC 4443): golden packets, every truncation, and any bytes at all.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeIcmp,
  encodeEchoRequest,
  type IcmpMessage,
  type IpVersion,
  internetChecksum,
} from '../../src/icmp/packet.ts';
import { goldenFrame, hexBytes } from '../support/golden-frame.ts';

const ECHO = { identifier: 0xbeef, sequence: 7 };
const ICMP_HEADER = 8;

describe('encodeEchoRequest', () => {
  it('gives the golden request with its checksum for IPv4', () => {
    expect(encodeEchoRequest(4, ECHO)).toEqual(goldenFrame('icmp4-echo-request'));
  });

  it('leaves the checksum to the kernel for IPv6', () => {
    expect(encodeEchoRequest(6, { identifier: 0x0102, sequence: 0x0304 }).subarray(0, ICMP_HEADER)).toEqual(
      hexBytes(`
        80     # type 128, echo request
        00     # code
        0000   # checksum
        0102   # identifier
        0304   # sequence
      `),
    );
  });

  it('every IPv4 request has a checksum that verifies', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), (identifier, sequence) => {
        expect(internetChecksum(encodeEchoRequest(4, { identifier, sequence }))).toBe(0);
      }),
    );
  });

  it.each(['identifier', 'sequence'] as const)('refuses a bad %s by name', (name) => {
    for (const value of [-1, 0x1_0000, 0.5, Number.NaN]) {
      const encode = (): Uint8Array => encodeEchoRequest(4, { ...ECHO, [name]: value });
      expect(encode).toThrow(RangeError);
      expect(encode).toThrow(new RegExp(`^${name} must be`));
    }
  });
});

describe('internetChecksum', () => {
  it('is that of the example in RFC 1071 section 3', () => {
    expect(internetChecksum(hexBytes('0001 f203 f4f5 f6f7'))).toBe(0xffff - 0xddf2);
  });

  it.each([
    ['icmp4-echo-reply', 20],
    ['icmp4-echo-reply-options', 28],
    ['icmp4-host-unreachable', 20],
    ['icmp4-time-exceeded-options', 24],
    ['icmp4-port-unreachable-udp', 20],
  ])('verifies the IP header and the message of %s', (name, headerLength) => {
    const bytes = goldenFrame(name);
    expect(internetChecksum(bytes.subarray(0, headerLength))).toBe(0);
    expect(internetChecksum(bytes.subarray(headerLength))).toBe(0);
  });
});

describe('decodeIcmp', () => {
  it.each<[string, IpVersion, IcmpMessage]>([
    ['icmp4-echo-reply', 4, { kind: 'reply', ...ECHO }],
    ['icmp4-echo-reply-options', 4, { kind: 'reply', ...ECHO }],
    ['icmp4-host-unreachable', 4, { kind: 'error', type: 3, code: 1, ...ECHO }],
    ['icmp4-time-exceeded-options', 4, { kind: 'error', type: 11, code: 0, ...ECHO }],
    ['icmp6-echo-reply', 6, { kind: 'reply', ...ECHO }],
    ['icmp6-address-unreachable', 6, { kind: 'error', type: 1, code: 3, ...ECHO }],
  ])('reads %s', (name, version, packet) => {
    expect(decodeIcmp(version, goldenFrame(name))).toEqual({ ok: true, packet });
  });

  it.each<[string, IpVersion, Uint8Array]>([
    ['an error about UDP', 4, goldenFrame('icmp4-port-unreachable-udp')],
    ['our own IPv4 request, which loopback gives back', 4, withIpv4Header(goldenFrame('icmp4-echo-request'))],
    ['our own IPv6 request', 6, encodeEchoRequest(6, ECHO)],
    ['a redirect', 4, withIpv4Header(hexBytes('05 01 0000 0a000001'))],
    ['a timestamp reply', 4, withIpv4Header(hexBytes('0e 00 0000 beef0007'))],
    ['a neighbour solicitation', 6, hexBytes('87 00 0000 00000000')],
    ['an IPv6 type on IPv4', 4, withIpv4Header(hexBytes('81 00 0000 beef0007'))],
    ['an error that quotes an echo reply', 4, quoting(hexBytes('00 00 0000 beef0007'))],
    ['an error that quotes too little', 4, quoting(hexBytes('08 00 0000 beef00'))],
    ['an error that quotes nothing', 4, withIpv4Header(hexBytes('03 01 0000 00000000'))],
    ['an IPv6 error that quotes nothing', 6, hexBytes('01 03 0000 00000000')],
  ])('%s is not ours', (_, version, bytes) => {
    expect(decodeIcmp(version, bytes)).toEqual({ ok: false, reason: 'not-echo' });
  });

  it.each([
    ['icmp4-echo-reply', 4, 20],
    ['icmp4-echo-reply-options', 4, 28],
    ['icmp6-echo-reply', 6, 0],
  ] as const)('%s cut inside its headers is truncated', (name, version, headerLength) => {
    const bytes = goldenFrame(name);
    for (let length = 0; length < headerLength + ICMP_HEADER; length++) {
      expect(decodeIcmp(version, bytes.subarray(0, length))).toMatchObject({ ok: false, reason: 'truncated' });
    }
    const whole = bytes.subarray(0, headerLength + ICMP_HEADER);
    expect(decodeIcmp(version, whole)).toEqual({ ok: true, packet: { kind: 'reply', ...ECHO } });
  });

  it.each([
    ['icmp4-host-unreachable', 4, 20 + 8 + 20 + 8],
    ['icmp4-time-exceeded-options', 4, 24 + 8 + 28 + 8],
    ['icmp6-address-unreachable', 6, 8 + 40 + 8],
  ] as const)('%s needs the whole quoted header', (name, version, need) => {
    const bytes = goldenFrame(name);
    for (let length = 0; length < need; length++) {
      expect(decodeIcmp(version, bytes.subarray(0, length)).ok).toBe(false);
    }
    expect(decodeIcmp(version, bytes.subarray(0, need))).toMatchObject({
      ok: true,
      packet: { kind: 'error', ...ECHO },
    });
  });

  it('an IPv4 header shorter than RFC 791 allows is refused', () => {
    for (let words = 0; words < 5; words++) {
      const bytes = goldenFrame('icmp4-echo-reply').fill(0x40 | words, 0, 1);
      expect(decodeIcmp(4, bytes).ok).toBe(false);
    }
  });

  it('gives back identifier and sequence of any reply', () => {
    fc.assert(
      fc.property(fc.nat(0xffff), fc.nat(0xffff), fc.constantFrom<IpVersion>(4, 6), (identifier, sequence, version) => {
        const reply = encodeEchoRequest(version, { identifier, sequence });
        reply[0] = version === 4 ? 0 : 129;
        const bytes = version === 4 ? withIpv4Header(reply) : reply;
        expect(decodeIcmp(version, bytes)).toEqual({ ok: true, packet: { kind: 'reply', identifier, sequence } });
      }),
    );
  });

  it('never throws, on noise and on damaged packets', () => {
    const golden = fc.constantFrom(
      'icmp4-time-exceeded-options',
      'icmp4-echo-reply-options',
      'icmp6-address-unreachable',
    );
    const damaged = fc.tuple(golden, fc.nat(63), fc.nat(255), fc.nat(120)).map(([name, offset, value, length]) =>
      goldenFrame(name)
        .fill(value, offset, offset + 1)
        .subarray(0, length),
    );
    const bytesOfAnyKind = fc.oneof(fc.uint8Array({ maxLength: 120 }), damaged);
    fc.assert(
      fc.property(bytesOfAnyKind, fc.constantFrom<IpVersion>(4, 6), (bytes, version) => {
        const decoded = decodeIcmp(version, bytes);
        if (!decoded.ok) expect(['truncated', 'not-echo', 'bad-ip-header']).toContain(decoded.reason);
      }),
      { numRuns: 2000 },
    );
  });
});

function withIpv4Header(message: Uint8Array): Uint8Array {
  return Uint8Array.of(...goldenFrame('icmp4-echo-reply').subarray(0, 20), ...message);
}

/** A host-unreachable error about any ICMP message. */
function quoting(message: Uint8Array): Uint8Array {
  return Uint8Array.of(...goldenFrame('icmp4-host-unreachable').subarray(0, 20 + 8 + 20), ...message);
}
