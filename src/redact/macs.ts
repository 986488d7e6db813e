// Pseudonyms of MACs. Vendor block and role stay, since the report tells them anyway; what is the card's own is numbered.
// Two that a bit or two tell apart stay as near, because a damaged frame is told by that.

import {
  BROADCAST_MAC,
  isLocallyAdministered,
  type Mac,
  macRole,
  macToNumber,
  numberToMac,
  parseMac,
  ZERO_MAC,
} from '../address/mac.ts';

/** As near as two can be of which one is the other, damaged on its way. */
const NEAR_BITS = 2;
/** Odd, so that each number gives another product; small numbers give products far more than NEAR_BITS apart (tested). */
const SPREAD = 0x9e_3779;
const VENDOR_BITS = 24;

/** `groups`: MACs that are held against each other, such as the claimants of one address. */
export function macPseudonyms(groups: Iterable<readonly string[]>): (mac: string) => string {
  const pseudonyms = new Map<Mac, Mac>();
  const parsed = [...groups].map((group) => group.flatMap((text) => parseMac(text) ?? []));
  let counter = 0;

  /** No pseudonym is a MAC of the report. */
  const taken = new Set<Mac>(parsed.flat());

  const invent = (mac: Mac): Mac => {
    // A block of 256 groups may have no number left: then one comes twice, which only a made-up report can have.
    for (let tries = 0; tries < 256; tries++) {
      const pseudonym = numbered(mac, ++counter);
      if (!taken.has(pseudonym)) return pseudonym;
    }
    return numbered(mac, ++counter);
  };
  const assign = (mac: Mac, beside: readonly Mac[]): Mac => {
    const known = pseudonyms.get(mac);
    if (known !== undefined) return known;
    const near = beside.find((other) => pseudonyms.has(other) && bitsApart(mac, other) <= NEAR_BITS);
    const shifted = near === undefined ? undefined : shift(pseudonyms.get(near) as Mac, mac, near);
    const pseudonym = shifted === undefined || taken.has(shifted) ? invent(mac) : shifted;
    pseudonyms.set(mac, pseudonym);
    taken.add(pseudonym);
    return pseudonym;
  };
  for (const group of parsed) for (const mac of group) assign(mac, group);
  return (text) => {
    const mac = parseMac(text);
    return mac === null || mac === BROADCAST_MAC || mac === ZERO_MAC ? text : assign(mac, []);
  };
}

function numbered(mac: Mac, number: number): Mac {
  const card = numberToMac((number * SPREAD) % 2 ** VENDOR_BITS).slice(9);
  switch (macRole(mac)) {
    case 'station':
      return `${isLocallyAdministered(mac) ? '02:00:00' : mac.slice(0, 8)}:${card}` as Mac;
    case 'ms-nlb':
      // What follows the block is the IP address.
      return (mac.startsWith('01:') ? `${mac.slice(0, 11)}:${card.slice(3)}` : `${mac.slice(0, 5)}:00:${card}`) as Mac;
    default:
      // The number of the group.
      return `${mac.slice(0, 15)}${(number % 256).toString(16).padStart(2, '0')}` as Mac;
  }
}

function shift(pseudonym: Mac, mac: Mac, near: Mac): Mac {
  const moved = BigInt(macToNumber(pseudonym)) ^ BigInt(macToNumber(mac)) ^ BigInt(macToNumber(near));
  return numberToMac(Number(moved));
}

function bitsApart(a: Mac, b: Mac): number {
  const different = BigInt(macToNumber(a)) ^ BigInt(macToNumber(b));
  return different.toString(2).replaceAll('0', '').length;
}
