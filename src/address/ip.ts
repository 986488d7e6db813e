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

/** The 4 or 16 bytes of a valid address, in network order. */
export function inetBytes(address: string): Uint8Array {
  if (isIP(address) === 4) return Uint8Array.from(address.split('.').map(Number));
  const canonical = canonicalIp(address);
  const [head = '', tail] = canonical.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const whole = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(whole.flatMap((group) => [group >> 8, group & 0xff]));
}

/** The text (RFC 5952) of an address given as its 4 or 16 bytes. */
export function inetText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, at) =>
    (((bytes[2 * at] as number) << 8) | (bytes[2 * at + 1] as number)).toString(16),
  );
  return canonicalIp(groups.join(':'));
}
