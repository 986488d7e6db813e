// A LAN with a host on two of its ports whose kernel answers for both addresses on both: ARP flux, Linux's default.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { createLab } from './create-lab.ts';
import { LAN_STATIONS, type Lan, lanFacts, lanPlan, switchPort } from './lan.ts';
import type { NetworkPlan } from './network.ts';

const { scanner, a, honest } = LAN_STATIONS;
const STATIONS = { scanner, honest, twolegs: a } as const;

type Role = keyof typeof STATIONS;

const SECOND_LEG = {
  interface: 'eth1',
  address: '10.77.0.6' as Ipv4,
  mac: '00:1b:21:5a:00:1a' as Mac,
} as const;

/** `twolegs` stands in `addresses` and `macs` with its first leg. */
export interface TwoLegLan extends Lan<Role> {
  /** The second interface of `twolegs`; its address is null when it has none. */
  readonly secondLeg: { readonly interface: string; readonly address: Ipv4 | null; readonly mac: Mac };
}

export interface TwoLegLanOptions {
  /** false leaves the second interface without an address of its own; it answers for the first one's all the same. */
  readonly secondAddress?: boolean;
}

export function twoLegLan({ secondAddress = true }: TwoLegLanOptions = {}): Promise<TwoLegLan> {
  return createLab(twoLegPlan(secondAddress), async () => ({
    ...lanFacts(STATIONS),
    secondLeg: { ...SECOND_LEG, address: secondAddress ? SECOND_LEG.address : null },
  }));
}

function twoLegPlan(secondAddress: boolean): NetworkPlan<Role | 'switch'> {
  const lan = lanPlan(STATIONS);
  const { interface: name, address, mac } = SECOND_LEG;
  const addressed = secondAddress ? [`address add ${address}/24 dev ${name}`] : [];
  return {
    hosts: {
      ...lan.hosts,
      twolegs: { setup: [...lan.hosts.twolegs.setup, ...addressed, `link set dev ${name} up`] },
      switch: { setup: [...lan.hosts.switch.setup, ...switchPort('second')] },
    },
    wires: [
      ...lan.wires,
      [
        { role: 'twolegs', interface: name, mac },
        { role: 'switch', interface: 'second' },
      ],
    ],
  };
}
