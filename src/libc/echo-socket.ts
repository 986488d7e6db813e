// ICMP sockets for echo (icmp(7), raw(7)), moved in batches: raw ones for who may open them, else "ping sockets", which the
// kernel gives to the groups of net.ipv4.ping_group_range. The kernel says when each message came, and with what hop limit.

import { recvmmsg, sendmmsg, sendmmsgAside } from './batched-calls.ts';
import {
  AF_INET,
  AF_INET6,
  IP_RECVERR,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_HOPLIMIT,
  IPV6_RECVERR,
  IPV6_RECVHOPLIMIT,
  IPV6_TCLASS,
  MSG_DONTWAIT,
  SK_MEMINFO_DROPS,
  SO_MEMINFO,
  SO_TIMESTAMPNS,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_SOCKET,
} from './constants.ts';
import { type IcmpError, takeIcmpError } from './error-queue.ts';
import { SystemError } from './library.ts';
import { MessageBatch } from './message-batch.ts';
import { attachFilter, type FilterInstruction } from './packet-filter.ts';
import { timespecMs } from './real-time.ts';
import {
  bind,
  bindToDevice,
  close,
  type Fd,
  getOption,
  LITTLE_ENDIAN,
  localPort,
  setBuffers,
  setOption,
  socket,
} from './socket.ts';
import { inetSocketAddress } from './socket-address.ts';

/** Messages per system call. */
export const ECHO_BATCH = 256;
/** Read at a time, in batches: who sends faster than we read must not keep us from everything else. */
const MOST_BATCHES = 4;
/** What is kept of a message: headers, and the beginning of its data. What is longer is cut. */
const SNAPLEN = 192;
/** Largest socket address, of IPv6; time stamp (32) and hop limit (24) as control messages, and some more. */
const ROOM = { name: 28, control: 96 } as const;
/** 65,536 small messages need about 50 MB of kernel memory; who may not force it gets what net.core.rmem_max allows. */
const RECEIVE_BUFFER_BYTES = 64 * 1024 * 1024;
const SEND_BUFFER_BYTES = 4 * 1024 * 1024;

export interface EchoSocketOptions {
  readonly version: 4 | 6;
  readonly type: 'raw' | 'ping';
  readonly interfaceName: string | null;
  /** Differentiated services code point (RFC 2474), 0 to 63. */
  readonly dscp: number;
  /** Runs on each message as the socket is given it: from the IP header on in a raw socket of IPv4. */
  readonly filter: readonly FilterInstruction[] | null;
}

/** A message for somebody; `to` is 4 or 16 bytes, or 20: in a sockaddr_in6 the scope follows the address. */
export interface OutgoingMessage {
  readonly to: Uint8Array;
  readonly bytes: Uint8Array;
}

export interface IncomingMessage {
  /** From the ICMP header on, its end cut when it is long; a view that is valid during the call only. */
  readonly bytes: Uint8Array;
  /** 4 or 16 bytes; valid during the call only. */
  readonly from: Uint8Array;
  readonly hopLimit: number | null;
  /** When the kernel received it, in ms since 1970 by the wall clock; null when it does not say. */
  readonly realTimeMs: number | null;
}

export class EchoSocket {
  readonly fd: Fd;
  readonly #options: EchoSocketOptions;
  readonly #scopeId: number;
  /** The address in each name of `#incoming`. */
  readonly #froms: Uint8Array[] = [];
  readonly #incoming = new MessageBatch('receive', ECHO_BATCH, SNAPLEN, ROOM);
  /** Batches for sending that no call is using, by the length of their messages. */
  readonly #idle = new Map<number, MessageBatch[]>();

  /**
   * `scopeId` is the index of the interface, which link-local addresses need.
   * @throws SystemError EPERM or EACCES when this user may not open it.
   */
  constructor(options: EchoSocketOptions, scopeId: number) {
    this.#options = options;
    this.#scopeId = scopeId;
    const { version, type, interfaceName, filter } = options;
    const [family, protocol] = version === 4 ? [AF_INET, IPPROTO_ICMP] : [AF_INET6, IPPROTO_ICMPV6];
    const kind = type === 'raw' ? SOCK_RAW : SOCK_DGRAM;
    this.fd = socket(family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    try {
      if (filter !== null) attachFilter(this.fd, filter);
      if (interfaceName !== null) bindToDevice(this.fd, interfaceName);
      this.#setOptions();
      if (type === 'ping') {
        // The kernel chooses the identifier now, so that it can be asked for.
        const anywhere = inetSocketAddress(version === 4 ? '0.0.0.0' : '::', 0);
        bind(this.fd, anywhere, anywhere.length);
      }
    } catch (error) {
      close(this.fd);
      throw error;
    }
  }

  #setOptions(): void {
    const { version, dscp } = this.#options;
    setBuffers(this.fd, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES);
    setOption(this.fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
    const level = version === 4 ? IPPROTO_IP : IPPROTO_IPV6;
    setOption(this.fd, level, version === 4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, 1);
    // The code point is the upper six bits; the lower two are for congestion notification (RFC 3168).
    if (dscp > 0) setOption(this.fd, level, version === 4 ? IP_TOS : IPV6_TCLASS, dscp << 2);
    // A raw socket is given ICMP errors as messages; but without this none is told that our own queue dropped what it sent.
    setOption(this.fd, level, version === 4 ? IP_RECVERR : IPV6_RECVERR, 1);
  }

  /** The identifier that the kernel gives all requests of a ping socket. */
  identifier(): number {
    return localPort(this.fd);
  }

  /**
   * Sends in order, at most a batch, all of one length; `onHand` is called just before the kernel is. Returns how many it took.
   * @throws SystemError when it did not take the first: EAGAIN, ENOBUFS (queues or the neighbour table are full), ENETUNREACH, …
   */
  send(messages: readonly OutgoingMessage[], onHand: () => void): number {
    const batch = this.#fill(messages);
    onHand();
    try {
      return sendmmsg(this.fd, batch.headers, messages.length, MSG_DONTWAIT);
    } finally {
      this.#putBack(batch, messages);
    }
  }

  /** The same on another thread; -1 when the kernel did not take the first. The socket must not be closed before. */
  async sendAside(messages: readonly OutgoingMessage[], onHand: () => void): Promise<number> {
    const batch = this.#fill(messages);
    onHand();
    try {
      return await sendmmsgAside(this.fd, batch.headers, messages.length, MSG_DONTWAIT);
    } finally {
      this.#putBack(batch, messages);
    }
  }

  #fill(messages: readonly OutgoingMessage[]): MessageBatch {
    const length = messages[0]?.bytes.length ?? 0;
    const count = messages.length === 1 ? 1 : ECHO_BATCH;
    const batch = this.#idle.get(batchKey(count, length))?.pop() ?? this.#newBatch(count, length);
    const at = this.#options.version === 4 ? 4 : 8;
    for (const [index, { to, bytes }] of messages.entries()) {
      batch.put(index, bytes);
      batch.setAddress(index, at, to);
    }
    return batch;
  }

  #newBatch(count: number, length: number): MessageBatch {
    const batch = new MessageBatch('send', count, length, ROOM);
    batch.nameLike(inetSocketAddress(this.#options.version === 4 ? '0.0.0.0' : '::', 0, this.#scopeId));
    return batch;
  }

  #putBack(batch: MessageBatch, messages: readonly OutgoingMessage[]): void {
    const key = batchKey(messages.length === 1 ? 1 : ECHO_BATCH, messages[0]?.bytes.length ?? 0);
    const idle = this.#idle.get(key) ?? [];
    idle.push(batch);
    this.#idle.set(key, idle);
  }

  /** Hands over what waits. In a flood some is left for the next call: the socket stays readable. */
  receive(onMessage: (message: IncomingMessage) => void): void {
    for (let round = 0; round < MOST_BATCHES; round++) {
      const count = this.#receiveBatch();
      for (let index = 0; index < count; index++) {
        onMessage({
          bytes: this.#message(index),
          from: this.#from(index),
          ...readControl(this.#incoming.controls, ...this.#incoming.controlRange(index)),
        });
      }
      this.#incoming.reset(count);
      if (count < ECHO_BATCH) return;
    }
  }

  /** Only a raw socket of IPv4 gives the IP header too, whose length is in the low half of its first byte (RFC 791). */
  #message(index: number): Uint8Array {
    const { version, type } = this.#options;
    const whole = this.#incoming.payload(index);
    return type === 'raw' && version === 4 ? this.#incoming.payload(index, ((whole[0] ?? 0) & 0x0f) * 4) : whole;
  }

  #from(index: number): Uint8Array {
    const [start, end] = this.#options.version === 4 ? [4, 8] : [8, 24];
    this.#froms[index] ??= this.#incoming.name(index).subarray(start, end);
    return this.#froms[index];
  }

  #receiveBatch(): number {
    try {
      return recvmmsg(this.fd, this.#incoming.headers, ECHO_BATCH, MSG_DONTWAIT, null);
    } catch (error) {
      // EAGAIN: no more. Anything else is a pending ICMP error, which reading clears and the error queue tells in full.
      if (error instanceof SystemError) return 0;
      throw error;
    }
  }

  /** ICMP errors that wait in a ping socket; a raw one is given them as messages too, so that here they are only let go. */
  takeErrors(onError: (error: IcmpError) => void): void {
    const isTold = this.#options.type === 'ping';
    for (let count = 0; count < MOST_BATCHES * ECHO_BATCH; count++) {
      const error = takeIcmpError(this.fd);
      if (error === null) return;
      if (isTold) onError(error);
    }
  }

  /** Messages that the kernel had to throw away since the socket was opened, because we did not read in time. */
  drops(): number {
    const bytes = (SK_MEMINFO_DROPS + 1) * 4;
    try {
      const info = getOption(this.fd, SOL_SOCKET, SO_MEMINFO, bytes);
      return info.byteLength < bytes ? 0 : info.getUint32(SK_MEMINFO_DROPS * 4, LITTLE_ENDIAN);
    } catch (error) {
      // Before Linux 4.12 nobody says.
      if (error instanceof SystemError) return 0;
      throw error;
    }
  }

  close(): void {
    close(this.fd);
  }
}

function batchKey(count: number, length: number): number {
  return count * 0x1_0000 + length;
}

//   struct cmsghdr: 0 cmsg_len size_t, 8 cmsg_level int, 12 cmsg_type int, 16 data; the next begins at a multiple of eight.
const CMSG_DATA = 16;

function readControl(view: DataView, start: number, end: number): Pick<IncomingMessage, 'hopLimit' | 'realTimeMs'> {
  let [hopLimit, realTimeMs]: [number | null, number | null] = [null, null];
  for (let at = start; at + CMSG_DATA < end; ) {
    // No control message is so long that it would not fit into the lower half.
    const length = view.getUint32(at + (LITTLE_ENDIAN ? 0 : 4), LITTLE_ENDIAN);
    const level = view.getInt32(at + 8, LITTLE_ENDIAN);
    const type = view.getInt32(at + 12, LITTLE_ENDIAN);
    if (length <= CMSG_DATA || at + length > end) break;
    if (level === SOL_SOCKET && type === SO_TIMESTAMPNS) realTimeMs = timespecMs(view, at + CMSG_DATA);
    const isHopLimit = (level === IPPROTO_IP && type === IP_TTL) || (level === IPPROTO_IPV6 && type === IPV6_HOPLIMIT);
    if (isHopLimit) hopLimit = view.getInt32(at + CMSG_DATA, LITTLE_ENDIAN);
    at += Math.ceil(length / 8) * 8;
  }
  return { hopLimit, realTimeMs };
}
