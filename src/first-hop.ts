// How this machine reaches an address: through which interface, by which router, and whether it is Wi-Fi. Read when it is
// asked, because a name's address is known only then.

import { existsSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { interfaceOfLabel } from './address/interface-label.ts';
import { canonicalIp, inetBytes, inetText } from './address/ip.ts';
import { parseIpv4 } from './address/ipv4.ts';
import { parseRoutes, readText, routeTo } from './host.ts';
import { SystemError } from './libc/library.ts';
import { sourceAddressTo } from './libc/source-address.ts';
import type { FirstHop } from './scan/index.ts';

/** null when nobody knows, or when the address is this machine's own. */
export function readFirstHop(address: string, interfaceName: string | null, interfaceIndex: number): FirstHop | null {
  const source = sourceOf(address, interfaceName, interfaceIndex);
  if (source === null || source === canonicalIp(address)) return null;
  const route = routeOf(address, interfaceName);
  // Rules of policy routing (VPNs) send packets by other tables than the one that is read here: its source address tells.
  if (route === null || !hasAddress(route.interfaceName, source)) return null;
  const wireless = ['wireless', 'phy80211'].some((name) => existsSync(`/sys/class/net/${route.interfaceName}/${name}`));
  return {
    interfaceName: route.interfaceName,
    interfaceIndex: Number(readText(`/sys/class/net/${route.interfaceName}/ifindex`) ?? 0),
    gateway: route.gateway,
    wireless,
    signalDbm: wireless ? parseSignal(readText('/proc/net/wireless') ?? '', route.interfaceName) : null,
  };
}

function hasAddress(interfaceName: string, address: string): boolean {
  return Object.entries(networkInterfaces())
    .filter(([label]) => interfaceOfLabel(label) === interfaceName)
    .some(([, own = []]) => own.some((each) => canonicalIp(each.address) === address));
}

/** null when there is no way there. */
function sourceOf(address: string, interfaceName: string | null, interfaceIndex: number): string | null {
  try {
    return sourceAddressTo(address, interfaceName, interfaceIndex);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
}

interface Way {
  readonly interfaceName: string;
  readonly gateway: string | null;
}

function routeOf(address: string, interfaceName: string | null): Way | null {
  const isChosen = (route: Way): boolean => interfaceName === null || route.interfaceName === interfaceName;
  const ipv4 = parseIpv4(address);
  if (ipv4 !== null) return routeTo(parseRoutes(readText('/proc/net/route') ?? '').filter(isChosen), ipv4);
  return routeTo6(parseRoutes6(readText('/proc/net/ipv6_route') ?? '').filter(isChosen), address);
}

interface Route6 extends Way {
  readonly network: Uint8Array;
  readonly prefixLength: number;
  readonly metric: number;
}

// /proc/net/ipv6_route: destination, its prefix length, source, its prefix length, next hop, metric, references, use, flags,
// interface; numbers in hexadecimal.
const RTF_UP = 0x1;
const RTF_GATEWAY = 0x2;
const RTF_REJECT = 0x200;
/** Of the local table, which holds this machine's own addresses. */
const RTF_LOCAL = 0x8000_0000;

export function parseRoutes6(text: string): Route6[] {
  return text.split('\n').flatMap((line): Route6[] => {
    const [network = '', length = '', , , next = '', metric = '', , , flagsText = '', interfaceName] = line
      .trim()
      .split(/\s+/);
    if (interfaceName === undefined) return [];
    const flags = Number.parseInt(flagsText, 16);
    const isUsable = (flags & RTF_UP) !== 0 && (flags & RTF_REJECT) === 0 && (flags & RTF_LOCAL) === 0;
    const bytes = (hex: string): Uint8Array =>
      Uint8Array.from((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
    if (!isUsable) return [];
    return [
      {
        interfaceName,
        network: bytes(network),
        prefixLength: Number.parseInt(length, 16),
        gateway: (flags & RTF_GATEWAY) === 0 ? null : inetText(bytes(next)),
        metric: Number.parseInt(metric, 16),
      },
    ];
  });
}

/** The longest prefix, then the lowest metric. */
export function routeTo6(routes: readonly Route6[], address: string): Way | null {
  const bytes = inetBytes(address);
  const holds = ({ network, prefixLength }: Route6): boolean => {
    for (let bit = 0; bit < prefixLength; bit++) {
      const mask = 0x80 >> (bit & 7);
      if ((((network[bit >> 3] as number) ^ (bytes[bit >> 3] as number)) & mask) !== 0) return false;
    }
    return true;
  };
  const better = (a: Route6, b: Route6): number => b.prefixLength - a.prefixLength || a.metric - b.metric;
  return routes.filter(holds).sort(better)[0] ?? null;
}

/** Signal level of an interface in /proc/net/wireless (wireless-tools): the third figure, in dBm where it is negative. */
export function parseSignal(text: string, interfaceName: string): number | null {
  const line = text.split('\n').find((each) => each.trim().startsWith(`${interfaceName}:`));
  const level = Number.parseFloat(line?.trim().split(/\s+/)[3] ?? '');
  return level < 0 ? level : null;
}
