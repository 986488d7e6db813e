// Which interface each target is asked on: addresses belong to links, and ARP does not leave them.

import { cidrContains, cidrHosts, cidrRange, formatCidr } from '../address/cidr.ts';
import type { Ipv4 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { Mac } from '../address/mac.ts';
import { type HostFacts, type InterfaceFacts, routeTo } from '../host.ts';
import type { ScanOptions, SkippedStep, TargetList } from './step.ts';
import { parseTargets, type Target } from './targets.ts';
import { skip, UsageError } from './usage.ts';

/** What memory is set aside for. */
const MOST_ADDRESSES = 2 ** 20;

/** What one interface is asked about; `labels` is how that was typed. */
export interface Share {
  readonly holder: InterfaceFacts;
  /** Addresses that were named one by one. */
  readonly named: Ipv4Set;
  readonly swept: Ipv4Set;
  readonly labels: readonly string[];
  /** The part of the labels that stands for `swept`. */
  readonly sweptLabels: readonly string[];
}

/** Each address once, on its interface; a skip for what is on none. @throws UsageError */
export function shareOut(
  options: ScanOptions,
  facts: HostFacts,
  chosen: InterfaceFacts | null,
): { readonly shares: readonly Share[]; readonly skipped: readonly SkippedStep[] } {
  const shares = new Map<InterfaceFacts, Share>();
  const skipped: SkippedStep[] = [];
  const excluded = addressesIn('--exclude', options.exclude, facts);
  const edges = reserved(facts);
  for (const target of options.dupIp.flatMap(labelled)) {
    for (const [holder, addresses] of assign(target, facts, chosen)) {
      if (holder === null) skipped.push(notAttached(target.label, addresses, facts));
      else shares.set(holder, add(shares.get(holder) ?? emptyShare(holder), target, addresses.minus(excluded), edges));
    }
  }
  const wanted = [...shares.values()].filter(({ named, swept }) => named.size + swept.size > 0);
  if (wanted.length + skipped.length === 0) throw new UsageError('--exclude leaves no address to ask for');
  return { shares: wanted, skipped };
}

/** All that some options name. */
export function addressesIn(option: string, lists: readonly TargetList[], facts: HostFacts): Ipv4Set {
  const sets = lists
    .flatMap((list) => parseTargets(option, list))
    .map(({ addresses }) => (addresses === 'self' ? ownSet(facts) : addresses));
  return sets.reduce((all, each) => all.union(each), Ipv4Set.EMPTY);
}

/** Every address of this machine with its card's MAC; `elsewhere` for those of cards without one (loopback). */
export function ownAddresses({ interfaces }: HostFacts, elsewhere: Mac): Map<Ipv4, Mac> {
  return new Map(interfaces.flatMap(({ addresses, mac }) => addresses.map(({ ip }) => [ip, mac ?? elsewhere])));
}

/** The same as a set. */
export function ownSet({ interfaces }: HostFacts): Ipv4Set {
  return Ipv4Set.of(interfaces.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)));
}

/** Of every interface that speaks ARP. */
export function ownMacs({ interfaces }: HostFacts): Mac[] {
  return interfaces.flatMap(({ mac, arp }) => (mac !== null && arp ? [mac] : []));
}

type LabelledTarget = Target & { readonly label: string };

/** Named addresses go by themselves; entries of a file by the file's name. */
function labelled(list: TargetList): LabelledTarget[] {
  return parseTargets('--dup-ip', list).map((target) => ({
    ...target,
    label: target.named ? target.text : list.typed,
  }));
}

function emptyShare(holder: InterfaceFacts): Share {
  return { holder, named: Ipv4Set.EMPTY, swept: Ipv4Set.EMPTY, labels: [], sweptLabels: [] };
}

function add(share: Share, { named, label }: LabelledTarget, addresses: Ipv4Set, edges: Ipv4Set): Share {
  const withLabel = (labels: readonly string[]): readonly string[] =>
    labels.includes(label) ? labels : [...labels, label];
  const labels = withLabel(share.labels);
  if (named) return { ...share, named: share.named.union(addresses), labels };
  return {
    ...share,
    swept: share.swept.union(addresses.minus(edges)),
    labels,
    sweptLabels: withLabel(share.sweptLabels),
  };
}

/** Each part of a target with the interface whose link it is on; null for what is on none. */
function assign(
  { text, addresses, named }: LabelledTarget,
  facts: HostFacts,
  chosen: InterfaceFacts | null,
): [InterfaceFacts | null, Ipv4Set][] {
  if (addresses === 'self') return assignSelf(facts, chosen);
  if (addresses.size > MOST_ADDRESSES) throw new UsageError(`${text} is too wide to sweep; ask for a /12 or narrower`);
  if (named) refuseReserved(text, addresses.at(0), facts);
  if (chosen !== null) return [[chosen, addresses]];
  const [first, last] = [addresses.at(0), addresses.at(addresses.size - 1)];
  const ends = [interfaceOf(first, facts), interfaceOf(last, facts)];
  if (ends[0] === ends[1]) return [[ends[0] as InterfaceFacts | null, addresses]];
  // It reaches over the edge of a network: address by address.
  const parts = new Map<InterfaceFacts | null, Ipv4[]>();
  for (const address of addresses) {
    const holder = interfaceOf(address, facts);
    parts.set(holder, [...(parts.get(holder) ?? []), address]);
  }
  return [...parts].map(([holder, part]) => [holder, Ipv4Set.of(part)]);
}

/** Every address of every interface that speaks ARP and is up. */
function assignSelf({ interfaces }: HostFacts, chosen: InterfaceFacts | null): [InterfaceFacts, Ipv4Set][] {
  const eligible = interfaces.filter((each) => (chosen === null ? each.arp && each.up : each === chosen));
  const own = eligible
    .filter(({ addresses }) => addresses.length > 0)
    .map((each): [InterfaceFacts, Ipv4Set] => [each, Ipv4Set.of(each.addresses.map(({ ip }) => ip))]);
  if (own.length > 0) return own;
  throw new UsageError('--dup-ip self: this machine has no IPv4 address on an interface that speaks ARP');
}

/** The interface whose link an address is on: the one that holds it, or the routing table's. */
function interfaceOf(address: Ipv4, { interfaces, routes }: HostFacts): InterfaceFacts | null {
  const holder = interfaces.find(({ addresses }) => addresses.some(({ ip }) => ip === address));
  if (holder) return holder;
  const route = routeTo(routes, address);
  if (route === null || route.gateway !== null) return null;
  return interfaces.find(({ name }) => name === route.interfaceName) ?? null;
}

/** Network and broadcast addresses of the attached networks belong to no host (RFC 1122 section 3.2.1.3). */
function reserved({ interfaces }: HostFacts): Ipv4Set {
  const networks = interfaces.flatMap((each) => each.addresses.map(({ network }) => network));
  const edges = networks.map((network) => new Ipv4Set([cidrRange(network)]).minus(cidrHosts(network)));
  return edges.reduce((all, edge) => all.union(edge), Ipv4Set.EMPTY);
}

function refuseReserved(text: string, address: Ipv4, { interfaces }: HostFacts): void {
  for (const { network } of interfaces.flatMap((each) => each.addresses)) {
    if (!cidrContains(network, address) || cidrHosts(network).has(address)) continue;
    const kind = address === network.network ? 'network' : 'broadcast';
    throw new UsageError(
      `--dup-ip ${text}: this is the ${kind} address of ${formatCidr(network)}; give a host's address`,
    );
  }
}

function notAttached(label: string, addresses: Ipv4Set, facts: HostFacts): SkippedStep {
  const networks = facts.interfaces
    .filter(({ arp, up }) => arp && up)
    .flatMap(({ name, addresses: own }) => own.map(({ network }) => `${formatCidr(network)} on ${name}`));
  const attached = networks.length === 0 ? 'no network' : networks.join(', ');
  const because = `${label} is not on a network that this machine is attached to (${attached}), and ARP does not cross routers`;
  const router = routeTo(facts.routes, addresses.at(0))?.gateway ?? null;
  const elsewhere = 'run netcheck on a machine in that network';
  const hint =
    router === null ? elsewhere : `${elsewhere}, or check the router on the way: sudo netcheck --dup-ip ${router}`;
  return skip('dup-ip', label, because, hint);
}
