// A path of five hops with firewalls that forget, each where it is wanted: client – r1 – r2 – r3 – r4 – server. They track
// connections as a NAT does, translating nothing, so that any of them can be one, and two of them too.

import { createLab } from './create-lab.ts';
import type { Lab } from './lab.ts';
import type { HostPlan, NetworkPlan } from './network.ts';
import type { Sysctls } from './network-tools.ts';
import { startExpiryResetter } from './reset-behaviour.ts';
import { startTcpServices } from './tcp-service.ts';

const ROUTERS = ['r1', 'r2', 'r3', 'r4'] as const;
const PORTS = { hold: 7022 } as const;

type Router = (typeof ROUTERS)[number];
type Role = 'client' | Router | 'server';

export interface HopPathOptions {
  readonly version: 4 | 6;
  /** Idle time after which the router at a hop forgets a TCP connection, in whole seconds. */
  readonly timeoutSeconds: Readonly<Partial<Record<1 | 2 | 3 | 4, number>>>;
  /** What a packet of a forgotten connection meets: a RST in the name of whom it was for. Else silence. */
  readonly resets?: boolean;
  /** Router 2 resets towards the client, by itself, what it did not hear from it for so long (IPv4 only). */
  readonly resetsAtExpirySeconds?: number;
  /** The routers tell nobody that a hop limit ran out. */
  readonly silentRouters?: boolean;
}

export interface HopPath extends Lab<Role> {
  /** On the server; holds what it accepts. */
  readonly ports: typeof PORTS;
  readonly server: string;
  /** Of each hop, from 1, as the client sees it: the server is the last. */
  readonly addresses: readonly string[];
}

/** Hosts along the path by their place, the client at 0. In front of each place lies the network of its number. */
const PATH: readonly Role[] = ['client', ...ROUTERS, 'server'];

export async function hopPath(options: HopPathOptions): Promise<HopPath> {
  for (const seconds of Object.values(options.timeoutSeconds)) {
    if (!(Number.isInteger(seconds) && seconds > 0)) {
      throw new RangeError(`timeoutSeconds must be positive integers, got ${seconds}`);
    }
  }
  const addresses = PATH.slice(1).map((_, place) => near(options, place + 1));
  return createLab(hopPathPlan(options), async (hosts) => {
    await startTcpServices(hosts.server, [{ kind: 'hold', port: PORTS.hold }]);
    const afterIdleSeconds = options.resetsAtExpirySeconds;
    if (afterIdleSeconds !== undefined) await startExpiryResetter(hosts.r2, { interface: 'near', afterIdleSeconds });
    return { ports: PORTS, server: near(options, PATH.length - 1), addresses };
  });
}

/** The address at a place that faces the client, and the one that faces the server. */
function near({ version }: HopPathOptions, place: number): string {
  return version === 4 ? `10.79.${place}.2` : `fd00:79:${place}::2`;
}

function far({ version }: HopPathOptions, place: number): string {
  return version === 4 ? `10.79.${place + 1}.1` : `fd00:79:${place + 1}::1`;
}

function hopPathPlan(options: HopPathOptions): NetworkPlan<Role> {
  const hosts = Object.fromEntries(PATH.map((role, place) => [role, hostPlan(options, place)]));
  return {
    hosts: hosts as Record<Role, HostPlan>,
    wires: PATH.slice(1).map((role, place) => [
      { role: PATH[place] as Role, interface: 'far' },
      { role, interface: 'near' },
    ]),
  };
}

/** Link-local addresses, which routers ask their neighbours from, are used without the second that is usual (RFC 4862). */
const IPV6_AT_ONCE: Sysctls = Object.fromEntries(
  ['all', 'default'].flatMap((scope) => [
    [`net.ipv6.conf.${scope}.disable_ipv6`, 0],
    [`net.ipv6.conf.${scope}.accept_dad`, 0],
  ]),
);

function hostPlan(options: HopPathOptions, place: number): HostPlan {
  const { version, silentRouters = false, resets = false } = options;
  const last = PATH.length - 1;
  const length = version === 4 ? 24 : 64;
  const everywhere = version === 4 ? '0.0.0.0/0' : '::/0';
  const up = (name: string, address: string): string[] => [
    `address add ${address}/${length} dev ${name}${version === 6 ? ' nodad' : ''}`,
    `link set dev ${name} up`,
  ];
  // Towards the client every network is named, towards the server the default leads.
  const back = Array.from({ length: Math.max(0, place - 1) }, (_, network) =>
    version === 4 ? `10.79.${network + 1}.0/24` : `fd00:79:${network + 1}::/64`,
  );
  const seconds = options.timeoutSeconds[place as 1 | 2 | 3 | 4];
  const isRouter = place > 0 && place < last;
  return {
    ...(isRouter
      ? { rules: routerRules(seconds === undefined ? null : resets ? 'reject with tcp reset' : 'drop', silentRouters) }
      : {}),
    sysctls: {
      ...(version === 6 ? IPV6_AT_ONCE : {}),
      ...(isRouter ? { [version === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.all.forwarding']: 1 } : {}),
      ...(seconds === undefined
        ? {}
        : {
            'net.netfilter.nf_conntrack_tcp_loose': 0,
            'net.netfilter.nf_conntrack_tcp_timeout_established': seconds,
          }),
    },
    setup: [
      ...(place > 0 ? up('near', near(options, place)) : []),
      ...(place < last ? up('far', far(options, place)) : []),
      ...back.map((network) => `route add ${network} via ${far(options, place - 1)}`),
      ...(place < last ? [`route add ${everywhere} via ${near(options, place + 1)}`] : []),
    ],
  };
}

function routerRules(invalid: string | null, silent: boolean): string {
  const rules = [
    ...(invalid === null
      ? []
      : [`chain forward { type filter hook forward priority filter; ct state invalid ${invalid}; }`]),
    ...(silent
      ? [
          'chain output { type filter hook output priority filter; icmp type time-exceeded drop; icmpv6 type time-exceeded drop; }',
        ]
      : []),
  ];
  return `table inet lab {\n${rules.join('\n')}\n}`;
}
