// Who claims which address: the one place that decides what an ARP frame says about the addresses it names.

import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import { BROADCAST_MAC, type Mac, macRole, macToNumber, numberToMac } from '../address/mac.ts';
import { Networks } from './networks.ts';
import { type ArpNumbers, OPERATION } from './packet.ts';

/**
 * How a claim was made: an answer, an unasked-for announcement (sender = target), a request of the claimant's own, or a
 * probe by which it wants to have the address (RFC 5227: sender 0.0.0.0), which is a claim only against our own.
 */
export type ClaimVia = 'reply' | 'announcement' | 'request' | 'probe';

/** One MAC that says an address is its own. Times are milliseconds since the address was first asked for. */
export interface Claim {
  readonly mac: Mac;
  /** Source of the Ethernet frame where it is not the sender hardware address: a relay, a virtual router, a forgery. */
  readonly frameSourceMac: Mac | null;
  /** The VLAN it was heard in, null for the link's own: a tag means that the frame came from another network. */
  readonly vlanId: number | null;
  readonly via: ClaimVia;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Rounds of probing in which it was heard, counted from 1. */
  readonly rounds: readonly number[];
}

/** The address went over from one claimant to another. */
export interface Flip {
  readonly atMs: number;
  readonly fromMac: Mac;
  readonly toMac: Mac;
}

const BROADCAST = macToNumber(BROADCAST_MAC);

const NONE: ReadonlySet<number> = new Set();

/**
 * null when the frame claims nothing: senders that no card can have, and probes (RFC 5227: sender 0.0.0.0), but for those
 * that want one of `ours`. A probe claims the address it asks for; every other claim is on the sender's.
 */
export function claimVia(
  { operation, senderMac, senderIp, targetIp }: ArpNumbers,
  ours: ReadonlySet<number> = NONE,
): ClaimVia | null {
  if (senderMac === 0 || senderMac === BROADCAST) return null;
  if (senderIp === 0) return operation === OPERATION.request && ours.has(targetIp) ? 'probe' : null;
  if (senderIp === targetIp) return 'announcement';
  return operation === OPERATION.reply ? 'reply' : 'request';
}

/** A frame as a claim on `address`. */
export interface Sighting {
  readonly address: number;
  readonly mac: number;
  readonly frameSource: number;
  readonly vlanId: number | null;
  /** Where several are listened to, a number of its own for each. */
  readonly interfaceId?: number;
  readonly via: ClaimVia;
  /** When, and when its address was first asked for, on the same clock. */
  readonly now: number;
  readonly askedAt: number;
  /** From 1; 0 outside any round. */
  readonly round: number;
}

/**
 * Numbers, not text, and whole ones where they can be: a /16 has tens of thousands of these, and each may be heard a
 * million times.
 */
interface OpenClaim {
  readonly mac: number;
  /** Where it was heard first, see Networks. */
  readonly place: number;
  frameSource: number | null;
  vlanId: number | null;
  via: ClaimVia;
  count: number;
  /** Microseconds since the address was first asked for. */
  readonly firstUs: number;
  lastUs: number;
  /** Bit n is round n. */
  rounds: number;
}

/** Nobody has as many; who invents MACs can't fill our memory. */
const MOST_CLAIMANTS = 32;
const MOST_FLIPS = 64;
const LAST_COUNTED_ROUND = 30;

interface AddressClaims {
  readonly askedAt: number;
  readonly claims: OpenClaim[];
  /** Frames of claimants beyond MOST_CLAIMANTS. */
  unlistedFrames: number;
  /** Where it was heard first, see Networks. */
  readonly place: number;
  /** Where the address lives: the link itself as soon as it was heard there, else the VLAN that it was first heard in. */
  vlanId: number | null;
  /** Who claimed it last, there. */
  lastMac: number;
  flipCount: number;
  flips: readonly Flip[];
}

/** Most addresses never flip, and need no array of their own. */
const NO_FLIPS: readonly Flip[] = [];

/** Claims heard so far. Its size is bounded by the addresses, not by how many speak, nor by how often. */
export class ClaimTable {
  readonly #byAddress = new Map<number, AddressClaims>();
  readonly #mostAddresses: number;
  readonly #networks = new Networks();
  /** Claims on addresses beyond the limit, which were not kept. */
  unlistedFrames = 0;

  constructor(mostAddresses = Number.POSITIVE_INFINITY) {
    this.#mostAddresses = mostAddresses;
  }

  record(seen: Sighting): void {
    const entry = this.#byAddress.get(seen.address);
    const place = this.#networks.place(seen.interfaceId ?? 0, seen.vlanId);
    if (entry === undefined) {
      this.#open(seen, place);
      return;
    }
    const { mac, now, vlanId, via } = seen;
    const nowUs = Math.round((now - entry.askedAt) * 1000);
    const claim = entry.claims.find((each) => each.mac === mac);
    if (claim !== undefined) this.#networks.unite(claim.place, place);
    if (this.#isInNetworkOf(entry, place)) follow(entry, seen, nowUs / 1000);
    if (claim === undefined) {
      if (entry.claims.length < MOST_CLAIMANTS) entry.claims.push(open(seen, place, nowUs));
      else entry.unlistedFrames++;
      return;
    }
    claim.frameSource ??= relayOf(seen);
    if (vlanId === null) claim.vlanId = null;
    // Who probes for an address uses it next (RFC 5227): then it is wanted no more, but taken.
    if (claim.via === 'probe') claim.via = via;
    claim.count++;
    claim.lastUs = nowUs;
    claim.rounds |= roundBit(seen);
  }

  /** Claims on one address, the first heard first. */
  of(address: Ipv4): readonly Claim[] {
    return this.#byAddress.get(ipv4ToUint32(address))?.claims.map(toClaim) ?? [];
  }

  /**
   * The same, those of each network by themselves where several interfaces were listened to (but for VLANs, of which each
   * claim tells its own): one list at least, and that of the first claim first.
   */
  apart(address: Ipv4): readonly (readonly Claim[])[] {
    const claims = this.#byAddress.get(ipv4ToUint32(address))?.claims ?? [];
    const [first] = claims;
    if (first === undefined || !this.#networks.areOfSeveralInterfaces) return [claims.map(toClaim)];
    const networks = new Set(claims.map(({ place }) => this.#networks.of(place)));
    return Array.from(networks, (network) =>
      claims.filter(({ place }) => this.#networks.of(place) === network).map(toClaim),
    );
  }

  claimants(address: number): number {
    return this.#byAddress.get(address)?.claims.length ?? 0;
  }

  /** Exactly one claims it, on the link itself: there is no doubt whose it is. */
  isSettled(address: number): boolean {
    const claims = this.#byAddress.get(address)?.claims;
    return claims?.length === 1 && claims[0]?.vlanId === null;
  }

  /**
   * At least two machines were heard in two rounds each: more listening would not make it surer. Redundancy groups, whose
   * MAC is theirs in common, and `bystanders` are no party to it.
   */
  isContested(address: number, bystanders: ReadonlySet<number> = NONE): boolean {
    const claims = this.#byAddress.get(address)?.claims ?? [];
    const isParty = ({ mac, vlanId, rounds }: OpenClaim): boolean =>
      vlanId === null && heardTwice(rounds) && !bystanders.has(mac) && macRole(numberToMac(mac)) === 'station';
    return claims.filter(isParty).length > 1;
  }

  /** Who claims one address, as 48-bit numbers. */
  macsOf(address: number): number[] {
    return this.#byAddress.get(address)?.claims.map(({ mac }) => mac) ?? [];
  }

  /** How often the address went from one claimant to another; the first of these times. */
  flips(address: Ipv4): { readonly count: number; readonly first: readonly Flip[] } {
    const entry = this.#byAddress.get(ipv4ToUint32(address));
    return { count: entry?.flipCount ?? 0, first: entry?.flips ?? [] };
  }

  /** Frames of claimants on this address that were too many to be kept apart. */
  unlistedClaims(address: Ipv4): number {
    return this.#byAddress.get(ipv4ToUint32(address))?.unlistedFrames ?? 0;
  }

  /** Addresses that somebody claims, in the order in which they were first heard of. */
  addresses(): Iterable<number> {
    return this.#byAddress.keys();
  }

  /** Addresses that a MAC claims. */
  addressesOf(mac: Mac): Set<number> {
    const wanted = macToNumber(mac);
    const found = new Set<number>();
    for (const [address, { claims }] of this.#byAddress)
      if (claims.some((claim) => claim.mac === wanted)) found.add(address);
    return found;
  }

  #isInNetworkOf(entry: AddressClaims, place: number): boolean {
    const networks = this.#networks;
    return !networks.areOfSeveralInterfaces || networks.of(entry.place) === networks.of(place);
  }

  #open(seen: Sighting, place: number): void {
    if (this.#byAddress.size >= this.#mostAddresses) {
      this.unlistedFrames++;
      return;
    }
    const { address, mac, vlanId, now, askedAt } = seen;
    // With its first claim in place the array has room for one: pushed into an empty one, V8 would make room for 17.
    const claims = [open(seen, place, Math.round((now - askedAt) * 1000))];
    const nothingYet = { unlistedFrames: 0, flipCount: 0, flips: NO_FLIPS };
    this.#byAddress.set(address, { askedAt, claims, place, vlanId, lastMac: mac, ...nothingYet });
  }
}

/** The same address in another VLAN is another network's: that is no flip. */
function follow(entry: AddressClaims, { mac, vlanId }: Sighting, atMs: number): void {
  const isHere = vlanId === entry.vlanId;
  if (!isHere && vlanId !== null) return;
  if (!isHere) [entry.flipCount, entry.flips] = [0, NO_FLIPS];
  else if (entry.lastMac !== mac) flip(entry, mac, atMs);
  entry.vlanId = vlanId;
  entry.lastMac = mac;
}

function flip(entry: AddressClaims, mac: number, atMs: number): void {
  entry.flipCount++;
  if (entry.flips.length === MOST_FLIPS) return;
  const change = { atMs, fromMac: numberToMac(entry.lastMac), toMac: numberToMac(mac) };
  entry.flips = [...entry.flips, change];
}

function open(seen: Sighting, place: number, nowUs: number): OpenClaim {
  const { mac, vlanId, via } = seen;
  return {
    mac,
    place,
    frameSource: relayOf(seen),
    vlanId,
    via,
    count: 1,
    firstUs: nowUs,
    lastUs: nowUs,
    rounds: roundBit(seen),
  };
}

function relayOf({ mac, frameSource }: Sighting): number | null {
  return frameSource === mac ? null : frameSource;
}

function roundBit({ round }: Sighting): number {
  return 1 << Math.min(round, LAST_COUNTED_ROUND);
}

function toClaim({ mac, frameSource, vlanId, via, count, firstUs, lastUs, rounds }: OpenClaim): Claim {
  return {
    mac: numberToMac(mac),
    frameSourceMac: frameSource === null ? null : numberToMac(frameSource),
    vlanId,
    via,
    count,
    firstMs: firstUs / 1000,
    lastMs: lastUs / 1000,
    rounds: roundsIn(rounds),
  };
}

function roundsIn(bits: number): number[] {
  const rounds: number[] = [];
  for (let round = 1; round <= LAST_COUNTED_ROUND; round++) if (bits & (1 << round)) rounds.push(round);
  return rounds;
}

function heardTwice(rounds: number): boolean {
  const inRounds = rounds & ~1;
  return (inRounds & (inRounds - 1)) !== 0;
}
