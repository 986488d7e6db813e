// ARP over Ethernet (RFC 826) as bytes and as values. No I/O, no clock.

import { type Ipv4, ipv4ToUint32, uint32ToIpv4 } from '../address/ipv4.ts';
import { type Mac, readMac, readMacNumber, writeMac } from '../address/mac.ts';

export const ETHERTYPE_ARP = 0x0806;

/** ar$op (RFC 826). Other numbers exist (RFC 903, RFC 2390) and are kept as they come. */
export const OPERATION = { request: 1, reply: 2 } as const;

/** An ARP packet in its Ethernet frame. The frame's source and the sender hardware address can differ. */
export interface ArpFrame {
  readonly destinationMac: Mac;
  readonly sourceMac: Mac;
  readonly operation: number;
  readonly senderMac: Mac;
  readonly senderIp: Ipv4;
  readonly targetMac: Mac;
  readonly targetIp: Ipv4;
}

export type Decoded<T> =
  | { readonly ok: true; readonly packet: T }
  | { readonly ok: false; readonly reason: 'truncated'; readonly need: number; readonly got: number }
  | { readonly ok: false; readonly reason: 'not-arp' | 'not-ethernet-ipv4' };

// Ethernet header, then RFC 826's fields for 48-bit hardware and 32-bit protocol addresses:
//
//    0 destination (6)   6 source (6)   12 EtherType 0x0806 (2)
//   14 ar$hrd = 1 (2)   16 ar$pro = 0x0800 (2)   18 ar$hln = 6   19 ar$pln = 4   20 ar$op (2)
//   22 ar$sha (6)   28 ar$spa (4)   32 ar$tha (6)   38 ar$tpa (4)   42 padding up to 60
const DESTINATION = 0;
const SOURCE = 6;
const ETHERTYPE = 12;
const HRD = 14;
const PRO = 16;
const HLN = 18;
const PLN = 19;
const OP = 20;
const SHA = 22;
const SPA = 28;
const THA = 32;
const TPA = 38;
const END = 42;

/** Shortest Ethernet frame without its checksum (IEEE 802.3); cards pad to it anyway, virtual ones do not. */
export const MINIMUM_FRAME_LENGTH = 60;

const HARDWARE_ETHERNET = 1;
const PROTOCOL_IPV4 = 0x0800;

/** A frame of 60 bytes, zero-padded. */
export function encodeArpFrame(frame: ArpFrame): Uint8Array {
  if (!Number.isInteger(frame.operation) || frame.operation < 0 || frame.operation > 0xffff) {
    throw new RangeError(`operation must be an unsigned 16-bit integer, got ${frame.operation}`);
  }
  const bytes = new Uint8Array(MINIMUM_FRAME_LENGTH);
  const view = new DataView(bytes.buffer);
  writeMac(bytes, DESTINATION, frame.destinationMac);
  writeMac(bytes, SOURCE, frame.sourceMac);
  view.setUint16(ETHERTYPE, ETHERTYPE_ARP);
  view.setUint16(HRD, HARDWARE_ETHERNET);
  view.setUint16(PRO, PROTOCOL_IPV4);
  view.setUint8(HLN, 6);
  view.setUint8(PLN, 4);
  view.setUint16(OP, frame.operation);
  writeMac(bytes, SHA, frame.senderMac);
  view.setUint32(SPA, ipv4ToUint32(frame.senderIp));
  writeMac(bytes, THA, frame.targetMac);
  view.setUint32(TPA, ipv4ToUint32(frame.targetIp));
  return bytes;
}

/** Makes an encoded frame ask for another address: a sweep encodes once and changes four bytes per target. */
export function writeTargetIp(encoded: Uint8Array, targetIp: number): void {
  encoded[TPA] = targetIp >>> 24;
  encoded[TPA + 1] = targetIp >>> 16;
  encoded[TPA + 2] = targetIp >>> 8;
  encoded[TPA + 3] = targetIp;
}

/** Why bytes are no ARP packet for Ethernet and IPv4; null when they are one. */
type Problem = Exclude<Decoded<never>, { ok: true }>;

/** Reads an untrusted frame; never throws. Bytes after the packet are padding and ignored. */
export function decodeArpFrame(bytes: Uint8Array): Decoded<ArpFrame> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const problem = problemOf(view);
  if (problem !== null) return problem;
  return {
    ok: true,
    packet: {
      destinationMac: readMac(bytes, DESTINATION),
      sourceMac: readMac(bytes, SOURCE),
      operation: view.getUint16(OP),
      senderMac: readMac(bytes, SHA),
      senderIp: uint32ToIpv4(view.getUint32(SPA)),
      targetMac: readMac(bytes, THA),
      targetIp: uint32ToIpv4(view.getUint32(TPA)),
    },
  };
}

/** What decides whether a frame is a claim, as numbers: addresses of 32 bits, MACs of 48. */
export interface ArpNumbers {
  readonly operation: number;
  readonly sourceMac: number;
  readonly senderMac: number;
  readonly senderIp: number;
  readonly targetIp: number;
}

/** Like `decodeArpFrame`, for floods: null for what is not valid, no text is made, nothing of the bytes is kept. */
export function readArpNumbers(bytes: Uint8Array): ArpNumbers | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (problemOf(view) !== null) return null;
  return {
    operation: view.getUint16(OP),
    sourceMac: readMacNumber(view, SOURCE),
    senderMac: readMacNumber(view, SHA),
    senderIp: view.getUint32(SPA),
    targetIp: view.getUint32(TPA),
  };
}

/** Whether a frame says of itself that it is ARP. */
export function isArp(bytes: Uint8Array): boolean {
  return bytes[ETHERTYPE] === ETHERTYPE_ARP >> 8 && bytes[ETHERTYPE + 1] === (ETHERTYPE_ARP & 0xff);
}

function problemOf(view: DataView): Problem | null {
  if (view.byteLength < END) return { ok: false, reason: 'truncated', need: END, got: view.byteLength };
  if (view.getUint16(ETHERTYPE) !== ETHERTYPE_ARP) return { ok: false, reason: 'not-arp' };
  const isEthernetIpv4 =
    view.getUint16(HRD) === HARDWARE_ETHERNET &&
    view.getUint16(PRO) === PROTOCOL_IPV4 &&
    view.getUint8(HLN) === 6 &&
    view.getUint8(PLN) === 4;
  return isEthernetIpv4 ? null : { ok: false, reason: 'not-ethernet-ipv4' };
}
