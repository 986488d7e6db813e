// Echo requests of any size that all look alike to routers: their checksum is the same, because routers that share traffic out
// among several links go by it (Paris traceroute, B. Augustin and others, 2006). No I/O, no clock.

import { type Echo, encodeEchoRequest, type IpVersion, internetChecksum } from './packet.ts';

/** IP and ICMP headers, bytes: the size of a packet is more than its payload. */
export const ECHO_OVERHEAD = { 4: 20 + 8, 6: 40 + 8 } as const;
/** As large as ping(8) sends by default. */
export const USUAL_ECHO_BYTES = { 4: 84, 6: 104 } as const;

/** What evens the checksum out, in front of the payload. */
const COMPENSATION = 8;
const CHECKSUM = 2;

/**
 * An echo request whose whole IP packet has `sizeBytes`. The checksum of every one with the same `checksum` and size is that
 * value (IPv4), or the same one that the kernel computes (IPv6). @throws RangeError when it has no room for the headers.
 */
export function encodeSizedEcho(version: IpVersion, echo: Echo, sizeBytes: number, checksum: number): Uint8Array {
  const length = sizeBytes - ECHO_OVERHEAD[version] + COMPENSATION;
  if (!Number.isInteger(sizeBytes) || length < COMPENSATION + 2 || sizeBytes > 0xffff) {
    throw new RangeError(`sizeBytes must be an integer from ${ECHO_OVERHEAD[version] + 2} to 65535, got ${sizeBytes}`);
  }
  const bytes = new Uint8Array(length);
  bytes.set(encodeEchoRequest(version, echo).subarray(0, COMPENSATION));
  for (let index = COMPENSATION + 2; index < length; index++) bytes[index] = index & 0xff;
  const view = new DataView(bytes.buffer);
  view.setUint16(CHECKSUM, checksum);
  // internetChecksum leaves the last byte of an odd length out; it counts as the high half of a word (RFC 1071).
  const padded = length % 2 === 0 ? bytes : Uint8Array.of(...bytes, 0);
  view.setUint16(COMPENSATION, internetChecksum(padded));
  if (version === 6) view.setUint16(CHECKSUM, 0);
  return bytes;
}
