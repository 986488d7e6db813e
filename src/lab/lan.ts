// One LAN, 10.77.0.0/24: a bridge in a namespace of its own is the switch, and the stations' own kernels answer ARP.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Lab } from './lab.ts';
import type { HostPlan, NetworkPlan } from './network.ts';

export interface Station {
  readonly address: Ipv4;
  readonly mac: Mac;
}

/** What every LAN tells of itself beside its hosts. */
export interface LanFacts<Role extends string> {
  readonly addresses: Readonly<Record<Role, Ipv4>>;
  readonly macs: Readonly<Record<Role, Mac>>;
  /** Nobody owns it. */
  readonly emptyAddress: Ipv4;
  /** The interface's name on every station. */
  readonly interface: string;
}

/** Every station has one address and one interface on the switch, unless the LAN's own docstring says more. */
export interface Lan<Role extends string> extends Lab<Role | 'switch'>, LanFacts<Role> {}

/** Every station's one interface. */
export const LAN_INTERFACE = 'eth0';

/** Real vendors' blocks, so that a report on the lab reads like a report on a LAN. */
export const LAN_STATIONS = {
  scanner: { address: '10.77.0.1' as Ipv4, mac: '52:54:00:77:00:01' as Mac },
  a: { address: '10.77.0.5' as Ipv4, mac: '00:1b:21:5a:00:0a' as Mac },
  b: { address: '10.77.0.5' as Ipv4, mac: 'b8:27:eb:5b:00:0b' as Mac },
  honest: { address: '10.77.0.9' as Ipv4, mac: '00:14:22:09:00:09' as Mac },
} as const satisfies Readonly<Record<string, Station>>;

/** An address of the LAN that nobody owns. */
const EMPTY_ADDRESS = '10.77.0.77' as Ipv4;

export function lanPlan<Role extends string>(stations: Readonly<Record<Role, Station>>): NetworkPlan<Role | 'switch'> {
  const entries = Object.entries(stations) as [Role, Station][];
  const hosts = Object.fromEntries(entries.map(([role, { address }]) => [role, stationPlan(address)]));
  const ports = entries.flatMap(([role]) => switchPort(role));
  return {
    hosts: {
      ...(hosts as Record<Role, HostPlan>),
      switch: { setup: ['link add bridge type bridge mcast_snooping 0', 'link set dev bridge up', ...ports] },
    },
    wires: entries.map(([role, { mac }]) => [
      { role, interface: LAN_INTERFACE, mac },
      { role: 'switch', interface: role },
    ]),
  };
}

/** Lines for the switch: makes the end of a wire one of its ports. */
export function switchPort(name: string): string[] {
  return [`link set dev ${name} master bridge`, `link set dev ${name} up`];
}

function stationPlan(address: Ipv4): HostPlan {
  return { setup: [`address add ${address}/24 dev ${LAN_INTERFACE}`, `link set dev ${LAN_INTERFACE} up`] };
}

export function lanFacts<Role extends string>(stations: Readonly<Record<Role, Station>>): LanFacts<Role> {
  return {
    addresses: stationField(stations, 'address'),
    macs: stationField(stations, 'mac'),
    emptyAddress: EMPTY_ADDRESS,
    interface: LAN_INTERFACE,
  };
}

/** The same field of every station, by role: its address, its MAC. */
function stationField<Role extends string, Field extends keyof Station>(
  stations: Readonly<Record<Role, Station>>,
  field: Field,
): Readonly<Record<Role, Station[Field]>> {
  const entries = (Object.entries(stations) as [Role, Station][]).map(([role, station]) => [role, station[field]]);
  return Object.fromEntries(entries) as Record<Role, Station[Field]>;
}
