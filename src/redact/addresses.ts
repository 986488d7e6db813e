// Pseudonyms of IP addresses: who shares a /24 (IPv4) or a /64 (IPv6) still does, the order of networks stays, and no
// pseudonym is an address of the report. Addresses that are the same everywhere (loopback, multicast) stay as they are.

import { canonicalIp } from '../address/ip.ts';
import { ipv4ToUint32, parseIpv4, uint32ToIpv4 } from '../address/ipv4.ts';

const SLASH_24 = 256;

/** Where pseudonyms come from: for benchmarks (RFC 2544), then what is reserved for a future use (RFC 1112). */
const IPV4_POOLS = [
  { first: 0xc612_0000, networks: 512 },
  { first: 0xf000_0000, networks: 2 ** 19 },
  { first: 0xf800_0000, networks: 2 ** 19 - 256 },
] as const;

/** Networks as typed that hold several /24; an outer one comes before those within it. */
interface WideNetwork {
  readonly first: number;
  readonly networks: number;
}

/** `texts`: addresses and, with a slash, networks of the report, in any order and as often as they come. */
export function ipv4Pseudonyms(texts: Iterable<string>): (address: string) => string {
  const slash24s = new Set<number>();
  const wide = new Map<string, WideNetwork>();
  for (const text of texts) {
    const [ip = '', prefix = '32'] = text.split('/');
    const address = parseIpv4(ip);
    if (address === null || isSpecialIpv4(address)) continue;
    const network = Math.floor(ipv4ToUint32(address) / SLASH_24);
    slash24s.add(network);
    const length = Number(prefix);
    if (length >= 8 && length < 24) {
      const networks = 2 ** (24 - length);
      const first = network - (network % networks);
      wide.set(`${first}/${networks}`, { first, networks });
    }
  }
  const places = numbered([...slash24s].sort(ascending), [...wide.values()]);
  const needed = [...places.values()].reduce((most, place) => Math.max(most, place + 1), 0);
  const isFree = (pool: (typeof IPV4_POOLS)[number]): boolean =>
    pool.networks >= needed &&
    ![...slash24s].some((network) => network >= pool.first / SLASH_24 && network < pool.first / SLASH_24 + needed);
  const pool = IPV4_POOLS.find(isFree) ?? IPV4_POOLS[2];
  return (text) => {
    const address = parseIpv4(text);
    if (address === null || isSpecialIpv4(address)) return text;
    const value = ipv4ToUint32(address);
    const place = places.get(Math.floor(value / SLASH_24));
    return place === undefined
      ? '0.0.0.0'
      : uint32ToIpv4(pool.first + (place % pool.networks) * SLASH_24 + (value % SLASH_24));
  };
}

/** A number for each /24, ascending; those of one wide network lie within as wide a network. */
function numbered(slash24s: readonly number[], wide: readonly WideNetwork[]): Map<number, number> {
  const outer = wide.filter((one) => !wide.some((other) => other.networks > one.networks && within(one.first, other)));
  const places = new Map<number, number>();
  let next = 0;
  let current: WideNetwork | undefined;
  let endsAt = 0;
  for (const network of slash24s) {
    if (current !== undefined && !within(network, current)) {
      next = endsAt;
      current = undefined;
    }
    const around = outer.find((each) => within(network, each));
    if (around !== undefined && around !== current) {
      next = Math.ceil(next / around.networks) * around.networks;
      endsAt = next + around.networks;
      current = around;
    }
    places.set(network, next++);
  }
  return places;
}

function within(network: number, { first, networks }: WideNetwork): boolean {
  return network >= first && network < first + networks;
}

/** Loopback, multicast, broadcast and "this host" (RFC 6890). */
function isSpecialIpv4(address: string): boolean {
  const first = Number(address.split('.')[0]);
  return first === 127 || (first >= 224 && first < 240) || address === '0.0.0.0' || address === '255.255.255.255';
}

const DOCUMENTATION = [0x2001, 0x0db8] as const;

/** Networks and stations are numbered as they come: their own numbers may hold a MAC (RFC 4291 appendix A). */
export function ipv6Pseudonyms(texts: Iterable<string>): (address: string) => string {
  const taken = new Set([...texts].map((text) => groupsOf(text).slice(0, 3).join(':')));
  let site = 0;
  while (taken.has([...DOCUMENTATION, site].join(':'))) site++;
  const networks = new Map<string, { readonly number: number; readonly stations: Map<string, number> }>();
  return (text) => {
    const address = canonicalIp(text);
    const groups = groupsOf(address);
    // ::1, :: and multicast are the same everywhere.
    if (address === '::' || address === '::1' || (groups[0] ?? 0) >= 0xff00) return text;
    const prefix = groups.slice(0, 4).join(':');
    const network = networks.get(prefix) ?? { number: networks.size + 1, stations: new Map<string, number>() };
    networks.set(prefix, network);
    const station = network.stations.get(address) ?? network.stations.size + 1;
    network.stations.set(address, station);
    const isLinkLocal = (groups[0] ?? 0) >= 0xfe80 && (groups[0] ?? 0) <= 0xfebf;
    const first = isLinkLocal ? 'fe80::ffff' : [...DOCUMENTATION, site, network.number].map(hex).join(':');
    return canonicalIp(isLinkLocal ? `${first}:${hex(station)}` : `${first}::${hex(station)}`);
  };
}

/** The eight numbers of an IPv6 address; of other text, whatever comes of it. */
function groupsOf(text: string): number[] {
  const [head = '', tail] = canonicalIp(text).split('::');
  const numbers = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return numbers(head);
  const [before, after] = [numbers(head), numbers(tail)];
  return [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

function hex(value: number): string {
  return value.toString(16);
}

function ascending(a: number, b: number): number {
  return a - b;
}
