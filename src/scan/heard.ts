// What the wire said by itself, now or in a capture, as evidence.

import { homeVlanOf } from '../address/home-vlan.ts';
import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Claim, Eavesdropper } from '../arp-lite/index.ts';
import type { Finding } from '../evidence.ts';
import type { ListenStep, OwnAddresses, ReadStep } from '../plan/index.ts';
import {
  type CanariesOf,
  inventoryRow,
  isRemarkable,
  TOLD_IN_FULL,
  tellClaim,
  tellExpected,
  tellFlips,
} from './arp-evidence.ts';
import { TEST_NET_1 } from './canaries.ts';
import { contests, otherAddressesBy } from './rivals.ts';

/** Up to this many addresses are each told, heard of or not. */
const NAMED_ONE_BY_ONE = 16;
/** How it was heard. `own` are this machine's addresses. */
export interface Circumstances {
  readonly interface: string | null;
  readonly source: 'listening' | 'capture';
  readonly own: OwnAddresses;
  /** Of these, those that this machine does not answer for there. */
  readonly unanswered?: ReadonlySet<Ipv4> | undefined;
  readonly listenedSeconds: number;
  readonly kernelDrops: number;
  readonly complete: boolean;
}

export function tellHeard(
  { check, target, addresses, expected }: ListenStep | ReadStep,
  ear: Eavesdropper,
  { own, unanswered, ...circumstances }: Circumstances,
): Finding[] {
  const oneByOne = addresses !== null && addresses.size <= NAMED_ONE_BY_ONE;
  const heard = ear.addresses();
  const canariesOf = canaryLookup(ear);
  const otherAddresses = otherAddressesBy((mac) => ear.claims.addressesOf(mac), TEST_NET_1);
  const tell = (ip: Ipv4): Finding[] => ear.claims.apart(ip).map((claims, index) => tellNetwork(ip, claims, index));
  const tellNetwork = (ip: Ipv4, claims: readonly Claim[], index: number): Finding => {
    const isHere = ({ mac }: Claim): boolean => claims.some((claim) => claim.mac === mac);
    const isAtHome = (claim: Claim): boolean => isHere(claim) && claim.vlanId === home;
    const home = homeVlanOf(claims.map(({ vlanId }) => vlanId));
    const [contest] = contests([ip], ear.claims, { ownAddresses: own, expected }, isAtHome);
    const others = contest === undefined ? null : otherAddresses(contest);
    const elsewhere = ear.claims.of(ip).filter((claim) => !isHere(claim));
    return {
      kind: 'arp-claims',
      ip,
      ...circumstances,
      ownMac: own.get(ip) ?? null,
      ...(unanswered?.has(ip) ? { unanswered: true as const } : {}),
      sweep: oneByOne ? null : target,
      probesSent: 0,
      dropsMadeUp: false,
      claims: claims.map((claim) => tellClaim(claim, canariesOf)),
      ...(elsewhere.length > 0 ? { elsewhere: elsewhere.map(({ mac }) => mac) } : {}),
      unlistedFrames: ear.claims.unlistedClaims(ip),
      expected: tellExpected(expected, ip),
      // What was not asked for says nothing: only what they share does.
      otherAddresses: others !== null && others.shared > 0 ? others : null,
      // Counted in the network in which it was heard first.
      flips: index === 0 ? tellFlips(ear.claims.flips(ip)) : null,
    };
  };
  if (oneByOne) return Array.from(addresses, tell).flat();
  const worthTelling = (ip: Ipv4): boolean =>
    heard.length <= TOLD_IN_FULL || expected.has(ip) || own.has(ip) || isRemarkable(ear.claims.of(ip));
  const summary: Finding = {
    kind: 'arp-sweep',
    target,
    ...circumstances,
    addressesAsked: null,
    addressesAnswered: heard.length,
    probesSent: 0,
    rounds: 0,
    waitedSeconds: circumstances.listenedSeconds,
    frames: ear.frames,
    malformedFrames: ear.malformedFrames,
    dropsMadeUp: false,
    inventory: heard.flatMap((ip) => ear.claims.apart(ip).flatMap((claims) => inventoryRow(ip, claims))),
  };
  return [summary, ...heard.filter(worthTelling).flatMap(tell), ...beyond(check, target, ear)];
}

/** Somebody who invents addresses is not to fill the memory, nor to hide behind them unseen. */
function beyond(check: 'listen' | 'read', target: string, ear: Eavesdropper): Finding[] {
  const { unlistedFrames } = ear.claims;
  if (unlistedFrames === 0) return [];
  return [
    {
      kind: 'skipped',
      check,
      target,
      because: `more addresses were claimed than are kept (${ear.addresses().length}): ${unlistedFrames} frames of others were not looked at`,
      hint: 'name the addresses that matter: --dup-ip <targets>',
    },
  ];
}

/** Whoever asked for an address of TEST-NET-1 put out a canary. */
function canaryLookup(ear: Eavesdropper): CanariesOf {
  const asked = [...TEST_NET_1].filter((ip) => ear.questionsFor(ipv4ToUint32(ip)) > 0);
  if (asked.length === 0) return () => null;
  return (mac: Mac) => asked.filter((ip) => ear.claims.of(ip).some((claim) => claim.mac === mac));
}
