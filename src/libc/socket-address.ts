// Socket addresses as the kernel reads them: sockaddr_in (ip(7)), sockaddr_in6 (ipv6(7)), sockaddr_ll (packet(7)).

import { isIPv4 } from 'node:net';
import { AF_INET, AF_INET6, AF_PACKET } from './constants.ts';
import { LITTLE_ENDIAN } from './socket.ts';

/** Family of a textual IP address. */
export function addressFamily(address: string): number {
  return isIPv4(address) ? AF_INET : AF_INET6;
}

/** sockaddr_in or sockaddr_in6, by the address. A link-local IPv6 address needs `scopeId`, its interface's index. */
export function inetSocketAddress(address: string, port: number, scopeId = 0): Uint8Array {
  return isIPv4(address) ? sockaddrIn(address, port) : sockaddrIn6(address, port, scopeId);
}

/** The 4 or 16 bytes of a textual IP address, in network order. */
export function inetAddressBytes(address: string): Uint8Array {
  const bytes = inetSocketAddress(address, 0);
  return isIPv4(address) ? bytes.subarray(4, 8) : bytes.subarray(8, 24);
}

function sockaddrIn(address: string, port: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET, LITTLE_ENDIAN);
  view.setUint16(2, port);
  bytes.set(address.split('.').map(Number), 4);
  return bytes;
}

function sockaddrIn6(address: string, port: number, scopeId: number): Uint8Array {
  const bytes = new Uint8Array(28);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_INET6, LITTLE_ENDIAN);
  view.setUint16(2, port);
  ipv6Groups(address).forEach((group, index) => {
    view.setUint16(8 + 2 * index, group);
  });
  view.setUint32(24, scopeId, LITTLE_ENDIAN);
  return bytes;
}

/** The eight groups of a valid IPv6 address. The URL parser canonicalises `::` and embedded IPv4 for us (RFC 5952). */
function ipv6Groups(address: string): number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The address in a sockaddr_in or sockaddr_in6 as text (RFC 5952), null when it is neither. */
export function inetAddressText(name: Uint8Array): string | null {
  const view = new DataView(name.buffer, name.byteOffset, name.length);
  switch (name.length < 2 ? null : view.getUint16(0, LITTLE_ENDIAN)) {
    case AF_INET:
      return name.length < 8 ? null : name.subarray(4, 8).join('.');
    case AF_INET6: {
      if (name.length < 24) return null;
      const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(8 + 2 * index).toString(16));
      return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
    }
    default:
      return null;
  }
}

/** sockaddr_ll for binding a packet socket to one interface and one EtherType. */
export function linkSocketAddress(interfaceIndex: number, etherType: number): Uint8Array {
  const bytes = new Uint8Array(SOCKADDR_LL_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, AF_PACKET, LITTLE_ENDIAN);
  view.setUint16(2, etherType);
  view.setInt32(4, interfaceIndex, LITTLE_ENDIAN);
  return bytes;
}

export const SOCKADDR_LL_LENGTH = 20;
/** Offset of sll_pkttype in sockaddr_ll. */
export const SLL_PKTTYPE = 10;
