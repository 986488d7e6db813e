// A LAN with two routers that share the address 10.77.0.254 by VRRP (RFC 5798), each a real keepalived.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { LabUnavailable } from './availability.ts';
import { createLab } from './create-lab.ts';
import { type Keepalived, startKeepalived } from './keepalived.ts';
import type { LabHost } from './lab.ts';
import { LAN_INTERFACE, LAN_STATIONS, type Lan, lanFacts, lanPlan } from './lan.ts';
import { nftApply, setSysctls } from './network-tools.ts';

const { scanner, honest } = LAN_STATIONS;
const STATIONS = {
  scanner,
  honest,
  r1: { address: '10.77.0.252' as Ipv4, mac: '00:0d:b9:77:00:f1' as Mac },
  r2: { address: '10.77.0.253' as Ipv4, mac: '00:0d:b9:77:00:f2' as Mac },
} as const;

type Router = 'r1' | 'r2';

const PRIORITIES = { r1: 150, r2: 100 } as const satisfies Record<Router, number>;

const VIRTUAL_ROUTER_ID = 51;
const VIRTUAL_MAC = '00:00:5e:00:01:33' as Mac;
const VIRTUAL_ADDRESS = '10.77.0.254' as Ipv4;

export interface VrrpLanOptions {
  /** false leaves the virtual address at the master's own MAC: it moves by gratuitous ARP, and the MAC changes. */
  readonly vmac?: boolean;
  /**
   * true lets r1, beside the virtual MAC, answer with its own one, as Linux does where nobody forbids it: keepalived
   * sets arp_ignore and arp_filter on the interface below the virtual MAC's, others leave that to the administrator.
   */
  readonly ownMacAnswers?: boolean;
}

export interface VrrpLan extends Lan<keyof typeof STATIONS> {
  readonly virtualAddress: Ipv4;
  /** null without one. */
  readonly virtualMac: Mac | null;
  /** The routers that have the virtual address now. */
  masters(): Promise<Router[]>;
  /** Ends r1's keepalived; resolves when r2 is master. */
  failOver(): Promise<void>;
  /** From now on r2 hears no advertisements; resolves when both are masters. */
  splitBrain(): Promise<void>;
}

const ELECTION_TIMEOUT_MS = 10_000;
const ELECTION_POLL_MS = 10;

/** Resolves when r1 is master. */
export function vrrpLan({ vmac = true, ownMacAnswers = false }: VrrpLanOptions = {}): Promise<VrrpLan> {
  return createLab(lanPlan(STATIONS), async (hosts) => {
    const pair = { r1: hosts.r1, r2: hosts.r2 };
    const keepaliveds = await startPair(pair, vmac);
    if (ownMacAnswers) {
      const open = {
        [`net.ipv4.conf.${LAN_INTERFACE}.arp_ignore`]: 0,
        [`net.ipv4.conf.${LAN_INTERFACE}.arp_filter`]: 0,
      };
      await setSysctls(hosts.r1.namespace, open);
    }
    return {
      ...lanFacts(STATIONS),
      virtualAddress: VIRTUAL_ADDRESS,
      virtualMac: vmac ? VIRTUAL_MAC : null,
      masters: () => mastersOf(pair),
      failOver: async () => {
        keepaliveds.r1.resign();
        await elected(pair, ['r2'], [keepaliveds.r2]);
      },
      splitBrain: async () => {
        await nftApply(hosts.r2.namespace, DEAF_TO_VRRP);
        await elected(pair, ['r1', 'r2'], Object.values(keepaliveds));
      },
    };
  });
}

const DEAF_TO_VRRP =
  'table ip lab { chain input { type filter hook input priority filter; ip protocol vrrp drop; }; }\n';

async function startPair(
  hosts: Readonly<Record<Router, LabHost>>,
  hasVirtualMac: boolean,
): Promise<Record<Router, Keepalived>> {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-keepalived-'));
  const virtual = { virtualRouterId: VIRTUAL_ROUTER_ID, virtualAddress: VIRTUAL_ADDRESS, hasVirtualMac };
  const start = (router: Router) =>
    startKeepalived(hosts[router], { ...virtual, interface: LAN_INTERFACE, priority: PRIORITIES[router] }, folder);
  try {
    const keepaliveds = { r1: start('r1'), r2: start('r2') };
    await elected(hosts, ['r1'], Object.values(keepaliveds));
    return keepaliveds;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Waits until exactly these are masters. The backup may have been it for a moment if it was up first. */
async function elected(
  hosts: Readonly<Record<Router, LabHost>>,
  expected: readonly Router[],
  needed: readonly Keepalived[],
): Promise<void> {
  const deadline = performance.now() + ELECTION_TIMEOUT_MS;
  while ((await mastersOf(hosts)).join() !== expected.join()) {
    const lastWords = needed.map((keepalived) => keepalived.lastWords()).find((words) => words !== null);
    if (lastWords !== undefined) throw new LabUnavailable(`The lab's keepalived ended: ${lastWords}`);
    if (performance.now() > deadline) throw new LabUnavailable(`The lab's routers do not elect ${expected.join()}.`);
    await sleep(ELECTION_POLL_MS);
  }
}

async function mastersOf(hosts: Readonly<Record<Router, LabHost>>): Promise<Router[]> {
  const isMaster = async (router: Router): Promise<boolean> =>
    (await hosts[router].run('ip', ['-o', '-4', 'address', 'show', 'to', VIRTUAL_ADDRESS])).stdout !== '';
  const [r1, r2] = await Promise.all([isMaster('r1'), isMaster('r2')]);
  return [...(r1 ? ['r1' as const] : []), ...(r2 ? ['r2' as const] : [])];
}
