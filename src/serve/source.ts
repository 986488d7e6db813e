// Who counts as one source of connections: an IPv4 address, or an IPv6 /64, of which one host has all (RFC 4291 section 2.5.4).

import { canonicalIp } from '../address/ip.ts';

/** `::ffff:192.0.2.1`, as a socket of both families tells an IPv4 peer, is `192.0.2.1`. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = canonicalIp(address.replace(/%.*$/, ''));
  return bare.includes(':') ? `${firstGroups(bare, 4).join(':')}::/64` : bare;
}

/** Of an address as RFC 5952 writes it: `::` stands for the zeros that are missing from eight groups. */
function firstGroups(address: string, count: number): string[] {
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].slice(0, count);
}
