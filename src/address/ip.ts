// IP addresses of either version, as text.

import { isIP } from 'node:net';

/**
 * One text for one address: IPv6 in the form of RFC 5952, IPv4 as it is. Kernels and resolvers write addresses so, and
 * only so can they be compared. Text that is no address comes back unchanged.
 */
export function canonicalIp(text: string): string {
  return isIP(text) === 6 && !text.includes('%') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

export function isIpAddress(text: string): boolean {
  return isIP(text) !== 0;
}
