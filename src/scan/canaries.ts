// Addresses that nobody should have: who answers for them answers for everything (proxy ARP, RFC 1027).

import { type Cidr, cidrHosts } from '../address/cidr.ts';
import { type Ipv4, uint32ToIpv4 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { LocalAddress } from '../plan/index.ts';

const TEST_NET_1_NETWORK: Cidr = { network: '192.0.2.0' as Ipv4, prefixLength: 24 };

/** Set aside for documentation (RFC 5737), so it is on no LAN; a router that proxies for what it has a route to answers. */
export const TEST_NET_1 = cidrHosts(TEST_NET_1_NETWORK);

/** Canaries are asked for in our own name wherever they are: Linux lets no proxy answer a probe with sender 0.0.0.0. */
export function canarySenders(senders: readonly LocalAddress[]): LocalAddress[] {
  const [first] = senders;
  return first === undefined ? [] : [...senders, { ip: first.ip, network: TEST_NET_1_NETWORK }];
}

/** Others are in the network itself, for proxies that answer only there. One may be in use, so one alone proves nothing. */
const FROM_THE_NETWORK = 2;

/** `random` in [0, 1). Fewer where the network has no room. */
export function pickCanaries(range: Ipv4Set, random: () => number): Ipv4Set {
  const pick = (from: Ipv4Set): number => from.valueAt(Math.floor(random() * from.size));
  const picked = range.size === 0 ? [] : Array.from({ length: FROM_THE_NETWORK }, () => pick(range));
  return Ipv4Set.of([...picked, pick(TEST_NET_1)].map(uint32ToIpv4));
}
