// ICMP errors (RFC 792, RFC 1191, RFC 4443) and the packets that they quote, which may be of any protocol. No I/O, no clock.

import { canonicalIp } from '../address/ip.ts';
import type { IpVersion } from './packet.ts';

/** What an error says of the packet that it is about, as that packet was when it reached the sender of the error. */
export interface QuotedPacket {
  readonly source: string;
  readonly destination: string;
  /** 6 TCP, 17 UDP, 1 ICMP, 58 ICMPv6. */
  readonly protocol: number;
  /** Differentiated Services Codepoint (RFC 2474). */
  readonly dscp: number;
  /** The first 8 bytes behind its IP header, which RFC 792 makes everybody quote. */
  readonly transport: Uint8Array;
}

export interface IcmpError {
  readonly meaning: 'time-exceeded' | 'too-big' | 'unreachable' | 'other';
  readonly type: number;
  readonly code: number;
  /** MTU of the link that the packet did not fit, in bytes; null when it is not said (RFC 792 had no room for it). */
  readonly mtuBytes: number | null;
  readonly quoted: QuotedPacket;
}

export type DecodedError =
  | { readonly ok: true; readonly error: IcmpError }
  | { readonly ok: false; readonly reason: 'truncated'; readonly need: number; readonly got: number }
  | { readonly ok: false; readonly reason: 'not-an-error' | 'bad-ip-header' };

// ICMP header: 0 type, 1 code, 2 checksum (2), 4 four bytes that depend on the type, 8 the quoted packet.
// RFC 1191: the MTU is in bytes 6 and 7; RFC 4443: in bytes 4 to 7.
const TYPE = 0;
const CODE = 1;
const MTU_4 = 6;
const MTU_6 = 4;
const QUOTED = 8;
const TRANSPORT = 8;

// RFC 791:  0 version, header length   1 type of service   9 protocol   12 source (4)   16 destination (4)
// RFC 8200: 0 version, traffic class, flow label   6 next header   8 source (16)   24 destination (16)
const HEADER_4 = 20;
const HEADER_6 = 40;

const FRAGMENTATION_NEEDED = 4;

/**
 * Reads an untrusted packet as a raw socket delivers it: with its IP header for IPv4 (raw(7)), without for IPv6. Never
 * throws. IPv6 extension headers of the quoted packet are not looked behind: what we send has none.
 */
export function decodeIcmpError(version: IpVersion, bytes: Uint8Array): DecodedError {
  const outer = version === 4 ? ((bytes[0] ?? 0) & 0x0f) * 4 : 0;
  if (version === 4 && bytes.length > 0 && outer < HEADER_4) return { ok: false, reason: 'bad-ip-header' };
  if (bytes.length < outer + QUOTED || bytes.length === 0) return truncated(Math.max(outer, 1) + QUOTED, bytes);
  const message = bytes.subarray(outer);
  const [type, code] = [message[TYPE] as number, message[CODE] as number];
  const meaning = version === 4 ? meaning4(type, code) : meaning6(type);
  if (meaning === null) return { ok: false, reason: 'not-an-error' };
  const packet = message.subarray(QUOTED);
  const inner = version === 4 ? ((packet[0] ?? 0) & 0x0f) * 4 : HEADER_6;
  if (version === 4 && packet.length > 0 && inner < HEADER_4) return { ok: false, reason: 'bad-ip-header' };
  if (packet.length < inner + TRANSPORT || packet.length === 0) {
    return truncated(outer + QUOTED + Math.max(inner, HEADER_4) + TRANSPORT, bytes);
  }
  const view = new DataView(message.buffer, message.byteOffset, message.length);
  const told = version === 4 ? view.getUint16(MTU_4) : view.getUint32(MTU_6);
  const mtuBytes = meaning === 'too-big' && told > 0 ? told : null;
  const quoted = version === 4 ? quoted4(packet, inner) : quoted6(packet);
  return { ok: true, error: { meaning, type, code, mtuBytes, quoted } };
}

/** null for what is no error: echoes, redirects, neighbour discovery. */
function meaning4(type: number, code: number): IcmpError['meaning'] | null {
  if (type === 11) return 'time-exceeded';
  if (type === 3) return code === FRAGMENTATION_NEEDED ? 'too-big' : 'unreachable';
  return type === 12 ? 'other' : null;
}

function meaning6(type: number): IcmpError['meaning'] | null {
  return ([null, 'unreachable', 'too-big', 'time-exceeded', 'other'] as const)[type] ?? null;
}

function quoted4(packet: Uint8Array, length: number): QuotedPacket {
  return {
    source: packet.subarray(12, 16).join('.'),
    destination: packet.subarray(16, 20).join('.'),
    protocol: packet[9] as number,
    dscp: (packet[1] as number) >>> 2,
    transport: packet.slice(length, length + TRANSPORT),
  };
}

function quoted6(packet: Uint8Array): QuotedPacket {
  return {
    source: ipv6Text(packet.subarray(8, 24)),
    destination: ipv6Text(packet.subarray(24, 40)),
    protocol: packet[6] as number,
    dscp: (((packet[0] as number) & 0x0f) << 2) | ((packet[1] as number) >>> 6),
    transport: packet.slice(HEADER_6, HEADER_6 + TRANSPORT),
  };
}

function ipv6Text(bytes: Uint8Array): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] as number) << 8) | (bytes[2 * index + 1] as number)).toString(16),
  );
  return canonicalIp(groups.join(':'));
}

function truncated(need: number, bytes: Uint8Array): DecodedError {
  return { ok: false, reason: 'truncated', need, got: bytes.length };
}
