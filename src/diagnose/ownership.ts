// Who of those that claim an address can be an owner of its own, and who has another reason to answer for it.

import type { ArpClaim, EvidenceOf } from '../evidence.ts';

export type ArpClaims = EvidenceOf<'arp-claims'>;
export type ClaimantProof = EvidenceOf<'claimant-proof'>;

/** Each claim is in exactly one of the lists. */
export interface Ownership {
  readonly evidence: ArpClaims;
  /** What the claimants said when each was asked by itself; null when that was not done. */
  readonly proof: ClaimantProof | null;
  /** Each may be a machine of its own. */
  readonly stations: readonly ArpClaim[];
  /** MACs that several machines share on purpose: redundant routers, load balancers. */
  readonly groups: readonly ArpClaim[];
  /** Answer for addresses nobody has: their answer for this one says nothing (RFC 1027). */
  readonly proxies: readonly ArpClaim[];
  /** Heard in another VLAN: another network's address. */
  readonly foreign: readonly ArpClaim[];
  /** Named by the user as rightful owners; together they count as one. */
  readonly expected: readonly ArpClaim[];
}

export function ownershipOf(evidence: ArpClaims, proof: ClaimantProof | null): Ownership {
  const lists = {
    stations: [] as ArpClaim[],
    groups: [] as ArpClaim[],
    proxies: [] as ArpClaim[],
    foreign: [] as ArpClaim[],
    expected: [] as ArpClaim[],
  };
  for (const claim of evidence.claims) lists[kindOf(claim, evidence)].push(claim);
  return { evidence, proof, ...lists };
}

type ClaimKind = 'stations' | 'groups' | 'proxies' | 'foreign' | 'expected';

function kindOf(claim: ArpClaim, { expected }: ArpClaims): ClaimKind {
  if (claim.vlanId !== null) return 'foreign';
  if (expected?.includes(claim.mac)) return 'expected';
  if (claim.role !== 'station') return 'groups';
  return isProxy(claim) ? 'proxies' : 'stations';
}

/** One canary of the network itself may be somebody's after all; two, or a documentation address (RFC 5737), are nobody's. */
function isProxy({ canariesClaimed }: ArpClaim): boolean {
  if (canariesClaimed === null) return false;
  return canariesClaimed.length > 1 || canariesClaimed.some((canary) => canary.startsWith('192.0.2.'));
}

/**
 * Owners that can't be one: the expected ones count once, GLBP gives one address several MACs by design, and a redundancy
 * group counts once together with one station, which may be its router.
 */
export function rivals({ stations, groups, expected }: Ownership): ArpClaim[] {
  const glbp = groups.filter(({ role }) => role === 'glbp').slice(0, 1);
  const distinct = [...glbp, ...groups.filter(({ role }) => role !== 'glbp')];
  const known = expected.slice(0, 1);
  const all = [...known, ...distinct, ...stations];
  return known.length === 0 && distinct.length === 1 && stations.length <= 1 ? distinct : all;
}

export function nameOf({ mac, vendor, locallyAdministered }: ArpClaim): string {
  if (vendor !== null) return `${mac} (${vendor})`;
  return locallyAdministered ? `${mac} (no vendor: a randomised or virtual MAC)` : mac;
}

export function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** Why less than everything was heard; null when nothing can have been missed. */
export function whatWasMissed({
  complete,
  kernelDrops,
  dropsMadeUp,
}: Pick<ArpClaims, 'complete' | 'kernelDrops' | 'dropsMadeUp'>): string | null {
  if (!complete) return 'listening was cut short';
  return kernelDrops > 0 && !dropsMadeUp ? `${kernelDrops} frames were lost unread` : null;
}
