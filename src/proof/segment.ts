// TCP segments without payload (RFC 9293), with the options of a handshake, as bytes and as values. No I/O, no clock.

import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import { internetChecksum } from '../icmp/index.ts';
import { checkRange, PROTOCOL_TCP } from './frame.ts';

/** Control bits (RFC 9293 section 3.1). */
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

export interface TcpSegment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  /** The control bits, added up. */
  readonly control: number;
  readonly window: number;
  /** Maximum Segment Size; null without the option. */
  readonly mss: number | null;
  /** SACK-Permitted (RFC 2018). */
  readonly sackPermitted: boolean;
  /** TSval and TSecr (RFC 7323); null without the option. */
  readonly timestamps: { readonly value: number; readonly echo: number } | null;
}

export type DecodedSegment =
  | { readonly ok: true; readonly segment: TcpSegment }
  | { readonly ok: false; readonly reason: 'truncated'; readonly need: number; readonly got: number }
  | { readonly ok: false; readonly reason: 'bad-header' };

//    0 source port (2)   2 destination port (2)   4 sequence number (4)   8 acknowledgment number (4)
//   12 data offset in words (high half)   13 control bits   14 window (2)   16 checksum (2)   18 urgent pointer (2)
//   20 options: kind, length in bytes with these two, value; kinds 0 (end) and 1 (no operation) are a byte alone
const SOURCE_PORT = 0;
export const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGMENT = 8;
const DATA_OFFSET = 12;
const CONTROL = 13;
const WINDOW = 14;
const CHECKSUM = 16;
const OPTIONS = 20;

const END_OF_OPTIONS = 0;
const NO_OPERATION = 1;
const MSS = { kind: 2, length: 4 };
const SACK_PERMITTED = { kind: 4, length: 2 };
const TIMESTAMPS = { kind: 8, length: 10 };

const UINT32 = 0xffff_ffff;

/** The addresses are part of the checksum. @throws RangeError for a field that does not fit. */
export function encodeSegment(segment: TcpSegment, sourceIp: Ipv4, destinationIp: Ipv4): Uint8Array {
  const bytes = encodeUnsummedSegment(segment);
  const checksum = internetChecksum(withPseudoHeader(bytes, sourceIp, destinationIp));
  new DataView(bytes.buffer).setUint16(CHECKSUM, checksum);
  return bytes;
}

/** The checksum is left to the kernel, which knows where it goes (IPV6_CHECKSUM, RFC 3542). @throws RangeError likewise. */
export function encodeUnsummedSegment(segment: TcpSegment): Uint8Array {
  const { mss, sackPermitted, timestamps } = segment;
  for (const field of ['sourcePort', 'destinationPort', 'window'] as const) checkRange(field, segment[field], 0xffff);
  for (const field of ['sequence', 'acknowledgment'] as const) checkRange(field, segment[field], UINT32);
  checkRange('control', segment.control, 0xff);
  const optionsLength =
    (mss === null ? 0 : MSS.length) +
    (sackPermitted ? SACK_PERMITTED.length : 0) +
    (timestamps === null ? 0 : TIMESTAMPS.length);
  const length = OPTIONS + Math.ceil(optionsLength / 4) * 4;
  const bytes = new Uint8Array(length).fill(NO_OPERATION, OPTIONS);
  const view = new DataView(bytes.buffer);
  view.setUint16(SOURCE_PORT, segment.sourcePort);
  view.setUint16(DESTINATION_PORT, segment.destinationPort);
  view.setUint32(SEQUENCE, segment.sequence);
  view.setUint32(ACKNOWLEDGMENT, segment.acknowledgment);
  view.setUint8(DATA_OFFSET, (length / 4) << 4);
  view.setUint8(CONTROL, segment.control);
  view.setUint16(WINDOW, segment.window);
  let at = OPTIONS;
  const begin = (option: { kind: number; length: number }): number => {
    view.setUint8(at, option.kind);
    view.setUint8(at + 1, option.length);
    at += option.length;
    return at - option.length + 2;
  };
  if (mss !== null) {
    checkRange('mss', mss, 0xffff);
    view.setUint16(begin(MSS), mss);
  }
  if (sackPermitted) begin(SACK_PERMITTED);
  if (timestamps !== null) {
    checkRange('timestamps.value', timestamps.value, UINT32);
    checkRange('timestamps.echo', timestamps.echo, UINT32);
    const value = begin(TIMESTAMPS);
    view.setUint32(value, timestamps.value);
    view.setUint32(value + 4, timestamps.echo);
  }
  return bytes;
}

/** RFC 9293 section 3.1: both addresses, a zero, the protocol and the length go into the checksum before the segment. */
function withPseudoHeader(segment: Uint8Array, sourceIp: Ipv4, destinationIp: Ipv4): Uint8Array {
  const bytes = new Uint8Array(12 + segment.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, ipv4ToUint32(sourceIp));
  view.setUint32(4, ipv4ToUint32(destinationIp));
  view.setUint16(8, PROTOCOL_TCP);
  view.setUint16(10, segment.length);
  bytes.set(segment, 12);
  return bytes;
}

/** Reads an untrusted segment; never throws. Options that are not of a handshake, and payload, are passed over. */
export function decodeSegment(bytes: Uint8Array): DecodedSegment {
  if (bytes.length < OPTIONS) return { ok: false, reason: 'truncated', need: OPTIONS, got: bytes.length };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const need = (view.getUint8(DATA_OFFSET) >>> 4) * 4;
  if (need < OPTIONS) return { ok: false, reason: 'bad-header' };
  if (bytes.length < need) return { ok: false, reason: 'truncated', need, got: bytes.length };
  const options = findOptions(view, need);
  const timestampsAt = options.get(TIMESTAMPS.kind);
  const mssAt = options.get(MSS.kind);
  return {
    ok: true,
    segment: {
      sourcePort: view.getUint16(SOURCE_PORT),
      destinationPort: view.getUint16(DESTINATION_PORT),
      sequence: view.getUint32(SEQUENCE),
      acknowledgment: view.getUint32(ACKNOWLEDGMENT),
      control: view.getUint8(CONTROL),
      window: view.getUint16(WINDOW),
      mss: mssAt === undefined ? null : view.getUint16(mssAt),
      sackPermitted: options.has(SACK_PERMITTED.kind),
      timestamps:
        timestampsAt === undefined
          ? null
          : { value: view.getUint32(timestampsAt), echo: view.getUint32(timestampsAt + 4) },
    },
  };
}

const HANDSHAKE_OPTIONS = new Map([MSS, SACK_PERMITTED, TIMESTAMPS].map(({ kind, length }) => [kind, length]));

/** Where the value of each handshake option begins. A length that lies ends the search; what was found stays. */
function findOptions(view: DataView, end: number): Map<number, number> {
  const found = new Map<number, number>();
  for (let at = OPTIONS; at < end; ) {
    const kind = view.getUint8(at);
    if (kind === END_OF_OPTIONS) break;
    if (kind === NO_OPERATION) {
      at++;
      continue;
    }
    const length = at + 1 < end ? view.getUint8(at + 1) : 0;
    if (length < 2 || at + length > end) break;
    if (HANDSHAKE_OPTIONS.get(kind) === length) found.set(kind, at + 2);
    at += length;
  }
  return found;
}
