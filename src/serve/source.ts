// Who counts as one source of connections: an IPv4 address, or an IPv6 /64, of which one host has all (RFC 4291 section 2.5.4).

import { isIPv6 } from 'node:net';

/** `::ffff:192.0.2.1`, as a socket of both families tells an IPv4 peer, is `192.0.2.1`. */
export function sourceOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [bare = address] = address.split('%');
  return isIPv6(bare) ? `${network64(bare)}::/64` : address;
}

function network64(address: string): string {
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  // Without `::` all eight groups are written; with it, what stands before it is followed by zeros, or by the tail.
  const missing = tail === undefined ? 0 : 8 - groups.length - groupsIn(tail);
  const all = [...groups, ...Array.from({ length: missing }, () => '0'), ...(tail ? tail.split(':') : [])];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** An IPv4 address at the end stands for two groups. */
function groupsIn(tail: string): number {
  return tail === '' ? 0 : tail.split(':').length + (tail.includes('.') ? 1 : 0);
}
