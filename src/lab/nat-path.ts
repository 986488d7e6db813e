// A path with a NAT that forgets: client – router – NAT – server, with the NAT's idle timeout and its manners to choose.

import type { Ipv4 } from '../address/ipv4.ts';
import { createLab } from './create-lab.ts';
import type { Lab } from './lab.ts';
import { natRules } from './nat-rules.ts';
import type { HostPlan, NetworkPlan } from './network.ts';
import { nftApply } from './network-tools.ts';
import { startTcpServices, type TcpService } from './tcp-service.ts';

export interface NatPathOptions {
  /** Idle time after which the NAT forgets a TCP connection, in whole seconds; null leaves the kernel's five days. */
  readonly timeoutSeconds: number | null;
  /** What a packet of a forgotten connection meets: silence, or a RST in the server's name. */
  readonly onExpiry: 'silent' | 'reset';
  /**
   * Loose pickup, the kernel's default: a packet from the client's side begins a forgotten flow anew, on the same port,
   * while one from the server's side still meets silence.
   */
  readonly revives?: boolean;
  /** Starts the services on `ports.close` and `ports.reset`, which close and reset a connection that was idle for so long. */
  readonly serverClosesAfterSeconds?: number;
}

type Role = 'client' | 'router' | 'nat' | 'server';

export interface NatPath extends Lab<Role> {
  /** `router` and `nat` as the client's side sees them; `natOutside` is whom the server sees. */
  readonly addresses: Readonly<Record<Role | 'natOutside', Ipv4>>;
  /** On the server. `hold` is silent, `greet` says an SSH version first; nobody listens on `refused`. */
  readonly ports: typeof PORTS;
  /** The client's interface. */
  readonly interface: string;
  /** From now on the router drops every packet it receives, from either side. */
  cut(): Promise<void>;
  /** Undoes `cut`. */
  mend(): Promise<void>;
  /** From now on the router drops this share of the packets it forwards, in each direction. 0 ends it. */
  loss(percent: number): Promise<void>;
}

const PORTS = { hold: 7022, greet: 2222, close: 7023, reset: 7024, refused: 7099 } as const;

const GREETING = 'SSH-2.0-OpenSSH_9.2p1 lab\r\n';

const ADDRESSES = {
  client: '10.78.1.2' as Ipv4,
  router: '10.78.1.1' as Ipv4,
  nat: '10.78.2.2' as Ipv4,
  natOutside: '10.78.3.1' as Ipv4,
  server: '10.78.3.2' as Ipv4,
} as const;

/** Resolution of `loss`: a tenth of a percent. */
const LOSS_STEPS = 1000;

export async function natPath(options: NatPathOptions): Promise<NatPath> {
  const { timeoutSeconds } = options;
  if (timeoutSeconds !== null && !(Number.isInteger(timeoutSeconds) && timeoutSeconds > 0)) {
    throw new RangeError(`timeoutSeconds must be a positive integer or null, got ${timeoutSeconds}`);
  }
  return createLab(natPathPlan(options), async (hosts) => {
    await startTcpServices(hosts.server, serverServices(options));
    const router = (...ruleset: string[]) => nftApply(hosts.router.namespace, `${ruleset.join('\n')}\n`);
    return {
      addresses: ADDRESSES,
      ports: PORTS,
      interface: 'eth0',
      cut: () => router(withoutTable('cut'), dropTable('cut', 'prerouting', 'drop')),
      mend: () => router(withoutTable('cut')),
      loss: async (percent: number) => {
        if (!(percent >= 0 && percent <= 100)) throw new RangeError(`percent must be from 0 to 100, got ${percent}`);
        const drop = `numgen random mod ${LOSS_STEPS} < ${Math.round((percent * LOSS_STEPS) / 100)} drop`;
        await router(withoutTable('loss'), ...(percent === 0 ? [] : [dropTable('loss', 'forward', drop)]));
      },
    };
  });
}

function natPathPlan({ timeoutSeconds, onExpiry, revives = false }: NatPathOptions): NetworkPlan<Role> {
  const forwards = { 'net.ipv4.ip_forward': 1 };
  const router: HostPlan = {
    sysctls: forwards,
    setup: [
      ...interfaceUp('client', '10.78.1.1'),
      ...interfaceUp('nat', '10.78.2.1'),
      'route add default via 10.78.2.2',
    ],
  };
  const nat: HostPlan = {
    rules: natRules(onExpiry, revives),
    sysctls: {
      ...forwards,
      // Without this, conntrack takes the next packet of a forgotten connection for a new one and carries on.
      'net.netfilter.nf_conntrack_tcp_loose': revives ? 1 : 0,
      ...(timeoutSeconds === null ? {} : { 'net.netfilter.nf_conntrack_tcp_timeout_established': timeoutSeconds }),
    },
    setup: [
      ...interfaceUp('inside', '10.78.2.2'),
      ...interfaceUp('outside', '10.78.3.1'),
      'route add 10.78.1.0/24 via 10.78.2.1',
    ],
  };
  return {
    hosts: {
      client: { setup: [...interfaceUp('eth0', '10.78.1.2'), 'route add default via 10.78.1.1'] },
      router,
      nat,
      // It has no route to the client's network: only the NAT can be the reason that answers arrive.
      server: { setup: interfaceUp('eth0', '10.78.3.2') },
    },
    wires: [
      [
        { role: 'client', interface: 'eth0' },
        { role: 'router', interface: 'client' },
      ],
      [
        { role: 'router', interface: 'nat' },
        { role: 'nat', interface: 'inside' },
      ],
      [
        { role: 'nat', interface: 'outside' },
        { role: 'server', interface: 'eth0' },
      ],
    ],
  };
}

/** Deletes a table whether or not it is there. */
function withoutTable(name: string): string {
  return `table ip ${name}\ndelete table ip ${name}`;
}

function dropTable(name: string, hook: 'prerouting' | 'forward', rule: string): string {
  return `table ip ${name} { chain ${hook} { type filter hook ${hook} priority filter; ${rule}; }; }`;
}

function interfaceUp(name: string, address: string): string[] {
  return [`address add ${address}/24 dev ${name}`, `link set dev ${name} up`];
}

function serverServices({ serverClosesAfterSeconds }: NatPathOptions): TcpService[] {
  return [
    { kind: 'hold', port: PORTS.hold },
    { kind: 'greet', port: PORTS.greet, greeting: GREETING },
    ...(serverClosesAfterSeconds === undefined
      ? []
      : (['close', 'reset'] as const).map((kind) => {
          return { kind, port: PORTS[kind], afterIdleSeconds: serverClosesAfterSeconds };
        })),
  ];
}
