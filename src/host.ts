// What this machine is: its interfaces, addresses, routes and privileges, read once, before anything is decided.

import { readdirSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { type Cidr, cidrContains, parseCidr } from './address/cidr.ts';
import { interfaceOfLabel } from './address/interface-label.ts';
import { type Ipv4, ipv4ToUint32, parseIpv4 } from './address/ipv4.ts';
import { type Mac, parseMac } from './address/mac.ts';

export interface InterfaceFacts {
  readonly name: string;
  readonly index: number;
  /** null where there is none, or none of 48 bits (tunnels). */
  readonly mac: Mac | null;
  /** Administratively up, and not told by the driver that the link is down. */
  readonly up: boolean;
  /** ARP is spoken here: an Ethernet-like device, not loopback, not `noarp`. */
  readonly arp: boolean;
  /** It answers for its own addresses only (arp_ignore); left out where it answers for all of this machine's, as Linux does. */
  readonly answersForItselfOnly?: true;
  readonly addresses: readonly { readonly ip: Ipv4; readonly network: Cidr }[];
}

/** An IPv4 route of the main table. */
export interface RouteFacts {
  readonly destination: Cidr;
  readonly interfaceName: string;
  /** null when the destination is on the link itself. */
  readonly gateway: Ipv4 | null;
  readonly metric: number;
}

/** The kernel's defaults for SO_KEEPALIVE (tcp(7)), which are what `TCPKeepAlive yes` gets. */
export interface KeepaliveFacts {
  readonly idleSeconds: number;
  readonly intervalSeconds: number;
  readonly count: number;
}

export interface HostFacts {
  readonly interfaces: readonly InterfaceFacts[];
  readonly routes: readonly RouteFacts[];
  /** CAP_NET_RAW is in force: raw and packet sockets can be opened. */
  readonly canOpenRawSockets: boolean;
  /** One of our groups is in net.ipv4.ping_group_range (icmp(7)): ICMP echo without CAP_NET_RAW. */
  readonly canOpenPingSockets: boolean;
  /** null when the kernel does not say. */
  readonly keepalive: KeepaliveFacts | null;
}

export function readHostFacts(): HostFacts {
  return {
    interfaces: readInterfaces(),
    routes: parseRoutes(readText('/proc/net/route') ?? ''),
    canOpenRawSockets: hasNetRaw(readText('/proc/self/status') ?? ''),
    canOpenPingSockets: isInRange(readText('/proc/sys/net/ipv4/ping_group_range') ?? ''),
    keepalive: readKeepalive(),
  };
}

/** `0 2147483647`; `1 0` is nobody. */
function isInRange(text: string): boolean {
  const [first = 1, last = 0] = text.trim().split(/\s+/).map(Number);
  const groups = [process.getegid?.() ?? -1, ...(process.getgroups?.() ?? [])];
  return groups.some((group) => first <= group && group <= last);
}

const ARPHRD_ETHER = 1;
const IFF_UP = 0x1;
const IFF_LOOPBACK = 0x8;
const IFF_NOARP = 0x80;

function readInterfaces(): InterfaceFacts[] {
  const addresses = Object.entries(networkInterfaces());
  return listDirectory('/sys/class/net')
    .map((name) => {
      const read = (file: string): string => readText(`/sys/class/net/${name}/${file}`)?.trim() ?? '';
      const flags = Number(read('flags'));
      return {
        name,
        index: Number(read('ifindex')),
        mac: parseMac(read('address')),
        up: (flags & IFF_UP) !== 0 && !['down', 'lowerlayerdown', 'notpresent'].includes(read('operstate')),
        arp: Number(read('type')) === ARPHRD_ETHER && (flags & (IFF_NOARP | IFF_LOOPBACK)) === 0,
        ...(answersForItselfOnly(name) ? { answersForItselfOnly: true as const } : {}),
        addresses: addresses
          .filter(([label]) => interfaceOfLabel(label) === name)
          .flatMap(([, entries = []]) => entries)
          .flatMap((entry) => {
            const ip = parseIpv4(entry.address);
            const network = entry.cidr === null ? null : parseCidr(entry.cidr);
            return ip !== null && network !== null ? [{ ip, network }] : [];
          }),
      };
    })
    .filter(({ index }) => index > 0)
    .sort((a, b) => a.index - b.index);
}

/** net.ipv4.conf.*.arp_ignore, of which the kernel takes the higher one: 1 its own, 2 and in the same network, 8 none. */
function answersForItselfOnly(name: string): boolean {
  const read = (scope: string): number => Number(readText(`/proc/sys/net/ipv4/conf/${scope}/arp_ignore`) ?? 0);
  return [1, 2, 8].includes(Math.max(read('all'), read(name)));
}

// /proc/net/route (proc(5)): Iface Destination Gateway Flags RefCnt Use Metric Mask …, addresses in host byte order.
const RTF_GATEWAY = 0x2;
const RTF_REJECT = 0x200;

/** Usable routes of the main table in the kernel's text form. */
export function parseRoutes(text: string): RouteFacts[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [interfaceName, destination, gateway, flagsText, , , metric, mask] = line.trim().split(/\s+/);
      if (!interfaceName || !destination || !gateway || !mask) return [];
      const flags = Number.parseInt(flagsText ?? '0', 16);
      const network = parseCidr(`${hostOrderIpv4(destination)}/${prefixLength(hostOrderIpv4(mask))}`);
      if (network === null || (flags & RTF_REJECT) !== 0) return [];
      const via = (flags & RTF_GATEWAY) !== 0 ? hostOrderIpv4(gateway) : null;
      return [{ destination: network, interfaceName, gateway: via, metric: Number(metric) }];
    });
}

const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function hostOrderIpv4(hex: string): Ipv4 {
  const octets = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  return (LITTLE_ENDIAN ? octets.reverse() : octets).join('.') as Ipv4;
}

function prefixLength(mask: Ipv4): number {
  return 32 - Math.log2(2 ** 32 - ipv4ToUint32(mask));
}

/** The route that the kernel takes to an address: the longest prefix, then the lowest metric. null: no route. */
export function routeTo(routes: readonly RouteFacts[], address: Ipv4): RouteFacts | null {
  const candidates = routes.filter(({ destination }) => cidrContains(destination, address));
  const better = (a: RouteFacts, b: RouteFacts): number =>
    b.destination.prefixLength - a.destination.prefixLength || a.metric - b.metric;
  return candidates.sort(better)[0] ?? null;
}

const CAP_NET_RAW = 13n;

/** Reads the effective capabilities of /proc/self/status (capabilities(7)). */
function hasNetRaw(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return effective !== undefined && (BigInt(`0x${effective}`) & (1n << CAP_NET_RAW)) !== 0n;
}

function readKeepalive(): KeepaliveFacts | null {
  const read = (name: string): number => Number(readText(`/proc/sys/net/ipv4/${name}`) ?? Number.NaN);
  const facts = {
    idleSeconds: read('tcp_keepalive_time'),
    intervalSeconds: read('tcp_keepalive_intvl'),
    count: read('tcp_keepalive_probes'),
  };
  return Object.values(facts).some(Number.isNaN) ? null : facts;
}

/** null when it can’t be read. */
export function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function listDirectory(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
