// ICMP echo (RFC 792), ICMPv6 echo (RFC 4443) and the errors that quote it, as bytes and as values. No I/O, no clock.

export type Decoded<T> =
  | { readonly ok: true; readonly packet: T }
  | { readonly ok: false; readonly reason: 'truncated'; readonly need: number; readonly got: number }
  | { readonly ok: false; readonly reason: 'not-echo' | 'bad-ip-header' };

export type IpVersion = 4 | 6;

/** An echo request or reply; `identifier` and `sequence` are unsigned 16-bit and come back as they were sent. */
export interface Echo {
  readonly identifier: number;
  readonly sequence: number;
}

/** An ICMP error and the echo request of ours that it is about. */
export interface EchoError extends Echo {
  readonly type: number;
  readonly code: number;
}

export type IcmpMessage = ({ readonly kind: 'reply' } & Echo) | ({ readonly kind: 'error' } & EchoError);

const TYPES = {
  4: { request: 8, reply: 0, errors: [3, 11, 12], protocol: 1 },
  6: { request: 128, reply: 129, errors: [1, 2, 3, 4], protocol: 58 },
} as const;

// ICMP header: 0 type, 1 code, 2 checksum (2), 4 identifier (2), 6 sequence (2), 8 data.
// Errors: 8 on is the packet they are about, its IP header first.
const TYPE = 0;
const CODE = 1;
const CHECKSUM = 2;
const IDENTIFIER = 4;
const SEQUENCE = 6;
const DATA = 8;

/** As many data bytes as ping(8) sends: 64-byte messages, 84-byte IPv4 packets. */
export const DATA_LENGTH = 56;
const COUNTED_UP = Uint8Array.from({ length: DATA_LENGTH }, (_, index) => index);

const IPV4_PROTOCOL = 9;
const IPV6_NEXT_HEADER = 6;
const IPV6_HEADER_LENGTH = 40;
const IPV4_SHORTEST_HEADER = 20;

/**
 * An echo request that carries `data`; for IPv6 the checksum is left to the kernel, which knows the source address (RFC
 * 3542).
 */
export function encodeEchoRequest(version: IpVersion, echo: Echo, data: Uint8Array = COUNTED_UP): Uint8Array {
  for (const [name, value] of Object.entries({ identifier: echo.identifier, sequence: echo.sequence })) {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff) {
      throw new RangeError(`${name} must be an unsigned 16-bit integer, got ${value}`);
    }
  }
  const bytes = new Uint8Array(DATA + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(TYPE, TYPES[version].request);
  view.setUint16(IDENTIFIER, echo.identifier);
  view.setUint16(SEQUENCE, echo.sequence);
  bytes.set(data, DATA);
  if (version === 4) view.setUint16(CHECKSUM, internetChecksum(bytes));
  return bytes;
}

/**
 * Reads an untrusted packet as a raw socket delivers it: with its IP header for IPv4 (raw(7)), without for IPv6.
 * Never throws. Everything that is neither an echo reply nor an error about an echo request is `not-echo`.
 */
export function decodeIcmp(version: IpVersion, bytes: Uint8Array): Decoded<IcmpMessage> {
  const headerLength = version === 4 ? ipv4HeaderLength(bytes) : 0;
  if (version === 4 && bytes.length > 0 && headerLength < IPV4_SHORTEST_HEADER)
    return { ok: false, reason: 'bad-ip-header' };
  const need = Math.max(headerLength, version === 4 ? IPV4_SHORTEST_HEADER : 0) + DATA;
  if (bytes.length < need) return { ok: false, reason: 'truncated', need, got: bytes.length };
  return decodeMessage(version, bytes.subarray(headerLength));
}

/** The same without an IP header, as other sockets deliver it. */
export function decodeMessage(version: IpVersion, message: Uint8Array): Decoded<IcmpMessage> {
  if (message.length < DATA) return { ok: false, reason: 'truncated', need: DATA, got: message.length };
  const types = TYPES[version];
  const type = message[TYPE] as number;
  if (type === types.reply) return { ok: true, packet: { kind: 'reply', ...echoAt(message) } };
  if (!types.errors.some((error) => error === type)) return { ok: false, reason: 'not-echo' };
  const quoted = quotedEcho(version, message.subarray(DATA));
  if (quoted === null) return { ok: false, reason: 'not-echo' };
  return { ok: true, packet: { kind: 'error', type, code: message[CODE] as number, ...quoted } };
}

/** The data of an echo reply, from its ICMP header on. */
export function echoData(message: Uint8Array): Uint8Array {
  return message.subarray(DATA);
}

/** Address that the packet was for which an ICMP error is about, as its 4 or 16 bytes. */
export function quotedDestination(version: IpVersion, message: Uint8Array): Uint8Array {
  const [at, length] = version === 4 ? [16, 4] : [24, 16];
  return message.subarray(DATA + at, DATA + at + length);
}

function quotedEcho(version: IpVersion, packet: Uint8Array): Echo | null {
  const protocol = packet[version === 4 ? IPV4_PROTOCOL : IPV6_NEXT_HEADER];
  const headerLength = version === 4 ? ipv4HeaderLength(packet) : IPV6_HEADER_LENGTH;
  const message = packet.subarray(headerLength);
  const isWhole = headerLength >= IPV4_SHORTEST_HEADER && message.length >= DATA;
  if (!isWhole || protocol !== TYPES[version].protocol) return null;
  return message[TYPE] === TYPES[version].request ? echoAt(message) : null;
}

function echoAt(message: Uint8Array): Echo {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  return { identifier: view.getUint16(IDENTIFIER), sequence: view.getUint16(SEQUENCE) };
}

/** RFC 791: the length is in the low half of the first byte, in words. */
function ipv4HeaderLength(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) & 0x0f) * 4;
}

/** The Internet checksum (RFC 1071); an odd last byte is the upper half of a word. */
export function internetChecksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let offset = 0; offset + 1 < bytes.length; offset += 2) sum += view.getUint16(offset);
  if (bytes.length % 2 === 1) sum += (bytes[bytes.length - 1] as number) * 256;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
