// IPv6 networks small enough to ask every address of them (RFC 4291 section 2.3).

import { isIPv6 } from 'node:net';
import { inetBytes, inetText } from './ip.ts';

/** 4,096 addresses. */
const WIDEST_PREFIX = 116;
const BITS = 128;

/** Every address of `2001:db8::/120`, ascending; null when it is no network, `too-wide` above 4,096 addresses. */
export function hostsOfIpv6Network(text: string): readonly string[] | 'too-wide' | null {
  const [, address, digits] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const prefixLength = Number(digits);
  if (address === undefined || !isIPv6(address) || prefixLength > BITS) return null;
  if (prefixLength < WIDEST_PREFIX) return 'too-wide';
  const count = 2 ** (BITS - prefixLength);
  const bytes = inetBytes(address);
  const view = new DataView(bytes.buffer);
  const first = Math.floor(view.getUint32(12) / count) * count;
  return Array.from({ length: count }, (_, index) => {
    view.setUint32(12, first + index);
    return inetText(bytes);
  });
}
