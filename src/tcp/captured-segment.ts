// The headers of a TCP segment as it arrived, IPv4 (RFC 791) or IPv6 (RFC 8200), for what they tell of its sender. No I/O.

/** What the IP header tells of who sent a segment. */
export interface SenderSigns {
  /** What was left of the hop limit: the sender's own, less one for each router on the way. */
  readonly ttl: number;
  /** The identification field; null in IPv6, which has none. */
  readonly ipId: number | null;
  readonly dontFragment: boolean | null;
}

export interface CapturedSegment {
  /** The receiver's port. */
  readonly destinationPort: number;
  /** Control bits: SYN is 0x02, RST 0x04, ACK 0x10. */
  readonly control: number;
  readonly signs: SenderSigns;
}

export type DecodedSegment =
  | { readonly ok: true; readonly segment: CapturedSegment }
  | { readonly ok: false; readonly reason: 'truncated'; readonly need: number; readonly got: number }
  | { readonly ok: false; readonly reason: 'not-ip' | 'not-tcp' | 'bad-header' | 'fragment' };

// RFC 791:  0 version, header length in words   4 identification (2)   6 flags, fragment offset (2)   8 time to live
//           9 protocol   12 source (4)   16 destination (4)   20 options
// RFC 8200: 0 version   6 next header   7 hop limit   8 source (16)   24 destination (16)   40 the next header
const VERSION = 0;
const IDENTIFICATION = 4;
export const FRAGMENT = 6;
const TIME_TO_LIVE = 8;
export const PROTOCOL = 9;
export const SOURCE_4 = 12;
const SHORTEST_4 = 20;
export const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
export const SOURCE_6 = 8;
export const LENGTH_6 = 40;

const DONT_FRAGMENT = 0x4000;
export const FRAGMENT_OFFSET_MASK = 0x1fff;
export const PROTOCOL_TCP = 6;

// RFC 9293: 0 source port (2)   2 destination port (2)   13 control bits   20 options
const DESTINATION_PORT = 2;
export const CONTROL = 13;
const SHORTEST_TCP = 20;

export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

/** Reads an untrusted packet from its IP header on; never throws. Payload, options and checksums are not looked at. */
export function decodeCapturedSegment(bytes: Uint8Array): DecodedSegment {
  if (bytes.length === 0) return truncated(1, bytes);
  switch ((bytes[VERSION] as number) >>> 4) {
    case 4:
      return decodeIpv4(bytes);
    case 6:
      return decodeIpv6(bytes);
    default:
      return { ok: false, reason: 'not-ip' };
  }
}

function decodeIpv4(bytes: Uint8Array): DecodedSegment {
  if (bytes.length < SHORTEST_4) return truncated(SHORTEST_4, bytes);
  const view = viewOf(bytes);
  const headerLength = (view.getUint8(VERSION) & 0x0f) * 4;
  if (headerLength < SHORTEST_4) return { ok: false, reason: 'bad-header' };
  if (view.getUint8(PROTOCOL) !== PROTOCOL_TCP) return { ok: false, reason: 'not-tcp' };
  const fragment = view.getUint16(FRAGMENT);
  if ((fragment & FRAGMENT_OFFSET_MASK) !== 0) return { ok: false, reason: 'fragment' };
  return decodeTcp(bytes, headerLength, {
    ttl: view.getUint8(TIME_TO_LIVE),
    ipId: view.getUint16(IDENTIFICATION),
    dontFragment: (fragment & DONT_FRAGMENT) !== 0,
  });
}

function decodeIpv6(bytes: Uint8Array): DecodedSegment {
  if (bytes.length < LENGTH_6) return truncated(LENGTH_6, bytes);
  const view = viewOf(bytes);
  if (view.getUint8(NEXT_HEADER) !== PROTOCOL_TCP) return { ok: false, reason: 'not-tcp' };
  return decodeTcp(bytes, LENGTH_6, { ttl: view.getUint8(HOP_LIMIT), ipId: null, dontFragment: null });
}

function decodeTcp(bytes: Uint8Array, at: number, signs: SenderSigns): DecodedSegment {
  if (bytes.length < at + SHORTEST_TCP) return truncated(at + SHORTEST_TCP, bytes);
  const view = viewOf(bytes);
  return {
    ok: true,
    segment: {
      destinationPort: view.getUint16(at + DESTINATION_PORT),
      control: view.getUint8(at + CONTROL),
      signs,
    },
  };
}

function truncated(need: number, { length }: Uint8Array): DecodedSegment {
  return { ok: false, reason: 'truncated', need, got: length };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
