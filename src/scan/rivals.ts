// Addresses that more than one station claims, and what the rivals say when each is asked by itself.

import { cidrContains, cidrHosts, cidrSize, parseCidr } from '../address/cidr.ts';
import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macRole, macToNumber } from '../address/mac.ts';
import { askClaimants, type Claim, type ClaimTable, type Link, type SweepResult } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import type { DupIpStep } from '../plan/index.ts';
import { senderOf } from './canaries.ts';

/** A contested address and the stations that claim it; redundancy groups and other VLANs' frames are no rivals. */
export interface Contest {
  readonly ip: Ipv4;
  readonly macs: readonly Mac[];
  /** Those of them that one frame came from. */
  readonly heardOnce: readonly Mac[];
}

/** As many contests are looked into one by one, with as many rivals each; of the rest only the claims are told. */
const MOST_CONTESTS = 8;
export const MOST_RIVALS = 4;
/** Enough to hear a machine that is at home; who sleeps has been asked in the rounds. */
const ANSWER_MS = 100;
const NEIGHBOURHOOD_PREFIX = 24;
/** Never faster than this, whatever the sweep's pace: these questions go to a few machines only. */
const ASKING_RATE_PER_SECOND = 5000;
/** Time for all questions at the pace that was asked for; a slower pace asks about fewer addresses. */
const ASKING_SECONDS = 2;

/** Addresses of others that at least two stations claim, not all of them expected ones; in the link's own VLAN, if not said otherwise. */
export function contests(
  asked: Iterable<Ipv4>,
  claims: ClaimTable,
  { ownAddresses, expected }: Pick<DupIpStep, 'ownAddresses' | 'expected'>,
  isInItsNetwork: (claim: Claim) => boolean = ({ vlanId }) => vlanId === null,
): Contest[] {
  const found: Contest[] = [];
  for (const ip of asked) {
    if (found.length === MOST_CONTESTS) break;
    if (ownAddresses.has(ip) || claims.claimants(ipv4ToUint32(ip)) < 2) continue;
    const stations = claims.of(ip).filter((claim) => macRole(claim.mac) === 'station' && isInItsNetwork(claim));
    const isExpected = stations.every(({ mac }) => expected.get(ip)?.includes(mac));
    if (stations.length < 2 || isExpected) continue;
    const rivals = stations.slice(0, MOST_RIVALS);
    const heardOnce = rivals.filter(({ count }) => count === 1).map(({ mac }) => mac);
    found.push({ ip, macs: rivals.map(({ mac }) => mac), heardOnce });
  }
  return found;
}

/** Which addresses around the contested ones, and which canaries, each rival answers for when it is asked at its own MAC. */
export async function questionRivals(
  step: DupIpStep,
  found: readonly Contest[],
  canaries: Ipv4Set,
  link: Link,
  clock: Clock,
  signal: AbortSignal,
): Promise<ReadonlyMap<Mac, ReadonlySet<number>>> {
  if (found.length === 0) return new Map();
  const macs = [...new Set(found.flatMap((contest) => contest.macs))];
  const ratePerSecond = Math.min(step.ratePerSecond ?? ASKING_RATE_PER_SECOND, ASKING_RATE_PER_SECOND);
  const affordable = Math.floor((ratePerSecond * ASKING_SECONDS) / (2 * macs.length));
  const addresses = neighbourhoods(found, step, affordable).union(canaries);
  const sender = senderOf(step, canaries);
  // Who was heard only once may be slow, or a frame that was damaged on its way: it is given as long as in the sweep.
  const waitMs = found.some(({ heardOnce }) => heardOnce.length > 0) ? step.listenSeconds * 1000 : ANSWER_MS;
  return askClaimants(link, { macs, addresses, sender, ratePerSecond, waitMs }, clock, signal);
}

/** Counts the answers of those that the sweep had heard only once: they are there, and no damaged frame. */
export function creditAnswers(
  found: readonly Contest[],
  answers: ReadonlyMap<Mac, ReadonlySet<number>>,
  { claims, rounds }: SweepResult,
  now: number,
): void {
  for (const { ip, heardOnce } of found) {
    const address = ipv4ToUint32(ip);
    for (const mac of heardOnce.filter((each) => answers.get(each)?.has(address))) {
      const number = macToNumber(mac);
      const sighting = { address, mac: number, frameSource: number, vlanId: null, via: 'reply', now } as const;
      // What it is counted from is known from the first time.
      claims.record({ ...sighting, askedAt: now, round: rounds + 1 });
    }
  }
}

/** The /24 around each contested address, or its whole network where that is smaller; the address alone if time is short. */
function neighbourhoods(found: readonly Contest[], step: DupIpStep, affordable: number): Ipv4Set {
  const around = found.map(({ ip }) => {
    const block = parseCidr(`${ip}/${NEIGHBOURHOOD_PREFIX}`) as NonNullable<ReturnType<typeof parseCidr>>;
    const network = step.senders.map((sender) => sender.network).find((each) => cidrContains(each, ip));
    return cidrHosts(network !== undefined && cidrSize(network) < cidrSize(block) ? network : block);
  });
  const all = around.reduce((sum, each) => sum.union(each), Ipv4Set.EMPTY);
  const contested = Ipv4Set.of(found.map(({ ip }) => ip));
  // A question for our own address in our own name would be an announcement.
  const others = all.minus(step.excluded).minus(Ipv4Set.of(step.senders.map(({ ip }) => ip)));
  return others.size <= affordable ? others.union(contested) : contested;
}

/** Other addresses than a contested one that all its rivals claim, and that only some of them do. */
export type OtherAddresses = (contest: Contest) => { shared: number; notShared: number };

/** Counts once for each set of rivals: two machines with a /24 in common have 254 contests. */
export function otherAddressesBy(claimedBy: (mac: Mac) => ReadonlySet<number>, canaries: Ipv4Set): OtherAddresses {
  const known = new Map<string, { shared: number; all: number }>();
  const count = (macs: readonly Mac[]): { shared: number; all: number } => {
    const sets = macs.map(claimedBy);
    const all = new Set<number>();
    for (const set of sets) for (const address of set) if (canaries.positionOf(address) < 0) all.add(address);
    let shared = 0;
    for (const address of all) if (sets.every((set) => set.has(address))) shared++;
    return { shared, all: all.size };
  };
  return ({ macs }) => {
    const key = macs.join();
    const counted = known.get(key) ?? count(macs);
    known.set(key, counted);
    // The contested address itself is one that all of them claim.
    return { shared: counted.shared - 1, notShared: counted.all - counted.shared };
  };
}
