// One machine or several? What the claimants of an address said when each was asked by itself, at its own MAC.

import type { ArpClaims, ClaimantProof, Party } from './ownership.ts';
import { joinNames } from './ownership.ts';

type Claimant = ClaimantProof['claimants'][number];

/** Several machines, for certain. */
export interface Apart {
  readonly machines: number;
  readonly why: string;
}

/** The claimants that count: proxies and other VLANs' machines are asked too. */
export function askedOf(proof: ClaimantProof | null, parties: readonly Party[]): Claimant[] {
  const macs = parties.flat().map(({ mac }) => mac);
  return (proof?.claimants ?? []).filter(({ mac }) => macs.includes(mac));
}

/** Different SSH host keys, clocks or counters. */
export function provenApart(proof: ClaimantProof, parties: readonly Party[]): Apart | null {
  const asked = askedOf(proof, parties);
  const machines = differentKeys(asked, parties);
  // One machine that shares its connections out between servers has several keys, and one counter on all its cards.
  const isSharedOut = proof.counters === 'same' && answersAsOne(asked, parties);
  if (machines > 1 && !isSharedOut) {
    const told = asked.flatMap(({ mac, hostKey }) =>
      hostKey ? [`${mac} has ${hostKey.type} ${hostKey.fingerprint}`] : [],
    );
    return { machines, why: `their SSH host keys differ (${joinNames(told)})` };
  }
  if (!comparesOwners(proof, parties)) return null;
  const keys = asked.flatMap(({ hostKey }) => (hostKey === null ? [] : [hostKey.fingerprint]));
  const cloned = keys.length > 1 ? ', though the SSH host key is the same: clones of one image' : '';
  const { clocks, counters } = proof;
  // One machine that shares its connections out between servers has several clocks, and one counter.
  if (clocks === 'different' && counters !== 'same') return { machines: 2, why: `their TCP clocks differ${cloned}` };
  if (counters !== 'different') return null;
  // Containers share their host's clock.
  const sameHost = clocks === 'same' && cloned === '' ? ', though they have one TCP clock: containers of one host' : '';
  return { machines: 2, why: `each counts its packets by itself (IP identification)${cloned}${sameHost}` };
}

/** Who accepts connections, and who refuses them; null where they do not differ in that. */
export function openAndRefused(proof: ClaimantProof, parties: readonly Party[]): string | null {
  const asked = askedOf(
    proof,
    parties.filter(({ length }) => length === 1),
  );
  const open = asked.find(({ outcome }) => outcome === 'open');
  const refused = asked.find(({ outcome }) => outcome === 'refused');
  if (open === undefined || refused === undefined) return null;
  return `${open.mac} accepts connections to port ${proof.port} and ${refused.mac} refuses them`;
}

/** What all parties have in common that one machine alone has; empty where that is not proved. */
export function provenOne(evidence: ArpClaims, proof: ClaimantProof, parties: readonly Party[]): string[] {
  const asked = askedOf(proof, parties);
  const { clocks, counters } = proof;
  // A clock alone proves nothing: all containers of one host have the host's.
  if (asked.length < parties.flat().length || clocks === 'different' || counters !== 'same') return [];
  const keys = asked.map(({ hostKey }) => hostKey?.fingerprint ?? null);
  const known = new Set(keys.filter((key) => key !== null));
  if (known.size > 1 || mayBePassedOn(evidence, asked)) return [];
  return [
    ...(known.size === 1 && !keys.includes(null) ? ['the same SSH host key'] : []),
    ...(clocks === 'same' ? ['one TCP clock'] : []),
    'one packet counter (IP identification)',
  ];
}

/** A question that went to one MAC and was answered from another. */
export function crossing(asked: readonly Claimant[]): { readonly mac: string; readonly from: string } | null {
  for (const { mac, answeredFrom } of asked) {
    if (answeredFrom !== null && answeredFrom !== mac) return { mac, from: answeredFrom };
  }
  return null;
}

/** As many claimants are asked at most; of the others it is not known. */
const MOST_ASKED = 4;

/** All claimants are linked by answering from each other's MACs: what only links some of them does not explain the rest. */
export function answersAsOne(asked: readonly Claimant[], parties: readonly Party[]): boolean {
  if (asked.length < Math.min(parties.flat().length, MOST_ASKED)) return false;
  const sets = asked.map(({ mac, answeredFrom }) => new Set(answeredFrom === null ? [mac] : [mac, answeredFrom]));
  const [linked = new Set<string>(), ...others] = sets;
  for (const _ of others) {
    for (const set of others) if ([...set].some((mac) => linked.has(mac))) for (const mac of set) linked.add(mac);
  }
  return asked.every(({ mac }) => linked.has(mac));
}

/** Answer together for as good as everything that any of them answers for; one answer that is lost must not hide it. */
export function shareAddresses({ otherAddresses }: ArpClaims): boolean {
  return otherAddresses !== null && otherAddresses.shared > otherAddresses.notShared * 10;
}

/**
 * One clock answers, but perhaps one machine forwards what it gets to the other: a router that has just handed the
 * address over, somebody in the middle. It has an address of its own then, or its answers have come one hop further.
 */
function mayBePassedOn(evidence: ArpClaims, asked: readonly Claimant[]): boolean {
  const ttls = new Set(asked.flatMap(({ ttl }) => (ttl === null ? [] : [ttl])));
  if (ttls.size > 1) return true;
  const hasOwn = (evidence.otherAddresses?.notShared ?? 0) > 0 && !shareAddresses(evidence);
  return crossing(asked) !== null && hasOwn;
}

/** Parties that are machines of their own, by their keys. One with a MAC whose key is not known proves nothing. */
function differentKeys(asked: readonly Claimant[], parties: readonly Party[]): number {
  const keyOf = (mac: string): string | null => asked.find((each) => each.mac === mac)?.hostKey?.fingerprint ?? null;
  const apart: string[][] = [];
  for (const party of parties) {
    const keys = party.map(({ mac }) => keyOf(mac)).filter((key) => key !== null);
    const isNew = apart.every((others) => !others.some((key) => keys.includes(key)));
    if (keys.length === party.length && isNew) apart.push(keys);
  }
  return apart.length;
}

/** Clocks and counters are compared over everyone who was asked: only where each is an owner by itself does that tell. */
function comparesOwners({ claimants }: ClaimantProof, parties: readonly Party[]): boolean {
  const single = parties.filter(({ length }) => length === 1).flat();
  return claimants.every(({ mac }) => single.some((claim) => claim.mac === mac));
}
