// AF_PACKET sockets (packet(7)): the link-layer frames on one interface that a filter lets through, moved in batches
// by sendmmsg(2) and recvmmsg(2), so that a sweep of 65,536 addresses costs hundreds of system calls, not 100,000.

import { recvmmsg, sendmmsg, sendmmsgAside } from './batched-calls.ts';
import {
  AF_PACKET,
  ETH_P_ALL,
  MSG_DONTWAIT,
  PACKET_AUXDATA,
  PACKET_IGNORE_OUTGOING,
  PACKET_OUTGOING,
  PACKET_STATISTICS,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_PACKET,
} from './constants.ts';
import { SystemError } from './library.ts';
import { MessageBatch } from './message-batch.ts';
import { attachFilter, type FilterInstruction } from './packet-filter.ts';
import {
  bind,
  close,
  type Fd,
  getOption,
  LITTLE_ENDIAN,
  setBuffers,
  setOption,
  socket,
  takeSocketError,
} from './socket.ts';
import { linkSocketAddress } from './socket-address.ts';

/** Frames per system call. */
const BATCH = 512;
/** Frames that `sendAside` takes at most. */
export const MOST_ASIDE = BATCH;
/** Longest frame kept; ARP needs 60 bytes, an answer to a SYN less than 120. What is longer is cut, never joined to the next. */
const SNAPLEN = 256;
/** Room for a burst while JavaScript is busy: 65,536 small frames need about 50 MB of kernel memory. */
const RECEIVE_BUFFER_BYTES = 64 * 1024 * 1024;
const SEND_BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Read at a time, in batches: who sends faster than we read must not keep us from everything else, and what is sent aside
 * must not run out meanwhile.
 */
const MOST_BATCHES = 4;
/** More than the receive buffer holds (100,000 small frames, measured on 6.18). */
const CALLS_FOR_ALL = 64;

/** The kernel's queue is full for the moment, and a later attempt goes through. */
const WOULD_BLOCK = new Set(['EAGAIN', 'ENOBUFS', 'EINTR']);

export class PacketSocket {
  readonly fd: Fd;
  #outgoing = new MessageBatch('send', BATCH, SNAPLEN);
  #incoming = new MessageBatch('receive', BATCH, SNAPLEN);
  /** Batches for sending aside that no call is using. */
  #idle: MessageBatch[] = [];
  #drops = 0;

  /** @throws SystemError EPERM without CAP_NET_RAW, ENODEV for an unknown interface, ENETDOWN when it is down. */
  constructor(interfaceIndex: number, filter: readonly FilterInstruction[]) {
    // Protocol 0 receives nothing until bind names one: no frame slips in before the filter is there.
    this.fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    try {
      setBuffers(this.fd, RECEIVE_BUFFER_BYTES, SEND_BUFFER_BYTES);
      ignoreOutgoing(this.fd);
      setOption(this.fd, SOL_PACKET, PACKET_AUXDATA, 1);
      attachFilter(this.fd, filter);
      const address = linkSocketAddress(interfaceIndex, ETH_P_ALL);
      bind(this.fd, address, address.length);
    } catch (error) {
      close(this.fd);
      throw error;
    }
  }

  /** Sends in order; returns how many frames the kernel took. Fewer than given means: try the rest later. */
  send(frames: readonly Uint8Array[]): number {
    let sent = 0;
    while (sent < frames.length) {
      const count = this.#outgoing.fill(frames, sent);
      const taken = unlessBlocked(() => sendmmsg(this.fd, this.#outgoing.headers, count, MSG_DONTWAIT));
      sent += taken;
      if (taken < count) break;
    }
    return sent;
  }

  /**
   * Sends up to a batch on another thread: the kernel carries each frame of a virtual link all the way to its receiver
   * within the call, and meanwhile this thread can read what comes back. Resolves like `send`. The socket must not be
   * closed before.
   */
  async sendAside(frames: readonly Uint8Array[]): Promise<number> {
    const batch = this.#idle.pop() ?? new MessageBatch('send', BATCH, SNAPLEN);
    try {
      const count = batch.fill(frames, 0);
      const taken = await sendmmsgAside(this.fd, batch.headers, count, MSG_DONTWAIT);
      // Why it was refused is only known here, where it is tried again.
      return taken >= 0 ? taken : unlessBlocked(() => sendmmsg(this.fd, batch.headers, count, MSG_DONTWAIT));
    } finally {
      this.#idle.push(batch);
    }
  }

  /**
   * Hands the frames that wait to `onFrame` (valid during the call only), without their VLAN tags, whose id comes beside
   * them. Our own outgoing frames are left out. In a flood some are left for the next call: the socket stays readable.
   * An interface that went down (ENETDOWN) is thrown before the frames that came until then, which the next call hands over.
   * Returns whether some may have been left.
   */
  receive(onFrame: (frame: Uint8Array, vlanId: number | null) => void): boolean {
    for (let batch = 0; batch < MOST_BATCHES; batch++) {
      const count = unlessBlocked(() => recvmmsg(this.fd, this.#incoming.headers, BATCH, MSG_DONTWAIT, null));
      for (let index = 0; index < count; index++) {
        if (this.#incoming.packetType(index) === PACKET_OUTGOING) continue;
        onFrame(this.#incoming.payload(index), this.#incoming.vlanId(index));
      }
      this.#incoming.reset(count);
      if (count < BATCH) return false;
    }
    return true;
  }

  /** Hands over everything that waits now, errors among it. What goes on coming meanwhile is not waited for. */
  receiveAll(onFrame: (frame: Uint8Array, vlanId: number | null) => void, onError: (error: SystemError) => void): void {
    for (let call = 0; call < CALLS_FOR_ALL; call++) {
      try {
        if (!this.receive(onFrame)) return;
      } catch (error) {
        if (!(error instanceof SystemError)) throw error;
        onError(error);
      }
    }
  }

  /** Frames that the kernel had to throw away since the socket was opened, because we did not read in time. */
  drops(): number {
    // The kernel's counter restarts at every reading (packet(7)), so the sum is kept here.
    this.#drops += getOption(this.fd, SOL_PACKET, PACKET_STATISTICS, 8).getUint32(4, LITTLE_ENDIAN);
    return this.#drops;
  }

  /** The pending error of the interface (`ENETDOWN` when it went down), which reading clears. */
  takeError(): string | null {
    return takeSocketError(this.fd);
  }

  close(): void {
    close(this.fd);
  }
}

function ignoreOutgoing(fd: Fd): void {
  try {
    setOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
  } catch (error) {
    // Before Linux 4.20 there is no such option; receive() leaves those frames out by their packet type.
    if (!(error instanceof SystemError && error.code === 'ENOPROTOOPT')) throw error;
  }
}

function unlessBlocked(call: () => number): number {
  try {
    return call();
  } catch (error) {
    if (error instanceof SystemError && WOULD_BLOCK.has(error.code)) return 0;
    throw error;
  }
}
