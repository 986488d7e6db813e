// ICMP errors and what they quote: golden frames, every truncation, and any bytes at all.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeIcmpError } from '../../src/icmp/icmp-error.ts';
import { goldenFrame } from '../support/golden-frame.ts';

describe('decodeIcmpError', () => {
  test('time exceeded, with options in both headers', () => {
    const decoded = decodeIcmpError(4, goldenFrame('icmp4-time-exceeded-options'));
    expect(decoded).toEqual({
      ok: true,
      error: {
        meaning: 'time-exceeded',
        type: 11,
        code: 0,
        mtuBytes: null,
        quoted: {
          source: '10.0.0.2',
          destination: '192.0.2.9',
          protocol: 1,
          dscp: 0,
          transport: Uint8Array.of(8, 0, 0x41, 0xf6, 0xbe, 0xef, 0, 7),
        },
      },
    });
  });

  test('an error about any protocol is one: UDP too', () => {
    const decoded = decodeIcmpError(4, goldenFrame('icmp4-port-unreachable-udp'));
    expect(decoded).toMatchObject({ ok: true, error: { meaning: 'unreachable', type: 3, code: 3 } });
    expect(decoded.ok && decoded.error.quoted.protocol).toBe(17);
  });

  test('IPv6 quotes a header of 40 bytes', () => {
    const decoded = decodeIcmpError(6, goldenFrame('icmp6-address-unreachable'));
    expect(decoded).toMatchObject({ ok: true, error: { meaning: 'unreachable', type: 1, code: 3 } });
    expect(decoded.ok && decoded.error.quoted.protocol).toBe(58);
  });

  test('“fragmentation needed” and “packet too big” carry an MTU, if the sender is younger than RFC 1191', () => {
    const needed = goldenFrame('icmp4-host-unreachable').slice();
    needed[21] = 4;
    needed.set([0x05, 0x78], 26);
    expect(decodeIcmpError(4, needed)).toMatchObject({ ok: true, error: { meaning: 'too-big', mtuBytes: 1400 } });
    needed.set([0, 0], 26);
    expect(decodeIcmpError(4, needed)).toMatchObject({ ok: true, error: { meaning: 'too-big', mtuBytes: null } });
    const tooBig = goldenFrame('icmp6-address-unreachable').slice();
    tooBig.set([2, 0], 0);
    tooBig.set([0, 0, 0x05, 0x00], 4);
    expect(decodeIcmpError(6, tooBig)).toMatchObject({ ok: true, error: { meaning: 'too-big', mtuBytes: 1280 } });
  });

  test('the mark of the quoted packet is read from its type of service, or traffic class', () => {
    const marked = goldenFrame('icmp4-host-unreachable').slice();
    marked[29] = (46 << 2) | 1;
    expect(decodeIcmpError(4, marked)).toMatchObject({ error: { quoted: { dscp: 46 } } });
    const marked6 = goldenFrame('icmp6-address-unreachable').slice();
    // Version 6, traffic class 0xb9: EF with a bit of congestion notification.
    marked6.set([0x6b, 0x90], 8);
    expect(decodeIcmpError(6, marked6)).toMatchObject({ error: { quoted: { dscp: 46 } } });
  });

  test('echoes are no errors', () => {
    expect(decodeIcmpError(4, goldenFrame('icmp4-echo-reply'))).toEqual({ ok: false, reason: 'not-an-error' });
    expect(decodeIcmpError(6, goldenFrame('icmp6-echo-reply'))).toEqual({ ok: false, reason: 'not-an-error' });
  });

  test.each([
    [4, 'icmp4-host-unreachable', 20 + 8 + 20 + 8],
    [4, 'icmp4-time-exceeded-options', 24 + 8 + 28 + 8],
    [6, 'icmp6-address-unreachable', 8 + 40 + 8],
  ] as const)('IPv%i: every truncation of %s is told as one', (version, name, whole) => {
    const frame = goldenFrame(name);
    expect(decodeIcmpError(version, frame.subarray(0, whole)).ok).toBe(true);
    for (let length = 0; length < whole; length++) {
      const decoded = decodeIcmpError(version, frame.subarray(0, length));
      expect(decoded).toMatchObject({ ok: false, reason: 'truncated', got: length });
      if (!decoded.ok && decoded.reason === 'truncated') expect(decoded.need).toBeGreaterThan(length);
    }
  });

  test('any bytes are a value', () => {
    fc.assert(
      fc.property(fc.constantFrom(4, 6), fc.uint8Array({ maxLength: 120 }), (version, bytes) => {
        decodeIcmpError(version as 4 | 6, bytes);
      }),
    );
  });
});
