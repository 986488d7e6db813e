// Two or more stations claim one address: two machines, or one with two cards, or one after the other? The surest sign
// decides; where none does, what would is said.

import type { ArpClaim } from '../evidence.ts';
import type { Verdict } from './cause.ts';
import { type ArpClaims, type ClaimantProof, joinNames, nameOf, type Ownership } from './ownership.ts';

export interface Judgement {
  readonly verdict: Verdict;
  /** One sentence, or two. */
  readonly summary: string;
  /** What would decide it; empty when it is decided. */
  readonly missing: readonly string[];
}

/** `rivals` are at least two. */
export function judgeRivals({ evidence, proof }: Ownership, rivals: readonly ArpClaim[]): Judgement {
  return (
    judgeTakeover(evidence, rivals) ??
    judgeProof(evidence, proof, rivals) ??
    judgeLikeness(evidence, proof, rivals) ??
    judgeClaims(evidence, proof, rivals)
  );
}

/** One was heard only in rounds before the other's first, or the address went over once while we only listened. */
function judgeTakeover(evidence: ArpClaims, rivals: readonly ArpClaim[]): Judgement | null {
  const [first, second] = rivals.toSorted((a, b) => a.firstSeconds - b.firstSeconds);
  if (rivals.length !== 2 || first === undefined || second === undefined) return null;
  const isApart = evidence.source === 'probes' && Math.max(0, ...first.rounds) < Math.min(...second.rounds, Infinity);
  const wentOver = evidence.source !== 'probes' && evidence.flips?.count === 1;
  if (!isApart && !wentOver) return null;
  const last = first.lastSeconds.toFixed(1);
  const since = second.firstSeconds.toFixed(1);
  return {
    verdict: 'likely',
    summary: `${evidence.ip} moved: ${nameOf(first)} was last heard ${last} s after the start, ${nameOf(second)} first at ${since} s. That is a takeover (a failover, a roaming machine), or two machines of which one fell silent.`,
    missing: [longerLook(evidence)],
  };
}

/** What the claimants said when each was asked by itself, at its own MAC. */
function judgeProof(evidence: ArpClaims, proof: ClaimantProof | null, rivals: readonly ArpClaim[]): Judgement | null {
  if (proof === null) return null;
  const { ip } = evidence;
  const names = joinNames(rivals.map(nameOf));
  const asked = proof.claimants.filter(({ mac }) => rivals.some((rival) => rival.mac === mac));
  const confirmed = (why: string): Judgement => ({
    verdict: 'confirmed',
    summary: `${asked.length} machines have the address ${ip}: ${names}. Proof: ${why}.`,
    missing: [],
  });
  const keys = asked.flatMap(({ hostKey }) => (hostKey === null ? [] : [hostKey.fingerprint]));
  if (new Set(keys).size > 1) {
    const told = asked.flatMap(({ mac, hostKey }) =>
      hostKey ? [`${mac} has ${hostKey.type} ${hostKey.fingerprint}`] : [],
    );
    return confirmed(`their SSH host keys differ (${joinNames(told)})`);
  }
  if (proof.clocks === 'different') {
    const cloned = keys.length > 1 ? ', though the SSH host key is the same: clones of one image' : '';
    return confirmed(`their TCP clocks differ${cloned}`);
  }
  if (proof.counters === 'different') return confirmed('each counts its packets by itself (IP identification)');
  const isAllAsked = asked.length === rivals.length;
  if (isAllAsked && (proof.clocks === 'same' || proof.counters === 'same')) {
    const shared = [
      ...(keys.length === asked.length ? ['the same SSH host key'] : []),
      proof.clocks === 'same' ? 'one TCP clock' : 'one packet counter (IP identification)',
    ];
    return {
      verdict: 'ruled-out',
      summary: `${names} are cards of one machine, which answers for ${ip} on each (ARP flux, a bond): ${joinNames(shared)}. No conflict; net.ipv4.conf.all.arp_ignore=1 and arp_announce=2 on it make it answer on one.`,
      missing: [],
    };
  }
  const open = asked.find(({ outcome }) => outcome === 'open');
  const refused = asked.find(({ outcome }) => outcome === 'refused');
  if (open && refused) {
    return confirmed(`${open.mac} accepts connections to port ${proof.port} and ${refused.mac} refuses them`);
  }
  return null;
}

/** Nothing was proved, but there is an innocent explanation. */
function judgeLikeness(
  { ip, otherAddresses }: ArpClaims,
  proof: ClaimantProof | null,
  rivals: readonly ArpClaim[],
): Judgement | null {
  const names = joinNames(rivals.map(nameOf));
  const missing = [
    `look at the machine itself: if "ip -br link" there lists ${joinNames(rivals.map(({ mac }) => mac))}, it is one machine, and net.ipv4.conf.all.arp_ignore=1 with arp_announce=2 makes it answer on one card`,
  ];
  const possible = (why: string): Judgement => ({
    verdict: 'possible',
    summary: `${names} answer for ${ip}, but ${why}: more likely one machine with several cards in this LAN (ARP flux, a bond) than a conflict.`,
    missing,
  });
  // One that is lost on the way must not make one machine look like two.
  const isFlux = otherAddresses !== null && otherAddresses.shared > otherAddresses.notShared * 10;
  if (isFlux) {
    const { shared } = otherAddresses;
    return possible(`they also answer together for ${shared} other ${shared === 1 ? 'address' : 'addresses'}`);
  }
  const keys = proof?.claimants.map(({ hostKey }) => hostKey?.fingerprint ?? null) ?? [];
  if (keys.length > 1 && keys[0] !== null && new Set(keys).size === 1) {
    return possible('they have the same SSH host key (one machine, or clones of one image)');
  }
  const crossed = proof?.claimants.find(
    ({ mac, answeredFrom }) =>
      answeredFrom !== null && answeredFrom !== mac && rivals.some((rival) => rival.mac === answeredFrom),
  );
  return crossed === undefined
    ? null
    : possible(`what is sent to ${crossed.mac} is answered from ${crossed.answeredFrom}`);
}

/** Bits that two MACs may differ in when one is the other, damaged on its way. */
const DAMAGED_BITS = 2;

function judgeClaims(evidence: ArpClaims, proof: ClaimantProof | null, rivals: readonly ArpClaim[]): Judgement {
  const { ip, source } = evidence;
  const names = joinNames(rivals.map(nameOf));
  const stray = rivals.find(({ count }) => count === 1);
  const damaged = stray && rivals.find((other) => other !== stray && bitsApart(stray.mac, other.mac) <= DAMAGED_BITS);
  if (stray && damaged) {
    const bits = bitsApart(stray.mac, damaged.mac);
    return {
      verdict: 'possible',
      summary: `${ip} belongs to ${nameOf(damaged)}; one frame came from ${stray.mac}, which is ${bits === 1 ? 'one bit' : `${bits} bits`} from it: rather a damaged frame than a second machine.`,
      missing: [longerLook(evidence)],
    };
  }
  if (source !== 'probes') {
    const flips = evidence.flips?.count ?? 0;
    return {
      verdict: flips > 1 ? 'likely' : 'possible',
      summary: `${rivals.length} machines were heard to claim ${ip}: ${names}; it changed hands ${flips} times.`,
      missing: [`ask them on that LAN: sudo netcheck --dup-ip ${ip}`],
    };
  }
  const once = stray === undefined ? '' : ` ${stray.mac} was heard once only.`;
  return {
    verdict: 'likely',
    summary: `${rivals.length} machines answer for ${ip}: ${names}.${once} No innocent explanation was found, and nothing proves that they are two machines.`,
    missing: stray === undefined ? [provingCommand(ip, proof)] : [longerLook(evidence)],
  };
}

function longerLook({ ip, source }: ArpClaims): string {
  return source === 'probes'
    ? `a longer look tells more: sudo netcheck --dup-ip ${ip} --wait 10s`
    : `ask on that LAN: sudo netcheck --dup-ip ${ip}`;
}

function provingCommand(ip: string, proof: ClaimantProof | null): string {
  if (proof === null) return `let netcheck ask each of them at a port: sudo netcheck --dup-ip ${ip} --proof-port 22`;
  const port = proof.port === 22 ? 443 : 22;
  return `ask at a port that is open there: sudo netcheck --dup-ip ${ip} --proof-port ${port}`;
}

function bitsApart(a: string, b: string): number {
  const number = (mac: string): bigint => BigInt(`0x${mac.replaceAll(':', '')}`);
  return (number(a) ^ number(b)).toString(2).replaceAll('0', '').length;
}
