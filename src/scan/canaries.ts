// Addresses that nobody should have: who answers for them answers for everything (proxy ARP, RFC 1027).

import { cidrHosts } from '../address/cidr.ts';
import { type Ipv4, uint32ToIpv4 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { Sender } from '../arp-lite/index.ts';
import type { DupIpStep } from '../plan/index.ts';

/** Set aside for documentation (RFC 5737), so it is on no LAN; a router that proxies for what it has a route to answers. */
export const TEST_NET_1 = cidrHosts({ network: '192.0.2.0' as Ipv4, prefixLength: 24 });

/** Others are in the network itself, for proxies that answer only there. One may be in use, so one alone proves nothing. */
const FROM_THE_NETWORK = 2;

/** `random` in [0, 1). Fewer where the network has no room. */
export function pickCanaries(range: Ipv4Set, random: () => number): Ipv4Set {
  const pick = (from: Ipv4Set): number => from.valueAt(Math.floor(random() * from.size));
  const picked = range.size === 0 ? [] : Array.from({ length: FROM_THE_NETWORK }, () => pick(range));
  return Ipv4Set.of([...picked, pick(TEST_NET_1)].map(uint32ToIpv4));
}

/**
 * In whose name is asked. Canaries in our own: proxies answer no probe (sender 0.0.0.0). Where only our own addresses are
 * asked for, everything is a probe, because our name would tell all neighbours anew where that address is (RFC 826).
 */
export function senderOf({ senderMac, senders, named, swept, ownAddresses }: DupIpStep, canaries: Ipv4Set): Sender {
  const asked = named.union(swept?.addresses ?? Ipv4Set.EMPTY);
  const [first] = senders;
  if (first === undefined || asked.size === ownAddresses.size) return { mac: senderMac, addresses: [] };
  const forCanaries = Array.from(canaries, (network) => ({ ip: first.ip, network: { network, prefixLength: 32 } }));
  return { mac: senderMac, addresses: [...senders, ...forCanaries] };
}
