// Lays out pcapng blocks for tests: the lengths and the padding are worked out, everything else is given.

import { hexBytes } from '../support/golden-frame.ts';
import { join } from './read-all.ts';

/** A little-endian block; `body` is hexadecimal, one field per line. */
export function block(type: number, body: string): Uint8Array {
  const bytes = hexBytes(body);
  const padding = new Uint8Array((4 - (bytes.length % 4)) % 4);
  const length = 12 + bytes.length + padding.length;
  return join(uint32(type), uint32(length), bytes, padding, uint32(length));
}

export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

export const SECTION = block(
  0x0a0d0d0a,
  `
    4d3c2b1a           # byte-order magic
    0100               # major
    0000               # minor
    ffffffffffffffff   # section length unknown
  `,
);

/** Ethernet without a snap length; `options` in hexadecimal. */
export const ethernetInterface = (options = ''): Uint8Array => block(1, `0100 0000 00000000 ${options}`);

/** A packet of two bytes on an interface at a time, each little-endian hexadecimal (the time's high half first). */
export const enhancedPacket = (interfaceId: string, time: string): Uint8Array =>
  block(6, `${interfaceId} ${time} 02000000 02000000 aabb`);
