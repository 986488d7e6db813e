// A LAN whose router answers ARP in place of others (proxy ARP, RFC 1027): for all it believes to be upstream.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { createLab } from './create-lab.ts';
import type { Lab } from './lab.ts';
import { LAN_INTERFACE, LAN_STATIONS, type LanFacts, lanFacts, lanPlan } from './lan.ts';
import type { NetworkPlan } from './network.ts';
import { setSysctls } from './network-tools.ts';

const { scanner, a } = LAN_STATIONS;
const STATIONS = {
  scanner,
  /** Owns 10.77.0.5, and the router answers for it too. */
  owner: a,
  router: { address: '10.77.0.254' as Ipv4, mac: '00:0d:b9:77:00:fe' as Mac },
} as const;

type Role = keyof typeof STATIONS;

/** `upstream` is a host behind the router; it forwards nothing and owns nothing of the LAN. */
export interface ProxyLan extends Lab<Role | 'switch' | 'upstream'>, LanFacts<Role> {
  /** Not in the LAN (TEST-NET-1, RFC 5737). The router's default route leads upstream, so it answers for it as well. */
  readonly outsideAddress: Ipv4;
}

export interface ProxyLanOptions {
  /**
   * Parts of the LAN that the router has a route to on its upstream side, as prefixes: those it answers for. Left out,
   * both halves of the LAN, so everything but the scanner's and its own address. `['10.77.0.5/32']` is the route of a
   * VPN client: it answers for that address and for no other of the LAN.
   */
  readonly routedUpstream?: readonly string[];
  /**
   * The router answers a broadcast request after a random time up to this, and one sent to itself alone at once
   * (net.ipv4.neigh.<interface>.proxy_delay). Left out, Linux's default: 0.8.
   */
  readonly delaySeconds?: number;
}

const OUTSIDE_ADDRESS = '192.0.2.7' as Ipv4;

const BOTH_HALVES = ['10.77.0.0/25', '10.77.0.128/25'];

/** The unit of proxy_delay: USER_HZ, the same on every Linux. */
const TICKS_PER_SECOND = 100;

export function proxyLan({
  routedUpstream = BOTH_HALVES,
  delaySeconds = 0.8,
}: ProxyLanOptions = {}): Promise<ProxyLan> {
  return createLab(proxyPlan(routedUpstream), async (hosts) => {
    // Settings of an interface exist only once it does.
    await setSysctls(hosts.router.namespace, {
      [`net.ipv4.conf.${LAN_INTERFACE}.proxy_arp`]: 1,
      [`net.ipv4.neigh.${LAN_INTERFACE}.proxy_delay`]: Math.round(delaySeconds * TICKS_PER_SECOND),
    });
    return { ...lanFacts(STATIONS), outsideAddress: OUTSIDE_ADDRESS };
  });
}

function proxyPlan(routedUpstream: readonly string[]): NetworkPlan<Role | 'switch' | 'upstream'> {
  const lan = lanPlan(STATIONS);
  const upstream = '10.79.0.2';
  return {
    hosts: {
      ...lan.hosts,
      router: {
        sysctls: { 'net.ipv4.ip_forward': 1 },
        setup: [
          ...lan.hosts.router.setup,
          'address add 10.79.0.1/24 dev upstream',
          'link set dev upstream up',
          `route add default via ${upstream}`,
          ...routedUpstream.map((prefix) => `route add ${prefix} via ${upstream}`),
          // Else it could not answer the scanner anything but ARP.
          `route add ${STATIONS.scanner.address} dev ${LAN_INTERFACE}`,
        ],
      },
      upstream: {
        setup: [`address add ${upstream}/24 dev eth0`, 'link set dev eth0 up', 'route add default via 10.79.0.1'],
      },
    },
    wires: [
      ...lan.wires,
      [
        { role: 'router', interface: 'upstream' },
        { role: 'upstream', interface: 'eth0' },
      ],
    ],
  };
}
