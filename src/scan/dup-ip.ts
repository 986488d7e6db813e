// --dup-ip: one sweep, a closer look at what is contested, and all of it told as evidence.

import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { Mac } from '../address/mac.ts';
import { type ClaimTable, type Link, type SweepResult, sweep } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import type { DupIpStep } from '../plan/index.ts';
import type { ClaimantPaths } from '../proof/index.ts';
import {
  type ArpClaims,
  type CanariesOf,
  inventoryRow,
  isRemarkable,
  TOLD_IN_FULL,
  tellClaim,
  tellExpected,
  toSeconds,
} from './arp-evidence.ts';
import { pickCanaries, senderOf } from './canaries.ts';
import type { Opened } from './instruments.ts';
import { lookInto } from './look.ts';
import { type Contest, contests, otherAddressesBy } from './rivals.ts';

export interface ArpEquipment {
  readonly link: Link;
  /** Ways to each claimant; why there are none. */
  readonly paths: Opened<ClaimantPaths>;
  /** In [0, 1). */
  readonly random: () => number;
}

export async function scanDupIp(
  step: DupIpStep,
  { link, paths, random }: ArpEquipment,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const swept = step.swept?.addresses ?? Ipv4Set.EMPTY;
  const asked = step.named.union(swept);
  const canaries = pickCanaries(step.canaryRange, random).minus(asked);
  const options = {
    targets: asked.union(canaries),
    sender: senderOf(step, canaries),
    ownAddresses: [...step.ownAddresses.keys()],
    ownMacs: step.ownMacs,
    rounds: step.rounds,
    roundIntervalMs: step.roundIntervalSeconds * 1000,
    ratePerSecond: step.ratePerSecond,
    listenMs: step.listenSeconds * 1000,
    repeatAnswered: asked.size <= TOLD_IN_FULL,
    untilContested: swept.size === 0 ? asked : null,
    random,
  };
  const early = await sweep(link, options, clock, signal, (probesSent) => tell({ event: 'probes-sent', probesSent }));
  const { result, found, answers, proofs, code } = await lookInto(
    { step, asked, canaries, link, paths },
    early,
    clock,
    signal,
    tell,
  );
  const knowledge = { asked, canaries, result, found, answers };
  const findings: Finding[] = [
    ...tellNamed(step, knowledge),
    ...(step.swept === null ? [] : tellSweep(step, step.swept, knowledge)),
    ...proofs,
  ];
  const linkError = result.linkError ?? code;
  if (linkError === null) return findings;
  return [...findings, { kind: 'skipped', check: 'dup-ip', target: step.target, ...linkFailure(step, linkError) }];
}

/** Why the link gave up in the middle, and what to do. */
function linkFailure({ interfaceName }: DupIpStep, code: string): { readonly because: string; readonly hint: string } {
  if (code === 'ENOBUFS') {
    const because = `interface ${interfaceName} took no frame any more (ENOBUFS): this machine's own firewall drops them, or its queue stays full`;
    const hint = `look at both (sudo nft list ruleset; tc -s qdisc show dev ${interfaceName}) and repeat`;
    return { because, hint };
  }
  const because = `interface ${interfaceName} failed while listening (${code})`;
  return { because, hint: `look at the interface (ip link show ${interfaceName}) and repeat` };
}

/** All that one scan found out. */
interface Knowledge {
  readonly asked: Ipv4Set;
  readonly canaries: Ipv4Set;
  readonly result: SweepResult;
  readonly found: readonly Contest[];
  /** What rivals claim when they are asked by themselves. */
  readonly answers: ReadonlyMap<Mac, ReadonlySet<number>>;
}

function tellNamed(step: DupIpStep, knowledge: Knowledge): Finding[] {
  const tell = teller(step, knowledge);
  return Array.from(step.named, (ip) => tell(ip, null));
}

function tellSweep(
  step: DupIpStep,
  { addresses, label }: NonNullable<DupIpStep['swept']>,
  knowledge: Knowledge,
): Finding[] {
  const { asked, result } = knowledge;
  const inFull = asked.size <= TOLD_IN_FULL;
  const tell = teller(step, knowledge);
  const inventory: EvidenceOf<'arp-sweep'>['inventory'] = [];
  const details: Finding[] = [];
  for (const ip of addresses) {
    const claims = result.claims.of(ip);
    inventory.push(...inventoryRow(ip, claims));
    const hasOwnStory = step.expected.has(ip) || step.ownAddresses.has(ip) || isRemarkable(claims);
    const isTold = claims.length > 0 ? inFull || hasOwnStory : step.ownAddresses.has(ip);
    if (isTold && !step.named.has(ip)) details.push(tell(ip, label));
  }
  const summary: Finding = {
    kind: 'arp-sweep',
    target: label,
    interface: step.interfaceName,
    source: 'probes',
    addressesAsked: addresses.size,
    addressesAnswered: inventory.length,
    probesSent: result.probesSent.reduce((sum, probes) => sum + probes, 0),
    rounds: result.rounds,
    listenedSeconds: toSeconds(result.elapsedMs),
    waitedSeconds: toSeconds(result.listenedMs),
    frames: null,
    malformedFrames: result.malformedFrames,
    kernelDrops: result.kernelDrops,
    dropsMadeUp: result.dropsMadeUp,
    complete: result.complete,
    inventory,
  };
  return [summary, ...details];
}

/** Tells an address; `sweep` is the sweep it belongs to. */
function teller(step: DupIpStep, knowledge: Knowledge): (ip: Ipv4, sweep: string | null) => ArpClaims {
  const { asked, canaries, result, found, answers } = knowledge;
  const canariesOf = canaryLookup(knowledge);
  const claimedBy = memoised((mac) => new Set([...result.claims.addressesOf(mac), ...(answers.get(mac) ?? [])]));
  const otherAddresses = otherAddressesBy(claimedBy, canaries);
  const targets = asked.union(canaries);
  return (ip, sweepLabel) => {
    const contest = found.find((each) => each.ip === ip) ?? contests([ip], result.claims, step)[0];
    return {
      kind: 'arp-claims',
      ip,
      interface: step.interfaceName,
      source: 'probes',
      ownMac: step.ownAddresses.get(ip) ?? null,
      ...(step.unanswered?.has(ip) ? { unanswered: true as const } : {}),
      sweep: sweepLabel,
      probesSent: result.probesSent[targets.positionOf(ipv4ToUint32(ip))] as number,
      listenedSeconds: toSeconds(result.elapsedMs),
      kernelDrops: result.kernelDrops,
      dropsMadeUp: result.dropsMadeUp,
      complete: result.complete,
      claims: result.claims.of(ip).map((claim) => tellClaim(claim, canariesOf)),
      unlistedFrames: result.claims.unlistedClaims(ip),
      expected: tellExpected(step.expected, ip),
      otherAddresses: contest === undefined ? null : otherAddresses(contest),
      flips: null,
    };
  };
}

/** Which canaries a MAC answered for, in the rounds or when asked by itself. */
function canaryLookup({ canaries, result, answers }: Knowledge): CanariesOf {
  if (canaries.size === 0) return () => null;
  const claimed = (claims: ClaimTable, ip: Ipv4, mac: Mac): boolean => claims.of(ip).some((claim) => claim.mac === mac);
  return memoised((mac) =>
    [...canaries].filter((ip) => claimed(result.claims, ip, mac) || answers.get(mac)?.has(ipv4ToUint32(ip))),
  );
}

function memoised<T>(compute: (mac: Mac) => T): (mac: Mac) => T {
  const known = new Map<Mac, T>();
  return (mac) => {
    const value = known.get(mac) ?? compute(mac);
    known.set(mac, value);
    return value;
  };
}
