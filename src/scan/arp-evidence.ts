// ARP claims as evidence: with vendor and role, in seconds, and whatever was found out about the claimants besides.

import { VLAN_IDS } from '../address/home-vlan.ts';
import type { Ipv4 } from '../address/ipv4.ts';
import { isLocallyAdministered, type Mac, macRole } from '../address/mac.ts';
import { macVendor } from '../address/vendor.ts';
import type { Claim, Flip } from '../arp-lite/index.ts';
import type { ArpClaim, EvidenceOf, InventoryRow } from '../evidence.ts';
import type { ExpectedOwners } from '../plan/index.ts';

export type ArpClaims = Omit<EvidenceOf<'arp-claims'>, 'id'>;

/** Canaries that a MAC answered for; null when none was asked for. */
export type CanariesOf = (mac: Mac) => readonly string[] | null;

/** Up to this many addresses, each that answered is told in full; in wider sweeps only those with something to tell. */
export const TOLD_IN_FULL = 1024;

export function tellClaim(claim: Claim, canariesOf: CanariesOf): ArpClaim {
  const canaries = canariesOf(claim.mac);
  return {
    ...tellMac(claim.mac),
    frameSourceMac: claim.frameSourceMac,
    ...tellVlan(claim.vlanId),
    via: claim.via,
    count: claim.count,
    firstSeconds: toSeconds(claim.firstMs),
    lastSeconds: toSeconds(claim.lastMs),
    rounds: [...claim.rounds],
    canariesClaimed: canaries === null ? null : [...canaries],
  };
}

/** A VLAN within a carrier's comes as one number, see capture/vlan.ts. */
function tellVlan(vlanId: number | null): Pick<ArpClaim, 'vlanId' | 'carrierVlanId'> {
  if (vlanId === null || vlanId < VLAN_IDS) return { vlanId };
  return { vlanId: vlanId % VLAN_IDS, carrierVlanId: Math.floor(vlanId / VLAN_IDS) };
}

export function tellFlips(flips: { readonly count: number; readonly first: readonly Flip[] }): ArpClaims['flips'] {
  return {
    count: flips.count,
    first: flips.first.map(({ atMs, fromMac, toMac }) => ({ atSeconds: toSeconds(atMs), fromMac, toMac })),
  };
}

export function tellExpected(expected: ExpectedOwners, ip: Ipv4): string[] | null {
  const macs = expected.get(ip);
  return macs === undefined ? null : [...macs];
}

export function inventoryRow(ip: Ipv4, claims: readonly Claim[]): InventoryRow[] {
  const [first] = claims;
  if (first === undefined) return [];
  return [{ ip, ...tellMac(first.mac), firstSeconds: toSeconds(first.firstMs), claimants: claims.length }];
}

/** More than one plain station that answers in its own name: worth telling even in the widest sweep. */
export function isRemarkable(claims: readonly Claim[]): boolean {
  const [only] = claims;
  if (claims.length !== 1 || only === undefined) return claims.length > 1;
  return macRole(only.mac) !== 'station' || only.vlanId !== null || only.frameSourceMac !== null;
}

type MacFacts = Pick<ArpClaim, 'mac' | 'vendor' | 'locallyAdministered' | 'role'>;

/** Proxies and servers have one MAC for thousands of addresses. */
const known = new Map<Mac, MacFacts>();
const MOST_KNOWN = 4096;

function tellMac(mac: Mac): MacFacts {
  const facts = known.get(mac) ?? {
    mac,
    vendor: macVendor(mac),
    locallyAdministered: isLocallyAdministered(mac),
    role: macRole(mac),
  };
  if (known.size < MOST_KNOWN) known.set(mac, facts);
  return facts;
}

/** To the microsecond: more would be noise. */
export function toSeconds(ms: number): number {
  return Math.round(ms * 1000) / 1_000_000;
}
