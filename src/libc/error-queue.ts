// The ICMP errors that the kernel keeps for a socket, with who sent them: MSG_ERRQUEUE and struct sock_extended_err (ip(7)).
//
//   struct msghdr (56 bytes on a 64-bit kernel)
//    0  msg_name pointer      8  msg_namelen uint32, 4 bytes of padding
//   16  msg_iov pointer      24  msg_iovlen size_t
//   32  msg_control pointer  40  msg_controllen size_t      48  msg_flags int
//   struct cmsghdr: 0 cmsg_len size_t, 8 cmsg_level int, 12 cmsg_type int; here followed by struct sock_extended_err:
//   16 ee_errno  20 ee_origin  21 ee_type  22 ee_code  24 ee_info  28 ee_data, and at 32 SO_EE_OFFENDER, a sockaddr

import {
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_RECVERR,
  MSG_DONTWAIT,
  MSG_ERRQUEUE,
  SO_EE_ORIGIN_ICMP,
  SO_EE_ORIGIN_ICMP6,
} from './constants.ts';
import { addressOf, bindSyscall, SystemError } from './library.ts';
import { type Fd, LITTLE_ENDIAN } from './socket.ts';
import { inetAddressText } from './socket-address.ts';

const recvmsg = bindSyscall<[fd: Fd, header: Uint8Array, flags: number]>('intptr_t recvmsg(int, void *, int)');

const MSGHDR = 56;
const MSG_CONTROL = 32;
const MSG_CONTROLLEN = 40;
/** Room for one cmsghdr, a sock_extended_err and a sockaddr_in6, and for what a kernel may add. */
const CONTROL = 256;
const EE_ORIGIN = 20;
const EE_TYPE = 21;
const EE_CODE = 22;
const OFFENDER = 32;

/** "Time exceeded" in ICMP (RFC 792) and in ICMPv6 (RFC 4443). */
const ICMP_TIME_EXCEEDED = 11;
const ICMP6_TIME_EXCEEDED = 3;

/** An ICMP error that ended a connect. */
export interface QueuedError {
  readonly from: string;
  readonly type: number;
  readonly code: number;
  /** A hop limit ran out. */
  readonly isTimeExceeded: boolean;
}

/**
 * Takes the oldest error off the queue, if it came as ICMP; null when it did not, or there is none. TCP queues errors while it
 * connects, on old kernels none at all. Of an established connection there are none to have: Linux drops an ICMP error
 * about a keepalive probe as a stray one, because the probe's sequence number was acknowledged long ago (tcp_v4_err(); seen
 * on 6.18).
 */
export function takeQueuedError(fd: Fd): QueuedError | null {
  const control = new Uint8Array(CONTROL);
  const header = new Uint8Array(MSGHDR);
  const view = new DataView(header.buffer);
  view.setBigUint64(MSG_CONTROL, addressOf(control), LITTLE_ENDIAN);
  view.setBigUint64(MSG_CONTROLLEN, BigInt(CONTROL), LITTLE_ENDIAN);
  try {
    recvmsg(fd, header, MSG_ERRQUEUE | MSG_DONTWAIT);
  } catch (error) {
    if (error instanceof SystemError) return null;
    throw error;
  }
  return queuedError(control.subarray(0, Number(view.getBigUint64(MSG_CONTROLLEN, LITTLE_ENDIAN))));
}

/** Of one control message. */
function queuedError(control: Uint8Array): QueuedError | null {
  if (control.length < OFFENDER) return null;
  const view = new DataView(control.buffer, control.byteOffset, control.length);
  const [level, kind] = [view.getInt32(8, LITTLE_ENDIAN), view.getInt32(12, LITTLE_ENDIAN)];
  const isError = (level === IPPROTO_IP && kind === IP_RECVERR) || (level === IPPROTO_IPV6 && kind === IPV6_RECVERR);
  const [origin, type, code] = [control[EE_ORIGIN], control[EE_TYPE] as number, control[EE_CODE] as number];
  const isIcmp4 = origin === SO_EE_ORIGIN_ICMP;
  const from =
    isError && (isIcmp4 || origin === SO_EE_ORIGIN_ICMP6) ? inetAddressText(control.subarray(OFFENDER)) : null;
  if (from === null) return null;
  return { from, type, code, isTimeExceeded: type === (isIcmp4 ? ICMP_TIME_EXCEEDED : ICMP6_TIME_EXCEEDED) };
}

/** Room for the part of our packet that an ICMP error quotes. */
const QUOTED = 192;

/** An ICMP error about a packet that a socket sent. */
export interface IcmpError {
  readonly type: number;
  readonly code: number;
  /** Who sent it, null when the kernel does not say. */
  readonly from: string | null;
  /** Address that the packet was for, 4 or 16 bytes. */
  readonly to: Uint8Array;
  /** What it quotes of the packet, without the IP header. */
  readonly quoted: Uint8Array;
}

/** Takes the oldest ICMP error off the queue, in full; null when there is none. Errors of this machine's own are left out. */
export function takeIcmpError(fd: Fd): IcmpError | null {
  const control = new Uint8Array(CONTROL);
  const name = new Uint8Array(28);
  const quoted = new Uint8Array(QUOTED);
  const iovec = new DataView(new ArrayBuffer(16));
  iovec.setBigUint64(0, addressOf(quoted), LITTLE_ENDIAN);
  iovec.setBigUint64(8, BigInt(QUOTED), LITTLE_ENDIAN);
  const header = new Uint8Array(MSGHDR);
  const view = new DataView(header.buffer);
  for (let attempt = 0; attempt < 64; attempt++) {
    view.setBigUint64(0, addressOf(name), LITTLE_ENDIAN);
    view.setUint32(8, name.length, LITTLE_ENDIAN);
    view.setBigUint64(16, addressOf(iovec), LITTLE_ENDIAN);
    view.setBigUint64(24, 1n, LITTLE_ENDIAN);
    view.setBigUint64(MSG_CONTROL, addressOf(control), LITTLE_ENDIAN);
    view.setBigUint64(MSG_CONTROLLEN, BigInt(CONTROL), LITTLE_ENDIAN);
    let length: number;
    try {
      length = recvmsg(fd, header, MSG_ERRQUEUE | MSG_DONTWAIT);
    } catch (error) {
      if (error instanceof SystemError) return null;
      throw error;
    }
    const told = extendedError(control.subarray(0, Number(view.getBigUint64(MSG_CONTROLLEN, LITTLE_ENDIAN))));
    if (told === null) continue;
    const isV4 = told.origin === SO_EE_ORIGIN_ICMP;
    return {
      type: told.type,
      code: told.code,
      from: told.from,
      to: isV4 ? name.subarray(4, 8) : name.subarray(8, 24),
      quoted: quoted.subarray(0, length),
    };
  }
  return null;
}

/** The control message that tells of an ICMP error, among those that the socket asked for. */
function extendedError(
  control: Uint8Array,
): { origin: number; type: number; code: number; from: string | null } | null {
  const view = new DataView(control.buffer, control.byteOffset, control.length);
  for (let at = 0; at + OFFENDER <= control.length; ) {
    const length = Number(view.getBigUint64(at, LITTLE_ENDIAN));
    if (length < 16) return null;
    const [level, kind] = [view.getInt32(at + 8, LITTLE_ENDIAN), view.getInt32(at + 12, LITTLE_ENDIAN)];
    const isError = (level === IPPROTO_IP && kind === IP_RECVERR) || (level === IPPROTO_IPV6 && kind === IPV6_RECVERR);
    const origin = control[at + EE_ORIGIN] as number;
    if (isError && (origin === SO_EE_ORIGIN_ICMP || origin === SO_EE_ORIGIN_ICMP6)) {
      const [type, code] = [control[at + EE_TYPE] as number, control[at + EE_TYPE + 1] as number];
      return { origin, type, code, from: inetAddressText(control.subarray(at + OFFENDER, at + length)) };
    }
    at += Math.ceil(length / 8) * 8;
  }
  return null;
}
