// Which interface's link an address is on: the one that holds it, or the routing table's.

import { cidrRange } from '../address/cidr.ts';
import { type Ipv4, ipv4ToUint32, uint32ToIpv4 } from '../address/ipv4.ts';
import { type Ipv4Range, Ipv4Set } from '../address/ipv4-set.ts';
import { type HostFacts, type InterfaceFacts, routeTo } from '../host.ts';

/** Addresses by the interface whose link they are on; null for those on none. */
export function byInterface(addresses: Ipv4Set, facts: HostFacts): Map<InterfaceFacts | null, Ipv4Set> {
  const parts = new Map<InterfaceFacts | null, Ipv4Range[]>();
  const holders = new Map<number, InterfaceFacts | null>();
  for (const { stretch, first, last } of pieces(addresses, borders(facts))) {
    const holder = holders.has(stretch) ? holders.get(stretch) : interfaceOf(uint32ToIpv4(first), facts);
    holders.set(stretch, holder ?? null);
    const part = parts.get(holder ?? null) ?? [];
    part.push({ first, last });
    parts.set(holder ?? null, part);
  }
  return new Map([...parts].map(([holder, ranges]) => [holder, new Ipv4Set(ranges)]));
}

function interfaceOf(address: Ipv4, { interfaces, routes }: HostFacts): InterfaceFacts | null {
  const holders = interfaces.filter(({ addresses }) => addresses.some(({ ip }) => ip === address));
  const speaking = holders.find(({ arp }) => arp);
  if (speaking) return speaking;
  // What loopback holds may be an address of the LAN: then its route says where others would look for it.
  const route = routeTo(routes, address);
  const routed = route?.gateway === null ? interfaces.find(({ name }) => name === route.interfaceName) : undefined;
  return routed ?? holders[0] ?? null;
}

/** Numbers, ascending, at which another interface may be responsible: between two of them it is always the same one. */
function borders({ interfaces, routes }: HostFacts): number[] {
  const own = interfaces.flatMap(({ addresses }) => addresses.map(({ ip }) => ipv4ToUint32(ip)));
  const ranges = [
    ...routes.map(({ destination }) => cidrRange(destination)),
    ...own.map((ip) => ({ first: ip, last: ip })),
  ];
  return [...new Set(ranges.flatMap(({ first, last }) => [first, last + 1]))].sort((a, b) => a - b);
}

/** Ranges cut at the borders; pieces between the same two have the same `stretch`. */
function* pieces(addresses: Ipv4Set, cuts: readonly number[]): Iterable<Ipv4Range & { readonly stretch: number }> {
  let stretch = 0;
  for (const range of addresses.ranges) {
    for (let first = range.first; first <= range.last; ) {
      while ((cuts[stretch] ?? Number.POSITIVE_INFINITY) <= first) stretch++;
      const last = Math.min(range.last, (cuts[stretch] ?? Number.POSITIVE_INFINITY) - 1);
      yield { stretch, first, last };
      first = last + 1;
    }
  }
}
