// A raw socket for TCP segments (raw(7)): of one peer, and for ports of this machine that are held for it. It is opened deaf
// while there is root; whom to hear is said later, which needs no right.

import {
  AF_INET,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_CHECKSUM,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_STREAM,
} from './constants.ts';
import { SystemError } from './library.ts';
import { attachFilter, keepWhere, ldh, ldhIndexed, ldxIpv4HeaderLength, ret } from './packet-filter.ts';
import { bind, bindToDevice, close, connect, type Fd, localPort, recv, send, setOption, socket } from './socket.ts';
import { addressFamily, inetSocketAddress } from './socket-address.ts';

/** The longest IPv4 header and the longest TCP header: what is longer is cut. */
const HEADERS = 60 + 60;
/** Read at a time: who sends faster must not keep us from everything else. */
const MOST_SEGMENTS = 256;
/** Where in a TCP header the checksum is. */
const CHECKSUM_OFFSET = 16;

export class RawTcpSocket {
  readonly fd: Fd;
  readonly #family: number;
  #heldPort: Fd | null = null;

  /** @throws SystemError EPERM without CAP_NET_RAW, ENODEV for an unknown interface. */
  constructor(family: number, interfaceName: string | null) {
    this.#family = family;
    this.fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    try {
      attachFilter(this.fd, [ret(0)]);
      if (interfaceName !== null) bindToDevice(this.fd, interfaceName);
      if (family !== AF_INET) setOption(this.fd, IPPROTO_IPV6, IPV6_CHECKSUM, CHECKSUM_OFFSET);
    } catch (error) {
      close(this.fd);
      throw error;
    }
  }

  /**
   * From now on it speaks to that address and port alone. Resolves the port of ours that it speaks from: a TCP socket that
   * is bound and never listens holds it, so that the kernel answers what arrives there with a reset.
   * @throws SystemError without a route.
   */
  connectTo(address: string, port: number, sourceAddress: string): number {
    this.#heldPort = socket(addressFamily(address), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    const own = inetSocketAddress(sourceAddress, 0);
    bind(this.#heldPort, own, own.length);
    const sourcePort = localPort(this.#heldPort);
    // Raw sockets of IPv4 are given the IP header too.
    const isIpv4 = this.#family === AF_INET;
    const ports = isIpv4
      ? [[ldxIpv4HeaderLength(0), ldhIndexed(0)] as const, [ldxIpv4HeaderLength(0), ldhIndexed(2)] as const]
      : [[ldh(0)] as const, [ldh(2)] as const];
    const [from, to] = ports as [(typeof ports)[number], (typeof ports)[number]];
    attachFilter(
      this.fd,
      keepWhere([
        [
          [from, port],
          [to, sourcePort],
        ],
      ]),
    );
    const name = inetSocketAddress(address, 0);
    connect(this.fd, name, name.length);
    return sourcePort;
  }

  /** @throws SystemError with the kernel's reason. */
  send(segment: Uint8Array): void {
    send(this.fd, segment, segment.length, MSG_DONTWAIT);
  }

  /** Hands the segments that wait to `onSegment`, each from its TCP header on. */
  receive(onSegment: (segment: Uint8Array) => void): void {
    for (let count = 0; count < MOST_SEGMENTS; count++) {
      const bytes = new Uint8Array(HEADERS);
      let length: number;
      try {
        length = recv(this.fd, bytes, bytes.length, MSG_DONTWAIT);
      } catch (error) {
        // EAGAIN: no more. What an ICMP error left behind is cleared by reading it.
        if (error instanceof SystemError) return;
        throw error;
      }
      onSegment(bytes.subarray(this.#family === AF_INET ? ((bytes[0] as number) & 0x0f) * 4 : 0, length));
    }
  }

  setOption(level: number, option: number, value: number): void {
    setOption(this.fd, level, option, value);
  }

  close(): void {
    if (this.#heldPort !== null) close(this.#heldPort);
    close(this.fd);
  }
}
