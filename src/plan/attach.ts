// What each interface is asked about: addresses belong to links, and ARP does not leave them.

import { cidrContains, cidrHosts, cidrRange, formatCidr } from '../address/cidr.ts';
import type { Ipv4 } from '../address/ipv4.ts';
import { type Ipv4Range, Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, ZERO_MAC } from '../address/mac.ts';
import { type HostFacts, type InterfaceFacts, routeTo } from '../host.ts';
import { byInterface } from './on-link.ts';
import type { ScanOptions, TargetList } from './options.ts';
import type { SkippedStep } from './step.ts';
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
  const shares = new Map<InterfaceFacts, ShareBuilder>();
  const skipped: SkippedStep[] = [];
  const excluded = addressesIn('--exclude', options.exclude, facts);
  for (const target of options.dupIp.flatMap((list) => parseTargets('--dup-ip', list))) {
    if (options.listenSeconds === null) refuseTooWide(target.text, target.addresses);
    for (const [holder, part] of assign(target, facts, chosen)) {
      const addresses = part.minus(excluded);
      if (addresses.size === 0) continue;
      if (holder === null) {
        skipped.push(notAttached(target, addresses, facts));
        continue;
      }
      const share = shares.get(holder) ?? new ShareBuilder(holder);
      shares.set(holder, share);
      share.add(target, addresses);
    }
  }
  const wanted = [...shares.values()]
    .map((share) => share.done())
    .filter(({ named, swept }) => named.size + swept.size > 0);
  if (wanted.length + skipped.length === 0) {
    throw new UsageError('--dup-ip: no address is left to ask for; look at what --exclude takes out');
  }
  return { shares: wanted, skipped };
}

/** All that some options name. */
export function addressesIn(option: string, lists: readonly TargetList[], facts: HostFacts): Ipv4Set {
  const sets = lists
    .flatMap((list) => parseTargets(option, list))
    .map(({ addresses }) => (addresses === 'self' ? ownSet(facts) : addresses));
  return new Ipv4Set(sets.flatMap(({ ranges }) => ranges));
}

/** @throws UsageError when there are more addresses than memory is set aside for. */
export function refuseTooWide(text: string, addresses: Ipv4Set | 'self'): void {
  if (addresses === 'self' || addresses.size <= MOST_ADDRESSES) return;
  throw new UsageError(`${text} is too wide to sweep; ask for a /12 or narrower`);
}

/** Every address of this machine with its card's MAC; `elsewhere` for those of cards without one (loopback). */
export function ownAddresses({ interfaces }: HostFacts, elsewhere: Mac): Map<Ipv4, Mac> {
  const macOf = ({ mac }: InterfaceFacts): Mac => (mac === null || mac === ZERO_MAC ? elsewhere : mac);
  return new Map(interfaces.flatMap((each) => each.addresses.map(({ ip }) => [ip, macOf(each)])));
}

/** Of `own`, those of other interfaces for which this machine does not answer on the link; not given where there are none. */
export function unansweredOf(holder: InterfaceFacts, own: Iterable<Ipv4>): { unanswered?: ReadonlySet<Ipv4> } {
  if (holder.answersForItselfOnly === undefined) return {};
  const unanswered = new Set([...own].filter((ip) => !holder.addresses.some((each) => each.ip === ip)));
  return unanswered.size === 0 ? {} : { unanswered };
}

/** The same as a set. */
export function ownSet({ interfaces }: HostFacts): Ipv4Set {
  return Ipv4Set.of(interfaces.flatMap(({ addresses }) => addresses.map(({ ip }) => ip)));
}

/** Of every interface that speaks ARP. */
export function ownMacs({ interfaces }: HostFacts): Mac[] {
  return interfaces.flatMap(({ mac, arp }) => (mac !== null && arp ? [mac] : []));
}

/** Collects ranges and makes sets of them once: thousands of targets may be typed or piped in. */
class ShareBuilder {
  readonly #holder: InterfaceFacts;
  readonly #named: Ipv4Range[] = [];
  readonly #swept: Ipv4Range[] = [];
  readonly #labels = new Set<string>();
  readonly #sweptLabels = new Set<string>();

  constructor(holder: InterfaceFacts) {
    this.#holder = holder;
  }

  /** @throws UsageError for a named address that no host on this link can have. */
  add({ text, named }: Target, addresses: Ipv4Set): void {
    this.#labels.add(text);
    if (named) {
      for (const address of addresses) refuseReserved(text, address, this.#holder);
      this.#named.push(...addresses.ranges);
    } else {
      this.#sweptLabels.add(text);
      for (const range of addresses.ranges) this.#swept.push(range);
    }
  }

  done(): Share {
    return {
      holder: this.#holder,
      named: new Ipv4Set(this.#named),
      swept: new Ipv4Set(this.#swept).minus(reserved(this.#holder)),
      labels: [...this.#labels],
      sweptLabels: [...this.#sweptLabels],
    };
  }
}

/** Each part of a target with the interface whose link it is on; null for what is on none. */
function assign(
  { addresses }: Target,
  facts: HostFacts,
  chosen: InterfaceFacts | null,
): Iterable<readonly [InterfaceFacts | null, Ipv4Set]> {
  if (addresses === 'self') return assignSelf(facts, chosen);
  return chosen === null ? byInterface(addresses, facts) : [[chosen, addresses]];
}

/** Every address of every interface that speaks ARP and is up. */
function assignSelf({ interfaces }: HostFacts, chosen: InterfaceFacts | null): [InterfaceFacts, Ipv4Set][] {
  const eligible = interfaces.filter((each) => (chosen === null ? each.arp && each.up : each === chosen));
  const own = eligible
    .filter(({ addresses }) => addresses.length > 0)
    .map((each): [InterfaceFacts, Ipv4Set] => [each, Ipv4Set.of(each.addresses.map(({ ip }) => ip))]);
  if (own.length > 0) return own;
  const where =
    chosen === null
      ? 'this machine has no IPv4 address on an interface that speaks ARP'
      : `${chosen.name} has no IPv4 address`;
  throw new UsageError(`--dup-ip self: ${where}`);
}

/** Network and broadcast addresses of the link's networks belong to no host (RFC 1122 section 3.2.1.3). */
function reserved({ addresses }: InterfaceFacts): Ipv4Set {
  const edges = addresses.map(({ network }) => new Ipv4Set([cidrRange(network)]).minus(cidrHosts(network)));
  return new Ipv4Set(edges.flatMap(({ ranges }) => ranges));
}

function refuseReserved(text: string, address: Ipv4, { addresses }: InterfaceFacts): void {
  for (const { network } of addresses) {
    if (!cidrContains(network, address) || cidrHosts(network).has(address)) continue;
    const kind = address === network.network ? 'network' : 'broadcast';
    throw new UsageError(
      `--dup-ip ${text}: this is the ${kind} address of ${formatCidr(network)}; give a host's address`,
    );
  }
}

function notAttached({ text, addresses }: Target, missing: Ipv4Set, facts: HostFacts): SkippedStep {
  const networks = facts.interfaces
    .filter(({ arp, up }) => arp && up)
    .flatMap(({ name, addresses: own }) => own.map(({ network }) => `${formatCidr(network)} on ${name}`));
  const attached = networks.length === 0 ? 'no network' : networks.join(', ');
  const isWhole = addresses === 'self' || addresses.size === missing.size;
  const what = isWhole ? `${text} is` : `${missing.size} addresses of ${text}, from ${missing.at(0)} on, are`;
  const because = `${what} not on a network that this machine is attached to (${attached}), and ARP does not cross routers`;
  const router = routeTo(facts.routes, missing.at(0))?.gateway ?? null;
  const elsewhere = 'run netcheck on a machine in that network';
  const hint =
    router === null ? elsewhere : `${elsewhere}, or check the router on the way: sudo netcheck --dup-ip ${router}`;
  return skip('dup-ip', text, because, hint);
}
