// Socket addresses byte by byte, as ip(7), ipv6(7) and packet(7) lay them out on a little-endian machine.

import { endianness } from 'node:os';
import { expect, test } from 'vitest';
import { inetAddressText, inetSocketAddress, linkSocketAddress } from '../../src/libc/socket-address.ts';

const native = (low: number, high: number): number[] => (endianness() === 'LE' ? [low, high] : [high, low]);

test('sockaddr_in', () => {
  expect([...inetSocketAddress('10.0.0.5', 22)]).toEqual([
    ...native(2, 0), // AF_INET
    ...[0, 22], // port, network order
    ...[10, 0, 0, 5],
    ...[0, 0, 0, 0, 0, 0, 0, 0],
  ]);
});

test.each([
  ['::', []],
  ['::1', [[15, 1]]],
  [
    '2001:db8::5',
    [
      [0, 0x20],
      [1, 0x01],
      [2, 0x0d],
      [3, 0xb8],
      [15, 5],
    ],
  ],
  [
    'fe80::1:2:3:4',
    [
      [0, 0xfe],
      [1, 0x80],
      [9, 1],
      [11, 2],
      [13, 3],
      [15, 4],
    ],
  ],
  [
    '::ffff:10.0.0.5',
    [
      [10, 0xff],
      [11, 0xff],
      [12, 10],
      [15, 5],
    ],
  ],
  [
    '1:2:3:4:5:6:7:8',
    [
      [1, 1],
      [3, 2],
      [5, 3],
      [7, 4],
      [9, 5],
      [11, 6],
      [13, 7],
      [15, 8],
    ],
  ],
] as const)('sockaddr_in6 of %s', (address, bytes) => {
  const expected = new Uint8Array(16);
  for (const [index, byte] of bytes) expected[index] = byte;
  const encoded = inetSocketAddress(address, 443);
  expect(encoded.length).toBe(28);
  expect([...encoded.subarray(0, 4)]).toEqual([...native(10, 0), 1, 187]);
  expect(encoded.subarray(8, 24)).toEqual(expected);
});

test('sockaddr_ll', () => {
  expect([...linkSocketAddress(3, 0x0806).subarray(0, 8)]).toEqual([
    ...native(17, 0), // AF_PACKET
    ...[0x08, 0x06], // EtherType, network order
    ...(endianness() === 'LE' ? [3, 0, 0, 0] : [0, 0, 0, 3]),
  ]);
});

test.each(['10.0.0.5', '255.255.255.255', '::', '::1', '2001:db8::5', 'fe80::1:2:3:4'])(
  '%s comes back as it went',
  (text) => {
    expect(inetAddressText(inetSocketAddress(text, 7022))).toBe(text);
  },
);

test('what is no whole address is none', () => {
  for (const text of ['10.0.0.5', '2001:db8::5']) {
    const name = inetSocketAddress(text, 0);
    for (const length of [0, 1, 7]) expect(inetAddressText(name.subarray(0, length))).toBeNull();
  }
  expect(inetAddressText(linkSocketAddress(3, 0x0806))).toBeNull();
});
