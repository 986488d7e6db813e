// Two or more parties claim one address: several machines, or one with several cards, or one after the other? The surest
// sign decides; where none does, what would is said.
//
//   1. proven several machines       confirmed   different SSH host keys, TCP clocks or packet counters
//   2. proven one machine            ruled-out   the same clock or counter
//   3. open and refused              confirmed   where 5 has nothing to say against it
//   4. one after the other           likely
//   5. an innocent explanation       possible    shared addresses, answers from another MAC, one host key
//   6. claims alone                  likely
//
// Before all: a single frame from a MAC that differs from another claimant's in a bit or two is no party.

import { MAC_LENGTH, macToNumber, parseMac } from '../address/mac.ts';
import type { ArpClaim } from '../evidence.ts';
import type { Verdict } from './cause.ts';
import {
  type ArpClaims,
  type ClaimantProof,
  joinNames,
  nameOf,
  type Ownership,
  type Party,
  plural,
} from './ownership.ts';
import { answersAsOne, askedOf, crossing, openAndRefused, provenApart, provenOne, shareAddresses } from './proven.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence, or two. */
  readonly summary: string;
  /** What would decide it; empty when it is decided. */
  readonly missing: readonly string[];
  /** Before what is to be done about any conflict. */
  readonly advice?: readonly string[];
}

/** `parties` are at least two. */
export function judgeRivals({ evidence, proof }: Ownership, parties: readonly Party[]): Judgement {
  const strays = parties.flat().filter((claim) => damagedFrom(claim, parties.flat(), proof) !== null);
  const rest = parties.filter((party) => !party.every((claim) => strays.includes(claim)));
  const [owner] = rest;
  const [stray] = strays;
  if (rest.length === 1 && owner && stray) return judgeStray(evidence, owner, stray);
  const likeness = judgeLikeness(evidence, proof, rest);
  return (
    judgeProof(evidence, proof, rest) ??
    (likeness === null ? judgePort(evidence, proof, rest) : null) ??
    judgeTakeover(evidence, rest) ??
    likeness ??
    judgeClaims(evidence, proof, rest)
  );
}

/** Bits that two MACs may differ in when one is the other, damaged on its way. */
const DAMAGED_BITS = 2;

/** Whose MAC it is, damaged; null when it is rather somebody's own: heard again, or it answered for itself. */
function damagedFrom(claim: ArpClaim, all: readonly ArpClaim[], proof: ClaimantProof | null): ArpClaim | null {
  const answered = proof?.claimants.some(({ mac, outcome }) => mac === claim.mac && outcome !== 'silent');
  if (claim.count > 1 || answered) return null;
  // Who was heard before all others may have handed the address over: then it is not the owner's damaged MAC.
  const wasThere = (other: ArpClaim): boolean => other.count > 1 && other.firstSeconds <= claim.firstSeconds;
  return all.find((other) => wasThere(other) && bitsApart(other.mac, claim.mac) <= DAMAGED_BITS) ?? null;
}

function judgeStray(evidence: ArpClaims, owner: Party, stray: ArpClaim): Judgement {
  const bits = Math.min(...owner.map(({ mac }) => bitsApart(mac, stray.mac)));
  return {
    verdict: 'possible',
    summary: `${evidence.ip} belongs to ${joinNames(owner.map(nameOf))}; one frame came from ${stray.mac}, which is ${plural(bits, 'one bit', `${bits} bits`)} from it: rather a damaged frame than a second machine.`,
    missing: [longerLook(evidence)],
  };
}

function judgeProof(evidence: ArpClaims, proof: ClaimantProof | null, parties: readonly Party[]): Judgement | null {
  if (proof === null) return null;
  const { ip } = evidence;
  const apart = provenApart(proof, parties);
  if (apart !== null) {
    const also = openAndRefused(proof, parties);
    return confirmed(ip, parties, apart.machines, also === null ? apart.why : `${also}, and ${apart.why}`);
  }
  const shared = provenOne(evidence, proof, parties);
  if (shared.length === 0) return null;
  return {
    verdict: 'ruled-out',
    summary: `${namesOf(parties)} are cards of one machine, which answers for ${ip} on each (ARP flux, a bond): they have ${joinNames(shared)}. No conflict; on Linux, net.ipv4.conf.all.arp_ignore=1 and arp_announce=2 make it answer on one.`,
    missing: [],
  };
}

function confirmed(ip: string, parties: readonly Party[], machines: number, why: string): Judgement {
  const count = machines === parties.flat().length ? `${machines} machines` : `At least ${machines} machines`;
  return {
    verdict: 'confirmed',
    summary: `${count} have the address ${ip}: ${namesOf(parties)}. Proof: ${why}.`,
    missing: [],
  };
}

/** One machine does not both accept and refuse, unless a firewall treats its cards differently. */
function judgePort({ ip }: ArpClaims, proof: ClaimantProof | null, parties: readonly Party[]): Judgement | null {
  const why = proof === null ? null : openAndRefused(proof, parties);
  return why === null ? null : confirmed(ip, parties, 2, why);
}

/** One was heard only before the other, and was asked again after that; or the address went over once as we listened. */
function judgeTakeover(evidence: ArpClaims, parties: readonly Party[]): Judgement | null {
  const [first, second] = parties.map(presence).toSorted((a, b) => a.firstSeconds - b.firstSeconds);
  if (parties.length !== 2 || first === undefined || second === undefined) return null;
  const lastRound = Math.max(...first.rounds);
  const isApart =
    evidence.source === 'probes' &&
    first.rounds.length > 0 &&
    second.rounds.length > 0 &&
    lastRound < Math.min(...second.rounds) &&
    evidence.probesSent > lastRound;
  const wentOver = evidence.source !== 'probes' && evidence.flips?.count === 1;
  if (!isApart && !wentOver) return null;
  return {
    verdict: 'likely',
    summary: `${evidence.ip} moved: ${first.names} was last heard ${formatMoment(first.lastSeconds)} after the start, ${second.names} first after ${formatMoment(second.firstSeconds)}. That is a takeover (a failover, a machine that roams or was given a new lease), or two machines of which one fell silent.`,
    missing: [longerLook(evidence)],
    advice: [
      'If it was meant (a failover, a move to another card), only the sessions that were open at that moment are lost: nothing has to be repaired.',
    ],
  };
}

function formatMoment(seconds: number): string {
  return seconds < 1 ? `${Math.ceil(seconds * 1000)} ms` : `${seconds.toFixed(1)} s`;
}

/** When, and in which rounds, a party was heard. */
function presence(party: Party): {
  names: string;
  rounds: readonly number[];
  firstSeconds: number;
  lastSeconds: number;
} {
  return {
    names: joinNames(party.map(nameOf)),
    rounds: party.flatMap(({ rounds }) => rounds),
    firstSeconds: Math.min(...party.map(({ firstSeconds }) => firstSeconds)),
    lastSeconds: Math.max(...party.map(({ lastSeconds }) => lastSeconds)),
  };
}

/** Nothing was proved, but there is an innocent explanation. */
function judgeLikeness(evidence: ArpClaims, proof: ClaimantProof | null, parties: readonly Party[]): Judgement | null {
  const { ip, otherAddresses } = evidence;
  const macs = parties.flat().map(({ mac }) => mac);
  const possible = (why: string): Judgement => ({
    verdict: 'possible',
    summary: `${namesOf(parties)} answer for ${ip}, but ${why}.`,
    missing: [
      `look at the machine itself: if "ip -br link" there lists ${joinNames(macs)}, it is one machine; on Linux, net.ipv4.conf.all.arp_ignore=1 and arp_announce=2 make it answer on one card`,
    ],
  });
  const oneMachine = 'more likely one machine with several cards in this LAN (ARP flux, a bond) than a conflict';
  if (otherAddresses !== null && shareAddresses(evidence)) {
    const { shared } = otherAddresses;
    const others = `${shared} other ${plural(shared, 'address', 'addresses')}`;
    return possible(`they answer together for ${others} too: ${oneMachine}`);
  }
  const asked = askedOf(proof, parties);
  const crossed = crossing(asked);
  if (crossed !== null && answersAsOne(asked, parties)) {
    return possible(
      `what is sent to ${crossed.mac} is answered from ${crossed.from}: one machine with several cards in this LAN (ARP flux, a bond), or ${crossed.mac} passes on what it gets (a router, a proxy, somebody in the middle)`,
    );
  }
  const keys = asked.map(({ hostKey }) => hostKey?.fingerprint ?? null);
  const isOneKey = asked.length === macs.length && !keys.includes(null) && new Set(keys).size === 1;
  if (isOneKey) {
    return possible(
      `they have the same SSH host key: one machine with several cards in this LAN, or clones of one image`,
    );
  }
  const isOneClock = asked.length === macs.length && proof?.clocks === 'same' && proof.counters !== 'different';
  return isOneClock
    ? possible('they have one TCP clock: one machine with several cards in this LAN, or containers of one host')
    : null;
}

function judgeClaims(evidence: ArpClaims, proof: ClaimantProof | null, parties: readonly Party[]): Judgement {
  const { ip, source, flips } = evidence;
  const count = parties.flat().length;
  const names = namesOf(parties);
  if (source !== 'probes') {
    const changes = flips?.count ?? 0;
    const times = plural(changes, 'once', `${changes} times`);
    const changed = flips === null ? '' : `; it changed hands ${times}`;
    return {
      verdict: changes > 1 ? 'likely' : 'possible',
      summary: `${count} MACs were heard to claim ${ip}: ${names}${changed}.`,
      missing: [longerLook(evidence)],
    };
  }
  const strays = parties.flat().filter((claim) => claim.count === 1);
  const once =
    strays.length === 0
      ? ''
      : ` ${joinNames(strays.map(({ mac }) => mac))} ${plural(strays.length, 'was', 'were')} heard once only.`;
  return {
    verdict: 'likely',
    summary: `${count} MACs answer for ${ip}: ${names}.${once} No innocent explanation was found, and nothing proves that they are different machines.`,
    missing: strays.length === 0 ? [whatWouldProve(evidence, proof, parties)] : [longerLook(evidence)],
  };
}

function longerLook({ ip, source }: ArpClaims): string {
  return source === 'probes'
    ? `a longer look tells more: sudo netcheck --dup-ip ${ip} --wait 10s`
    : `ask on that LAN: sudo netcheck --dup-ip ${ip}`;
}

function whatWouldProve({ ip }: ArpClaims, proof: ClaimantProof | null, parties: readonly Party[]): string {
  if (parties.flat().some(({ role }) => role !== 'station')) {
    return 'compare the group numbers (VRID, VHID) and virtual addresses in the configuration of the routers or nodes';
  }
  if (proof === null) {
    return `let netcheck ask each of them who it is: sudo netcheck --dup-ip ${ip} (without --no-proof, on a machine with an address in that network)`;
  }
  if (proof.linkLevelOnly !== null && proof.claimants.some(({ outcome }) => outcome === 'open')) {
    return `their SSH host keys would tell, which could not be read (${proof.linkLevelOnly})`;
  }
  const port = proof.port === 22 ? 443 : 22;
  return `ask at a port that is open there: sudo netcheck --dup-ip ${ip} --proof-port ${port}`;
}

function namesOf(parties: readonly Party[]): string {
  return joinNames(parties.flat().map(nameOf));
}

/** Of text that is no MAC, as a saved report may have it, all bits are. */
function bitsApart(a: string, b: string): number {
  const [one, other] = [parseMac(a), parseMac(b)];
  if (one === null || other === null) return MAC_LENGTH * 8;
  return (BigInt(macToNumber(one)) ^ BigInt(macToNumber(other))).toString(2).replaceAll('0', '').length;
}
