// The demo's network: a LAN with two machines on one address, whose gateway is a NAT that soon forgets idle connections.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { createLab } from './create-lab.ts';
import type { Lab } from './lab.ts';
import { LAN_STATIONS, lanPlan } from './lan.ts';
import { natRules } from './nat-rules.ts';
import { startTcpServices } from './tcp-service.ts';

type Role = keyof typeof STATIONS | 'switch' | 'server';

export type DemoNetwork = Lab<Role>;

export const DEMO = {
  sharedAddress: LAN_STATIONS.a.address,
  gateway: '10.77.0.254' as Ipv4,
  server: '10.78.3.2' as Ipv4,
  port: 7022,
  timeoutSeconds: 6,
} as const;

const STATIONS = { ...LAN_STATIONS, gateway: { address: DEMO.gateway, mac: '00:0d:b9:77:00:fe' as Mac } } as const;

export function demoNetwork(): Promise<DemoNetwork> {
  const lan = lanPlan(STATIONS);
  return createLab<Role, object>(
    {
      hosts: {
        ...lan.hosts,
        scanner: { setup: [...lan.hosts.scanner.setup, `route add default via ${DEMO.gateway}`] },
        gateway: {
          rules: natRules('silent'),
          sysctls: {
            'net.ipv4.ip_forward': 1,
            'net.netfilter.nf_conntrack_tcp_loose': 0,
            'net.netfilter.nf_conntrack_tcp_timeout_established': DEMO.timeoutSeconds,
          },
          setup: [...lan.hosts.gateway.setup, 'address add 10.78.3.1/24 dev outside', 'link set dev outside up'],
        },
        server: { setup: [`address add ${DEMO.server}/24 dev eth0`, 'link set dev eth0 up'] },
      },
      wires: [
        ...lan.wires,
        [
          { role: 'gateway', interface: 'outside' },
          { role: 'server', interface: 'eth0' },
        ],
      ],
    },
    async (hosts) => {
      await Promise.all([
        startTcpServices(hosts.a, [{ kind: 'hold', port: 22 }]),
        startTcpServices(hosts.server, [{ kind: 'hold', port: DEMO.port }]),
      ]);
      return {};
    },
  );
}
