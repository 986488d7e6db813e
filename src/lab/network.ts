// A network as a drawing, and from the drawing to the network: namespaces, rules, settings, wires, addresses.

import type { Mac } from '../address/mac.ts';
import { namespaceName } from './namespace-name.ts';
import { ipBatch, linksSettled, nftApply, type Sysctls, setSysctls } from './network-tools.ts';

export interface HostPlan {
  /** An nft ruleset; loaded before `sysctls`, because it is what brings conntrack's settings into being. */
  readonly rules?: string;
  readonly sysctls?: Sysctls;
  /** Lines for `ip -batch` inside the namespace, run when its interfaces are there. */
  readonly setup: readonly string[];
}

export interface WireEnd<Role extends string> {
  readonly role: Role;
  readonly interface: string;
  readonly mac?: Mac;
}

export interface NetworkPlan<Role extends string> {
  readonly hosts: Readonly<Record<Role, HostPlan>>;
  readonly wires: readonly (readonly [WireEnd<Role>, WireEnd<Role>])[];
}

/**
 * A new namespace copies IPv4 settings from the machine's own (devconf_inherit_init_net), so all that matters here is
 * said. IPv6 is off for silence: no neighbour solicitations between the frames under test.
 */
const DEFAULT_SYSCTLS: Sysctls = {
  'net.ipv4.ip_forward': 0,
  ...Object.fromEntries(
    ['all', 'default'].flatMap((scope) => [
      ...['rp_filter', 'arp_ignore', 'arp_announce', 'arp_filter', 'arp_accept', 'proxy_arp'].map((key) => [
        `net.ipv4.conf.${scope}.${key}`,
        0,
      ]),
      [`net.ipv6.conf.${scope}.disable_ipv6`, 1],
    ]),
  ),
};

/**
 * The two ends of a wire get different interface indexes. Left to themselves the namespaces would hand out the same
 * ones, and where a veth's index equals its peer's, Linux takes the carrier for no urgent news and lets a bridge port
 * or a queue come up only after up to a second (linkwatch_urgent_event in net/core/link_watch.c).
 */
const FIRST_INDEX = 10;

/** Every step is one process per namespace at most, and the namespaces take it side by side. */
export async function buildNetwork<Role extends string>(id: string, plan: NetworkPlan<Role>): Promise<void> {
  const hosts = (Object.entries(plan.hosts) as [Role, HostPlan][]).map(([role, host]) => ({
    namespace: namespaceName(id, role),
    ...host,
  }));
  await ipBatch(
    null,
    hosts.map(({ namespace }) => `netns add ${namespace}`),
  );
  await inParallel(hosts, async ({ namespace, rules, sysctls }) => {
    if (rules !== undefined) await nftApply(namespace, rules);
    await setSysctls(namespace, DEFAULT_SYSCTLS, true);
    await setSysctls(namespace, sysctls ?? {});
  });
  // Both ends are born inside their namespaces: the machine's own never sees them.
  await ipBatch(
    null,
    plan.wires.map(([near, far], wire) => {
      const [nearIndex, farIndex] = [FIRST_INDEX + 2 * wire, FIRST_INDEX + 2 * wire + 1];
      return `link add ${wireEnd(id, near, nearIndex)} type veth peer ${wireEnd(id, far, farIndex)}`;
    }),
  );
  await inParallel(hosts, ({ namespace, setup }) => ipBatch(namespace, ['link set dev lo up', ...setup]));
  await inParallel(hosts, ({ namespace }) => linksSettled(namespace));
}

function wireEnd<Role extends string>(id: string, end: WireEnd<Role>, index: number): string {
  const address = end.mac === undefined ? '' : ` address ${end.mac}`;
  return `name ${end.interface} index ${index} netns ${namespaceName(id, end.role)}${address}`;
}

/** Waits for all before it fails, so that nothing is still being built while the lab is being removed. */
async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const failure = (await Promise.allSettled(items.map(work))).find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
