// A connected UDP socket (udp(7)): datagrams go to one port and are taken from it alone, and ICMP errors about them are kept
// with their sender.

import {
  AF_INET,
  IP_RECVERR,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_UDP,
  IPV6_RECVERR,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
} from './constants.ts';
import { type QueuedError, takeQueuedError } from './error-queue.ts';
import { SystemError } from './library.ts';
import { bindToDevice, close, connect, type Fd, recv, send, setOption, socket } from './socket.ts';
import { addressFamily, inetSocketAddress } from './socket-address.ts';

const DATAGRAM_BYTES = 2048;

export class UdpSocket {
  readonly #fd: Fd;

  /** @throws SystemError when there is no way to the address (`ENETUNREACH`, …). */
  constructor(address: string, port: number, interfaceName: string | null) {
    const family = addressFamily(address);
    this.#fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
    try {
      if (interfaceName !== null) bindToDevice(this.#fd, interfaceName);
      if (family === AF_INET) setOption(this.#fd, IPPROTO_IP, IP_RECVERR, 1);
      else setOption(this.#fd, IPPROTO_IPV6, IPV6_RECVERR, 1);
      const name = inetSocketAddress(address, port);
      connect(this.#fd, name, name.length);
    } catch (error) {
      close(this.#fd);
      throw error;
    }
  }

  /**
   * Why it was not sent, null when it was. What the kernel has to say of an earlier datagram fails the next call too: the
   * error queue tells that with its sender.
   */
  send(bytes: Uint8Array): string | null {
    try {
      send(this.#fd, bytes, bytes.length, MSG_DONTWAIT);
      return null;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.code;
    }
  }

  /** Whether a datagram had come. */
  receive(): boolean {
    const bytes = new Uint8Array(DATAGRAM_BYTES);
    try {
      recv(this.#fd, bytes, bytes.length, MSG_DONTWAIT);
      return true;
    } catch (error) {
      if (error instanceof SystemError) return false;
      throw error;
    }
  }

  /** The oldest ICMP error about a datagram of ours. */
  takeReportedError(): QueuedError | null {
    return takeQueuedError(this.#fd);
  }

  close(): void {
    close(this.#fd);
  }
}
