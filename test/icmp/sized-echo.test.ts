// Echo requests of any size, all of them alike to a router that goes by checksums; and the options that go with a packet.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { internetChecksum } from '../../src/icmp/packet.ts';
import { packetOptions } from '../../src/icmp/packet-options.ts';
import { encodeSizedEcho } from '../../src/icmp/sized-echo.ts';

const uint16 = fc.integer({ min: 0, max: 0xffff });

describe('encodeSizedEcho', () => {
  test('has the size and the checksum that were asked for, and that checksum is right', () => {
    const checksum = fc.integer({ min: 1, max: 0xfffe });
    fc.assert(
      fc.property(uint16, uint16, fc.integer({ min: 30, max: 9000 }), checksum, (identifier, sequence, size, sum) => {
        const bytes = encodeSizedEcho(4, { identifier, sequence }, size, sum);
        const view = new DataView(bytes.buffer);
        expect(bytes.length).toBe(size - 20);
        expect([view.getUint16(2), view.getUint16(4), view.getUint16(6)]).toEqual([sum, identifier, sequence]);
        // A right checksum makes the whole sum up to zero (RFC 1071).
        expect(internetChecksum(bytes.length % 2 === 0 ? bytes : Uint8Array.of(...bytes, 0))).toBe(0);
      }),
    );
  });

  test('IPv6 leaves the checksum to the kernel, for which all of one size sum up alike', () => {
    fc.assert(
      fc.property(uint16, uint16, (a, b) => {
        const sums = [a, b].map((sequence) =>
          internetChecksum(encodeSizedEcho(6, { identifier: 7, sequence }, 104, 0x1234)),
        );
        expect(sums[0]).toBe(sums[1]);
      }),
    );
    const bytes = encodeSizedEcho(6, { identifier: 7, sequence: 1 }, 1280, 0x1234);
    expect([bytes.length, bytes[0], bytes[2], bytes[3]]).toEqual([1240, 128, 0, 0]);
  });

  test.each([29, 65_536, 84.5])('%d bytes are no size', (size) => {
    expect(() => encodeSizedEcho(4, { identifier: 1, sequence: 1 }, size, 1)).toThrow(/^sizeBytes must be/);
  });
});

describe('packetOptions', () => {
  test('sets what changes, and sets it back', () => {
    const set: [number, number, number][] = [];
    const next = packetOptions(4, (...option) => set.push(option));
    next({});
    expect(set).toEqual([]);
    next({ hopLimit: 3, dscp: 46 });
    next({ hopLimit: 3, dscp: 46 });
    next({ dontFragment: true });
    next({});
    expect(set).toEqual([
      [0, 2, 3],
      [0, 1, 184],
      [0, 2, -1],
      [0, 1, 0],
      [0, 10, 3],
      [0, 10, 1],
    ]);
  });
});
