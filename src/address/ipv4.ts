// IPv4 addresses as values (RFC 791): canonical dotted-quad text, branded, with 32-bit arithmetic beside it.

import { isIPv4 } from 'node:net';

/** Canonical dotted quad, e.g. `10.0.0.5`: equal addresses are equal strings. */
export type Ipv4 = string & { readonly __brand: 'Ipv4' };

/** null unless the text is exactly four decimal octets without leading zeros (which some tools read as octal). */
export function parseIpv4(text: string): Ipv4 | null {
  return isIPv4(text) ? (text as Ipv4) : null;
}

/** The address as an unsigned 32-bit number in network order: `0.0.0.1` is 1. */
export function ipv4ToUint32(address: Ipv4): number {
  return address.split('.').reduce((value, octet) => value * 256 + Number(octet), 0);
}

/** The address of an unsigned 32-bit number. @throws RangeError when `value` is not one. */
export function uint32ToIpv4(value: number): Ipv4 {
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new RangeError(`value must be an unsigned 32-bit integer, got ${value}`);
  }
  return `${value >>> 24}.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}` as Ipv4;
}

export const UNSPECIFIED_IPV4 = '0.0.0.0' as Ipv4;
