// To how many bytes the route to an address limits packets, as somebody set it (ip-route(8), mtu): asked of the kernel by rtnetlink(7).
// getsockopt's IP_MTU also tells what the kernel has learnt from ICMP errors, for ten minutes, and can't be told apart.

import { AF_INET, AF_INET6, AF_NETLINK, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_RAW } from './constants.ts';
import { close, LITTLE_ENDIAN, recv, send, socket } from './socket.ts';
import { inetAddressBytes } from './socket-address.ts';

const NETLINK_ROUTE = 0;
const NLM_F_REQUEST = 1;
const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
/** The route as it stands in the table. Kernels before 4.20 (IPv6: 5.4) do not know it, and tell what they would use now. */
const RTM_F_FIB_MATCH = 0x2000;
/** Not of the table: made for one destination. */
const RTM_F_CLONED = 0x200;

const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_METRICS = 8;
const RTA_CACHEINFO = 12;
const RTAX_MTU = 2;
/** NLA_F_NESTED and NLA_F_NET_BYTEORDER are flags in an attribute's type. */
const ATTRIBUTE_TYPE = 0x3fff;

// nlmsghdr: 0 length, 4 type (2), 6 flags (2), 8 sequence, 12 port ID.
// rtmsg, behind it: 16 family (1), 17 bits of the destination (1), 18 six others, 24 flags (4). Then attributes: 0 length (2),
// 2 type (2), 4 value, padded to 4 bytes; that of RTA_METRICS is attributes again.
const RTM_FLAGS = 24;
const ATTRIBUTES = 28;
/** In rta_cacheinfo: when it is forgotten, 0 for never. */
const EXPIRES = 8;
const ANSWER_BYTES = 8192;

/** null: it sets no limit, or that can't be told. `interfaceIndex` null: whichever the routing chooses. @throws SystemError */
export function routeMtuTo(address: string, interfaceIndex: number | null): number | null {
  const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  try {
    const request = encodeRouteRequest(address, interfaceIndex);
    send(fd, request, request.length, 0);
    const answer = new Uint8Array(ANSWER_BYTES);
    // The kernel has answered before send() returns.
    const length = recv(fd, answer, answer.length, MSG_DONTWAIT);
    return decodeRouteMtu(answer.subarray(0, length));
  } finally {
    close(fd);
  }
}

export function encodeRouteRequest(address: string, interfaceIndex: number | null): Uint8Array {
  const destination = inetAddressBytes(address);
  const length = ATTRIBUTES + 4 + destination.length + (interfaceIndex === null ? 0 : 8);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, LITTLE_ENDIAN);
  view.setUint16(4, RTM_GETROUTE, LITTLE_ENDIAN);
  view.setUint16(6, NLM_F_REQUEST, LITTLE_ENDIAN);
  bytes[16] = destination.length === 4 ? AF_INET : AF_INET6;
  bytes[17] = 8 * destination.length;
  view.setUint32(RTM_FLAGS, RTM_F_FIB_MATCH, LITTLE_ENDIAN);
  view.setUint16(ATTRIBUTES, 4 + destination.length, LITTLE_ENDIAN);
  view.setUint16(ATTRIBUTES + 2, RTA_DST, LITTLE_ENDIAN);
  bytes.set(destination, ATTRIBUTES + 4);
  if (interfaceIndex !== null) {
    view.setUint16(length - 8, 8, LITTLE_ENDIAN);
    view.setUint16(length - 6, RTA_OIF, LITTLE_ENDIAN);
    view.setUint32(length - 4, interfaceIndex, LITTLE_ENDIAN);
  }
  return bytes;
}

/** null for anything but a route with a limit of its own. */
export function decodeRouteMtu(bytes: Uint8Array): number | null {
  if (bytes.length < ATTRIBUTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.getUint16(4, LITTLE_ENDIAN) !== RTM_NEWROUTE) return null;
  const attributes = attributesOf(bytes.subarray(ATTRIBUTES));
  const isCloned = (view.getUint32(RTM_FLAGS, LITTLE_ENDIAN) & RTM_F_CLONED) !== 0;
  // Learnt, and forgotten again. Of a route in the table it is the router's announcement that expires.
  if (isCloned && (uint32(attributes.get(RTA_CACHEINFO), EXPIRES) ?? 0) !== 0) return null;
  const metrics = attributes.get(RTA_METRICS);
  const mtu = metrics === undefined ? null : uint32(attributesOf(metrics).get(RTAX_MTU), 0);
  return mtu === 0 ? null : mtu;
}

function attributesOf(bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const found = new Map<number, Uint8Array>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = view.getUint16(at, LITTLE_ENDIAN);
    if (length < 4 || at + length > bytes.length) break;
    found.set(view.getUint16(at + 2, LITTLE_ENDIAN) & ATTRIBUTE_TYPE, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

function uint32(bytes: Uint8Array | undefined, at: number): number | null {
  if (bytes === undefined || bytes.length < at + 4) return null;
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(at, LITTLE_ENDIAN);
}
