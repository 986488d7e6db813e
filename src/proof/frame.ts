// IPv4 (RFC 791) in Ethernet frames, as bytes and as values. No I/O, no clock.

import { type Ipv4, ipv4ToUint32, uint32ToIpv4 } from '../address/ipv4.ts';
import { type Mac, readMac, writeMac } from '../address/mac.ts';
import { internetChecksum } from '../icmp/index.ts';

export const ETHERTYPE_IPV4 = 0x0800;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;

/** An IPv4 packet that is no fragment, without options, in its Ethernet frame. */
export interface Ipv4Frame {
  readonly destinationMac: Mac;
  readonly sourceMac: Mac;
  /** The identification field: what fragments of one packet would share, and else a counter of the sender. */
  readonly id: number;
  readonly ttl: number;
  readonly protocol: number;
  readonly sourceIp: Ipv4;
  readonly destinationIp: Ipv4;
  readonly payload: Uint8Array;
}

export type Decoded<T> =
  | { readonly ok: true; readonly packet: T }
  | { readonly ok: false; readonly reason: 'truncated'; readonly need: number; readonly got: number }
  | { readonly ok: false; readonly reason: 'not-ipv4' | 'bad-header' | 'fragment' };

// Ethernet header, then RFC 791's:
//
//    0 destination (6)   6 source (6)   12 EtherType 0x0800 (2)
//   14 version, header length in words   15 type of service   16 total length (2)
//   18 identification (2)   20 flags, fragment offset (2)   22 time to live   23 protocol   24 header checksum (2)
//   26 source (4)   30 destination (4)   34 options
const DESTINATION_MAC = 0;
const SOURCE_MAC = 6;
export const ETHERTYPE = 12;
export const IP_HEADER = 14;
const TOTAL_LENGTH = 16;
const IDENTIFICATION = 18;
export const FRAGMENT = 20;
const TTL = 22;
export const PROTOCOL = 23;
const CHECKSUM = 24;
const SOURCE = 26;
export const DESTINATION = 30;
const OPTIONS = 34;

const VERSION_4 = 4;
const SHORTEST_HEADER = 20;
const DONT_FRAGMENT = 0x4000;
/** More fragments, and the offset: zero in a packet that is whole. */
const MORE_AND_OFFSET = 0x3fff;
export const FRAGMENT_OFFSET_MASK = 0x1fff;

/** Sets Don't Fragment. @throws RangeError for a field that does not fit. */
export function encodeIpv4Frame(frame: Ipv4Frame): Uint8Array {
  checkRange('id', frame.id, 0xffff);
  checkRange('ttl', frame.ttl, 0xff);
  checkRange('protocol', frame.protocol, 0xff);
  checkRange('payload.length', frame.payload.length, 0xffff - SHORTEST_HEADER);
  const bytes = new Uint8Array(OPTIONS + frame.payload.length);
  const view = new DataView(bytes.buffer);
  writeMac(bytes, DESTINATION_MAC, frame.destinationMac);
  writeMac(bytes, SOURCE_MAC, frame.sourceMac);
  view.setUint16(ETHERTYPE, ETHERTYPE_IPV4);
  view.setUint8(IP_HEADER, (VERSION_4 << 4) | (SHORTEST_HEADER / 4));
  view.setUint16(TOTAL_LENGTH, SHORTEST_HEADER + frame.payload.length);
  view.setUint16(IDENTIFICATION, frame.id);
  view.setUint16(FRAGMENT, DONT_FRAGMENT);
  view.setUint8(TTL, frame.ttl);
  view.setUint8(PROTOCOL, frame.protocol);
  view.setUint32(SOURCE, ipv4ToUint32(frame.sourceIp));
  view.setUint32(DESTINATION, ipv4ToUint32(frame.destinationIp));
  view.setUint16(CHECKSUM, internetChecksum(bytes.subarray(IP_HEADER, OPTIONS)));
  bytes.set(frame.payload, OPTIONS);
  return bytes;
}

/**
 * Reads an untrusted frame; never throws. The payload is a view of `bytes`, without the frame's padding.
 * Checksums are not looked at: cards check and fill them in, and virtual links carry none.
 */
export function decodeIpv4Frame(bytes: Uint8Array): Decoded<Ipv4Frame> {
  if (bytes.length < OPTIONS) return { ok: false, reason: 'truncated', need: OPTIONS, got: bytes.length };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint16(ETHERTYPE) !== ETHERTYPE_IPV4) return { ok: false, reason: 'not-ipv4' };
  const headerLength = (view.getUint8(IP_HEADER) & 0x0f) * 4;
  const totalLength = view.getUint16(TOTAL_LENGTH);
  const isHeader = view.getUint8(IP_HEADER) >>> 4 === VERSION_4 && headerLength >= SHORTEST_HEADER;
  if (!isHeader || totalLength < headerLength) return { ok: false, reason: 'bad-header' };
  if ((view.getUint16(FRAGMENT) & MORE_AND_OFFSET) !== 0) return { ok: false, reason: 'fragment' };
  const need = IP_HEADER + totalLength;
  if (bytes.length < need) return { ok: false, reason: 'truncated', need, got: bytes.length };
  return {
    ok: true,
    packet: {
      destinationMac: readMac(bytes, DESTINATION_MAC),
      sourceMac: readMac(bytes, SOURCE_MAC),
      id: view.getUint16(IDENTIFICATION),
      ttl: view.getUint8(TTL),
      protocol: view.getUint8(PROTOCOL),
      sourceIp: uint32ToIpv4(view.getUint32(SOURCE)),
      destinationIp: uint32ToIpv4(view.getUint32(DESTINATION)),
      payload: bytes.subarray(IP_HEADER + headerLength, need),
    },
  };
}

/** @throws RangeError naming the field when `value` is not an integer from 0 to `most`. */
export function checkRange(name: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw new RangeError(`${name} must be an integer from 0 to ${most}, got ${value}`);
}
