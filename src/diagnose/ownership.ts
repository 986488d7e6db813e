// Who of those that claim an address can be an owner of its own, and who has another reason to answer for it.

import { homeVlanOf, VLAN_IDS } from '../address/home-vlan.ts';
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
  /** The VLAN that the address was overheard in, on a trunk, where all frames have a tag; null for the link's own. */
  readonly vlan: string | null;
  /** Heard in another VLAN: another network's address. */
  readonly foreign: readonly ArpClaim[];
  /** Named by the user as rightful owners; together they count as one. */
  readonly expected: readonly ArpClaim[];
}

/** Claims that count as one owner: a MAC, the MACs of a GLBP group, or those that the user named. */
export type Party = readonly ArpClaim[];

export function ownershipOf(evidence: ArpClaims, proof: ClaimantProof | null): Ownership {
  const lists = {
    stations: [] as ArpClaim[],
    groups: [] as ArpClaim[],
    proxies: [] as ArpClaim[],
    foreign: [] as ArpClaim[],
    expected: [] as ArpClaim[],
  };
  const home = isOverheard(evidence) ? homeVlanOf(evidence.claims.map(vlanOf)) : null;
  for (const claim of evidence.claims) {
    lists[vlanOf(claim) === home ? kindOf(claim, evidence, proof) : 'foreign'].push(claim);
  }
  const [first] = evidence.claims;
  // How often it changed hands is counted on the link itself, or where it was heard first.
  const isCounted =
    home === null ||
    (evidence.claims.every((claim) => vlanOf(claim) !== null) && first !== undefined && vlanOf(first) === home);
  const inHome = evidence.claims.find((claim) => home !== null && vlanOf(claim) === home);
  return {
    evidence: isCounted ? evidence : { ...evidence, flips: null },
    proof,
    vlan: inHome === undefined ? null : vlanName(inHome),
    ...lists,
  };
}

/** Who asks is answered in its own network; an address of this machine is in that as well. */
function isOverheard({ source, ownMac }: ArpClaims): boolean {
  return source !== 'probes' && ownMac === null;
}

function vlanOf({ vlanId, carrierVlanId = 0 }: ArpClaim): number | null {
  return vlanId === null ? null : carrierVlanId * VLAN_IDS + vlanId;
}

/** `VLAN 10`, or `VLAN 10 in 100` where a carrier's VLAN is around it. */
export function vlanName({ vlanId, carrierVlanId }: ArpClaim): string {
  if (vlanId === null) return 'no tag';
  return carrierVlanId === undefined ? `VLAN ${vlanId}` : `VLAN ${vlanId} in ${carrierVlanId}`;
}

type ClaimKind = 'stations' | 'groups' | 'proxies' | 'expected';

function kindOf(claim: ArpClaim, evidence: ArpClaims, proof: ClaimantProof | null): ClaimKind {
  if (evidence.expected?.includes(claim.mac)) return 'expected';
  if (claim.role !== 'station') return 'groups';
  return isProxy(claim, evidence) && !hasKeyOfItsOwn(claim, proof) ? 'proxies' : 'stations';
}

/** RFC 5737; in a network that uses it in earnest, its addresses are as good as others. */
const DOCUMENTATION = '192.0.2.';

/** One canary of the network itself may be somebody's after all; two, or a documentation address, are nobody's. */
function isProxy({ canariesClaimed }: ArpClaim, { ip }: ArpClaims): boolean {
  if (canariesClaimed === null) return false;
  const isNobodys = (canary: string): boolean => canary.startsWith(DOCUMENTATION) && !ip.startsWith(DOCUMENTATION);
  return canariesClaimed.length > 1 || canariesClaimed.some(isNobodys);
}

/** What is sent to it ends at another SSH server than the other claimants', so for whoever connects it is an owner. */
function hasKeyOfItsOwn({ mac }: ArpClaim, proof: ClaimantProof | null): boolean {
  const keyOf = ({ hostKey }: ClaimantProof['claimants'][number]): string | null => hostKey?.fingerprint ?? null;
  const claimants = proof?.claimants ?? [];
  const own = claimants.filter((claimant) => claimant.mac === mac).map(keyOf)[0] ?? null;
  const others = claimants.filter((claimant) => claimant.mac !== mac).map(keyOf);
  return own !== null && !others.includes(own) && others.some((key) => key !== null);
}

/** GLBP gives one address several MACs by design; all other groups and each station stand for themselves. */
export function partiesOf({ stations, groups, expected }: Ownership): Party[] {
  const alone = [...groups.filter(({ role }) => role !== 'glbp'), ...stations].map((claim) => [claim]);
  return [expected, groups.filter(({ role }) => role === 'glbp'), ...alone].filter(({ length }) => length > 0);
}

/**
 * The one group, and the MACs beside it that may be its members': a master asks in the name of the virtual address with
 * its own MAC, and some answer with it. Several that answer can't all be the master. null where a group explains nothing.
 */
export function groupAndMembers(ownership: Ownership): { readonly group: Party; readonly members: Party } | null {
  const { groups, expected, stations } = ownership;
  const parties = partiesOf(ownership);
  const groupParties = parties.filter(([first]) => first !== undefined && groups.includes(first));
  const [group] = groupParties;
  if (group === undefined || groupParties.length > 1) return null;
  const onlyAsk = stations.every(({ via }) => via === 'request');
  return parties.length <= 2 || onlyAsk ? { group, members: [...expected, ...stations] } : null;
}

export function nameOf({ mac, vendor, locallyAdministered }: ArpClaim): string {
  if (vendor !== null) return `${mac} (${vendor})`;
  return locallyAdministered ? `${mac} (a randomised or virtual MAC)` : mac;
}

/** Names in a sentence: the tables have them all. */
const MOST_NAMES = 6;

export function joinNames(names: readonly string[]): string {
  if (names.length > MOST_NAMES) {
    return `${names.slice(0, MOST_NAMES - 1).join(', ')} and ${names.length - MOST_NAMES + 1} more`;
  }
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** `one` for one thing, else `many`. */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** Why less than everything was heard; null when nothing can have been missed. */
export function whatWasMissed({
  complete,
  kernelDrops,
  dropsMadeUp,
  ...rest
}: Pick<ArpClaims, 'complete' | 'kernelDrops' | 'dropsMadeUp'> & Partial<Pick<ArpClaims, 'unlistedFrames'>>):
  | string
  | null {
  if (!complete) return 'listening was cut short';
  if ((rest.unlistedFrames ?? 0) > 0) return 'more MACs claim it than can be listed';
  if (kernelDrops === 0 || dropsMadeUp) return null;
  return `${kernelDrops} ${plural(kernelDrops, 'frame was', 'frames were')} lost unread`;
}
