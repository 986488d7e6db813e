// The frames that scripted stations send: answers (RFC 826), probes and announcements (RFC 5227), and tags (IEEE 802.1Q).

import type { Ipv4 } from '../address/ipv4.ts';
import { BROADCAST_MAC, MAC_LENGTH, type Mac, readMac, writeMac, ZERO_MAC } from '../address/mac.ts';
import { type ArpFrame, encodeArpFrame, OPERATION } from '../arp-lite/index.ts';

const NO_ADDRESS = '0.0.0.0' as Ipv4;

const ETHERTYPE_VLAN = 0x8100;
/** A tag stands between the source address and the EtherType. */
const TAG_OFFSET = 12;
const HIGHEST_VLAN = 4094;

/** Who speaks: the ARP sender, and the Ethernet source of its frames. */
export interface Speaker {
  readonly mac: Mac;
  readonly sourceMac: Mac;
}

/** Says that the address asked for is at `speaker`, to the one that asked. */
export function answerTo(request: ArpFrame, speaker: Speaker): Uint8Array {
  return encodeArpFrame({
    destinationMac: request.senderMac,
    sourceMac: speaker.sourceMac,
    operation: OPERATION.reply,
    senderMac: speaker.mac,
    senderIp: request.targetIp,
    targetMac: request.senderMac,
    targetIp: request.senderIp,
  });
}

/** Asks whether the address is free, without claiming it. */
export function probeFor(address: Ipv4, speaker: Speaker): Uint8Array {
  return askEverybody(address, NO_ADDRESS, speaker);
}

/** Claims the address: a request for it, from it. */
export function announcementOf(address: Ipv4, speaker: Speaker): Uint8Array {
  return askEverybody(address, address, speaker);
}

function askEverybody(targetIp: Ipv4, senderIp: Ipv4, { mac, sourceMac }: Speaker): Uint8Array {
  return encodeArpFrame({
    destinationMac: BROADCAST_MAC,
    sourceMac,
    operation: OPERATION.request,
    senderMac: mac,
    senderIp,
    targetMac: ZERO_MAC,
    targetIp,
  });
}

/** @throws RangeError when `vlan` is no VLAN id. */
export function tagged(frame: Uint8Array, vlan: number): Uint8Array {
  if (!Number.isInteger(vlan) || vlan < 0 || vlan > HIGHEST_VLAN) {
    throw new RangeError(`vlan must be an integer from 0 to ${HIGHEST_VLAN}, got ${vlan}`);
  }
  const tag = new Uint8Array(4);
  const view = new DataView(tag.buffer);
  view.setUint16(0, ETHERTYPE_VLAN);
  view.setUint16(2, vlan);
  return Uint8Array.of(...frame.subarray(0, TAG_OFFSET), ...tag, ...frame.subarray(TAG_OFFSET));
}

/** The hardware address `steps` after this one, counted in its last four bytes. */
export function nextMac(mac: Mac, steps: number): Mac {
  const bytes = new Uint8Array(MAC_LENGTH);
  writeMac(bytes, 0, mac);
  const view = new DataView(bytes.buffer);
  view.setUint32(2, view.getUint32(2) + steps);
  return readMac(bytes, 0);
}
