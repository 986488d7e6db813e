// VLAN tags in Ethernet frames (IEEE 802.1Q, stacked by 802.1ad): taken out, and put back in.

import { VLAN_IDS } from '../address/home-vlan.ts';
import { viewOf } from './byte-stream.ts';

// 0 destination (6)   6 source (6)   then any number of tags: 0 TPID (2)   2 priority (4 bits), VLAN id (12 bits)
const TAGS = 12;
const TAG_LENGTH = 4;
const TPID = { customer: 0x8100, service: 0x88a8 } as const;
const HIGHEST_VLAN_ID = 0xfff;

/**
 * The frame without its tags, and the VLAN that its stations are in: the innermost tag's id that is not 0, and 4096 times
 * the id of the tag around it, which is a carrier's. Id 0 gives a priority and names no VLAN. null when there is no such tag.
 */
export function withoutTags(frame: Uint8Array): { bytes: Uint8Array; vlanId: number | null } {
  const view = viewOf(frame);
  let vlanId: number | null = null;
  let end = TAGS;
  while (frame.length >= end + TAG_LENGTH && isTag(view.getUint16(end))) {
    const id = view.getUint16(end + 2) & HIGHEST_VLAN_ID;
    if (id !== 0) vlanId = ((vlanId ?? 0) % VLAN_IDS) * VLAN_IDS + id;
    end += TAG_LENGTH;
  }
  if (end === TAGS) return { bytes: frame, vlanId };
  const bytes = new Uint8Array(frame.length - end + TAGS);
  bytes.set(frame.subarray(0, TAGS));
  bytes.set(frame.subarray(end), TAGS);
  return { bytes, vlanId };
}

/**
 * A copy of the frame with an 802.1Q tag of priority 0, as it was on the wire before the kernel took the tag out.
 * @throws RangeError when `vlanId` is not an unsigned 12-bit integer, or `frame` is shorter than its two addresses.
 */
export function withTag(frame: Uint8Array, vlanId: number): Uint8Array {
  if (!Number.isInteger(vlanId) || vlanId < 0 || vlanId > HIGHEST_VLAN_ID) {
    throw new RangeError(`vlanId must be an unsigned 12-bit integer, got ${vlanId}`);
  }
  if (frame.length < TAGS) throw new RangeError(`frame must have at least ${TAGS} bytes, got ${frame.length}`);
  const bytes = new Uint8Array(frame.length + TAG_LENGTH);
  const view = viewOf(bytes);
  bytes.set(frame.subarray(0, TAGS));
  view.setUint16(TAGS, TPID.customer);
  view.setUint16(TAGS + 2, vlanId);
  bytes.set(frame.subarray(TAGS), TAGS + TAG_LENGTH);
  return bytes;
}

function isTag(etherType: number): boolean {
  return etherType === TPID.customer || etherType === TPID.service;
}
