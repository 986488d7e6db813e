// The reset that answers a TCP segment over IPv4 in an Ethernet frame in the name of whom it was for.
//
//    0 destination (6)   6 source (6)   12 EtherType
//   14 version, header length in words   16 total length (2)   18 identification (2)   20 flags (2)   22 time to live
//   23 protocol   24 header checksum (2)   26 source (4)   30 destination (4)   34 options, then TCP:
//    0 source port (2)   2 destination port (2)   4 sequence (4)   8 acknowledgment (4)   12 header length   13 control
//   14 window (2)   16 checksum (2)   18 urgent pointer (2)

const IP = 14;
const ADDRESSES = 26;
const IP_LENGTH = 20;
const TCP_LENGTH = 20;
const TTL = 64;
export const SYN = 0x02;
export const RST = 0x04;

/** Addresses and ports of a frame that holds them, as text. */
export function flowOf(frame: Uint8Array): string {
  const tcp = tcpOf(frame);
  return [...frame.subarray(ADDRESSES, ADDRESSES + 8), ...frame.subarray(tcp, tcp + 4)].join(' ');
}

export function controlOf(frame: Uint8Array): number {
  return frame[tcpOf(frame) + 13] ?? 0;
}

/** Its sequence number is the one that the sender of `segment` expects next (RFC 9293 section 3.5.2). */
export function resetFor(segment: Uint8Array): Uint8Array {
  const tcp = tcpOf(segment);
  const bytes = new Uint8Array(IP + IP_LENGTH + TCP_LENGTH);
  const view = new DataView(bytes.buffer);
  const copy = (from: number, length: number, to: number): void => bytes.set(segment.subarray(from, from + length), to);
  copy(6, 6, 0);
  copy(0, 6, 6);
  copy(12, 2, 12);
  view.setUint8(IP, 0x45);
  view.setUint16(IP + 2, IP_LENGTH + TCP_LENGTH);
  view.setUint8(IP + 8, TTL);
  view.setUint8(IP + 9, 6);
  copy(ADDRESSES + 4, 4, ADDRESSES);
  copy(ADDRESSES, 4, ADDRESSES + 4);
  view.setUint16(IP + 10, checksum(bytes.subarray(IP, IP + IP_LENGTH)));
  const at = IP + IP_LENGTH;
  copy(tcp + 2, 2, at);
  copy(tcp, 2, at + 2);
  copy(tcp + 8, 4, at + 4);
  view.setUint8(at + 12, (TCP_LENGTH / 4) << 4);
  view.setUint8(at + 13, RST);
  const pseudoHeader = [...bytes.subarray(ADDRESSES, ADDRESSES + 8), 0, 6, 0, TCP_LENGTH];
  view.setUint16(at + 16, checksum(Uint8Array.from([...pseudoHeader, ...bytes.subarray(at)])));
  return bytes;
}

function tcpOf(frame: Uint8Array): number {
  return IP + ((frame[IP] ?? 0) & 0x0f) * 4;
}

/** RFC 1071, of an even number of bytes. */
function checksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += view.getUint16(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
