// IPv4 networks in CIDR notation (RFC 4632) and the hosts in them.

import { type Ipv4, ipv4ToUint32, parseIpv4, uint32ToIpv4 } from './ipv4.ts';
import { type Ipv4Range, Ipv4Set } from './ipv4-set.ts';

export interface Cidr {
  /** First address of the network; host bits are zero. */
  readonly network: Ipv4;
  /** 0 to 32. */
  readonly prefixLength: number;
}

/** Reads `10.0.0.0/24`. Host bits may be set (`10.0.0.7/24` is the same network). null when it is not a CIDR. */
export function parseCidr(text: string): Cidr | null {
  const match = /^([^/]+)\/(\d{1,2})$/.exec(text);
  const address = match?.[1] ? parseIpv4(match[1]) : null;
  const prefixLength = Number(match?.[2]);
  if (address === null || prefixLength > 32) return null;
  return { network: uint32ToIpv4(maskedUint32(address, prefixLength)), prefixLength };
}

export function formatCidr(cidr: Cidr): string {
  return `${cidr.network}/${cidr.prefixLength}`;
}

export function cidrContains(cidr: Cidr, address: Ipv4): boolean {
  return maskedUint32(address, cidr.prefixLength) === ipv4ToUint32(cidr.network);
}

/** Addresses in the network, the network and broadcast addresses included. */
export function cidrSize(cidr: Cidr): number {
  return 2 ** (32 - cidr.prefixLength);
}

/** The hosts of the network: without its network and broadcast address, except in a /31 (RFC 3021) and a /32. */
export function cidrHosts(cidr: Cidr): Ipv4Set {
  const { first, last } = cidrRange(cidr);
  return new Ipv4Set([cidr.prefixLength >= 31 ? { first, last } : { first: first + 1, last: last - 1 }]);
}

/** Every address of the network. */
export function cidrRange(cidr: Cidr): Ipv4Range {
  const first = ipv4ToUint32(cidr.network);
  return { first, last: first + cidrSize(cidr) - 1 };
}

function maskedUint32(address: Ipv4, prefixLength: number): number {
  const hostSize = 2 ** (32 - prefixLength);
  return Math.floor(ipv4ToUint32(address) / hostSize) * hostSize;
}
