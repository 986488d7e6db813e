// --dup-ip <targets>: which addresses are asked for, on which interface, in whose name and at what pace.

import { cidrHosts, cidrRange, cidrSize } from '../address/cidr.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { Mac } from '../address/mac.ts';
import type { HostFacts, InterfaceFacts } from '../host.ts';
import { arpProblem } from './arp-problem.ts';
import {
  addressesIn,
  ownAddresses,
  ownMacs,
  ownSet,
  refuseTooWide,
  type Share,
  shareOut,
  unansweredOf,
} from './attach.ts';
import { planListen } from './listen.ts';
import type { ScanOptions } from './options.ts';
import type { Step } from './step.ts';
import { parseExpected } from './targets.ts';
import { UsageError } from './usage.ts';

const ROUND_INTERVAL_SECONDS = 0.2;
/** At full speed, where a sweep of a /16 would do nothing between its rounds but wait. */
const UNPACED_ROUND_INTERVAL_SECONDS = 0.05;
/** The sweep lengthens an interval by up to a quarter. */
const ROUND_JITTER = 1.25;
const LISTEN_SECONDS = 1.5;
/** At most as fast are rounds that make up for frames that were lost unread, which all but the first may have to. */
const CAREFUL_RATE_PER_SECOND = 20_000;
/** Rounds that a sweep adds after frames were lost unread, each with its listening. */
const EXTRA_ROUNDS = 2;
/** Asking the claimants of a contested address about themselves, at worst. */
const PROVING_SECONDS = 6;
/** Addresses that nobody should have, asked for besides. */
const CANARIES = 3;
/** Widest sweep that a polite rate gets through in a quarter of a minute. */
const MOST_POLITE = 2 ** 16;

/** One step per interface, so that the rate is the interface's and no address is asked twice; a skip for what is not there. */
export function planDupIp(options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step[] {
  const { shares, skipped } = shareOut(options, facts, chosen);
  const plan = options.listenSeconds === null ? planShare : planListen;
  const steps = shares.map((share) => {
    const target = share.labels.join(', ');
    return arpProblem('dup-ip', share.holder, target, facts, options) ?? plan(share, options, facts);
  });
  return [...steps, ...skipped];
}

function planShare(share: Share, options: ScanOptions, facts: HostFacts): Step {
  const { holder, named, swept } = share;
  const asked = named.union(swept);
  const excluded = addressesIn('--exclude', options.exclude, facts);
  const senderMac = holder.mac as Mac;
  const target = share.labels.join(', ');
  const ratePerSecond = options.rate === 'max' ? null : options.rate;
  refuseTooWide(target, asked);
  if (asked.size > MOST_POLITE && ratePerSecond !== null) {
    throw new UsageError(
      `${target} is wider than a /16; ask for a narrower network, or add --rate max if the LAN can take it`,
    );
  }
  const own = new Map([...ownAddresses(facts, senderMac)].filter(([ip]) => asked.has(ip)));
  const listenSeconds = options.waitSeconds ?? LISTEN_SECONDS;
  const careful = Math.min(ratePerSecond ?? CAREFUL_RATE_PER_SECOND, CAREFUL_RATE_PER_SECOND);
  const sendSeconds = (asked.size + CANARIES) / careful;
  const roundIntervalSeconds = ratePerSecond === null ? UNPACED_ROUND_INTERVAL_SECONDS : ROUND_INTERVAL_SECONDS;
  const roundSeconds = Math.max(roundIntervalSeconds * ROUND_JITTER, sendSeconds);
  const askingSeconds = roundSeconds * (options.rounds - 1) + sendSeconds + listenSeconds;
  return {
    check: 'dup-ip',
    target,
    named,
    swept: swept.size === 0 ? null : { addresses: swept, label: share.sweptLabels.join(', ') },
    interfaceName: holder.name,
    interfaceIndex: holder.index,
    senderMac,
    senders: holder.addresses,
    ownAddresses: own,
    ...unansweredOf(holder, own.keys()),
    ownMacs: ownMacs(facts),
    canaryRange: canaryRange(holder, asked, facts).minus(excluded),
    excluded,
    expected: parseExpected(options.expect),
    proofPort: options.proofPort,
    rounds: options.rounds,
    roundIntervalSeconds,
    ratePerSecond,
    listenSeconds,
    worstCaseSeconds: askingSeconds + EXTRA_ROUNDS * (sendSeconds + listenSeconds) + PROVING_SECONDS,
  };
}

/** In the networks that are asked about: hosts that are neither asked for, nor our own, nor a gateway's. */
function canaryRange(holder: InterfaceFacts, asked: Ipv4Set, facts: HostFacts): Ipv4Set {
  const gateways = facts.routes.flatMap(({ gateway }) => (gateway === null ? [] : [gateway]));
  const networks = holder.addresses.map(({ network }) => network);
  const touched = networks.filter((network) => new Ipv4Set([cidrRange(network)]).minus(asked).size < cidrSize(network));
  return touched
    .reduce((all, network) => all.union(cidrHosts(network)), Ipv4Set.EMPTY)
    .minus(asked)
    .minus(ownSet(facts))
    .minus(Ipv4Set.of(gateways));
}
