// The hosts of a sweep by position: ranges of IPv4 addresses, which cost little however wide, or a list of any others.

import { inetBytes } from '../address/ip.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import type { SweptHosts } from './sweep-table.ts';

export function ipv4Hosts(addresses: Ipv4Set): SweptHosts {
  return {
    size: addresses.size,
    bytesAt(position, into = new Uint8Array(4)) {
      const value = addresses.valueAt(position);
      for (let at = 3, rest = value; at >= 0; at--, rest = rest >>> 8) into[at] = rest & 0xff;
      return into;
    },
    isAt: (position, address) => position < addresses.size && addresses.valueAt(position) === numberOf(address),
    positionOf: (address) => (address.length === 4 ? addresses.positionOf(numberOf(address)) : -1),
  };
}

function numberOf(bytes: Uint8Array): number {
  if (bytes.length !== 4) return -1;
  return (
    (bytes[0] as number) * 2 ** 24 + (((bytes[1] as number) << 16) | ((bytes[2] as number) << 8) | (bytes[3] as number))
  );
}

/** Each of them once. */
export function listedHosts(addresses: readonly string[]): SweptHosts {
  const bytes = addresses.map(inetBytes);
  const positions = new Map(bytes.map((each, position) => [each.join('.'), position]));
  const positionOf = (address: Uint8Array): number => positions.get(address.join('.')) ?? -1;
  return {
    size: bytes.length,
    bytesAt: (position) => bytes[position] as Uint8Array,
    isAt: (position, address) => positionOf(address) === position,
    positionOf,
  };
}
