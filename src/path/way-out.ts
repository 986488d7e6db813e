// Through which of its interfaces this machine reaches an address, and how large a packet that interface takes.

import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { interfaceOfLabel } from '../address/interface-label.ts';
import { canonicalIp } from '../address/ip.ts';
import { routeMtuTo } from '../libc/route-mtu.ts';
import { sourceAddressTo } from '../libc/source-address.ts';

export interface WayOut {
  readonly sourceAddress: string;
  readonly interfaceName: string;
  readonly mtuBytes: number;
  /** To how much somebody limited the route, whatever the interface takes; null: not limited, or there is no telling. */
  readonly routeMtuBytes: number | null;
}

/** null when there is no route, or the interface can't be told. */
export function wayOutTo(address: string, interfaceName: string | null): WayOut | null {
  try {
    const sourceAddress = sourceAddressTo(address, interfaceName);
    if (sourceAddress === null) return null;
    const name = interfaceName ?? ownerOf(sourceAddress);
    if (name === null) return null;
    const routeMtuBytes = routeMtuOf(address, interfaceName);
    return { sourceAddress, interfaceName: name, mtuBytes: figureOf(name, 'mtu'), routeMtuBytes };
  } catch {
    return null;
  }
}

function ownerOf(ownAddress: string): string | null {
  const owners = Object.entries(networkInterfaces()).filter(([, addresses]) =>
    (addresses ?? []).some((entry) => canonicalIp(entry.address) === ownAddress),
  );
  const [owner] = owners;
  return owner === undefined ? null : interfaceOfLabel(owner[0]);
}

function routeMtuOf(address: string, interfaceName: string | null): number | null {
  try {
    return routeMtuTo(address, interfaceName === null ? null : figureOf(interfaceName, 'ifindex'));
  } catch {
    return null;
  }
}

function figureOf(interfaceName: string, file: 'mtu' | 'ifindex'): number {
  return Number(readFileSync(`/sys/class/net/${interfaceName}/${file}`, 'utf8'));
}
