// TCP connections on the kernel's own stack, with the options that Node keeps to itself: keepalive timing, TCP_INFO and
// hop limits (tcp(7), ip(7), ipv6(7)).

import {
  AF_INET,
  IP_MINTTL,
  IP_RECVERR,
  IP_TTL,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPPROTO_TCP,
  IPV6_MINHOPCOUNT,
  IPV6_RECVERR,
  IPV6_UNICAST_HOPS,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  SO_KEEPALIVE,
  SO_LINGER,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
  TCP_USER_TIMEOUT,
} from './constants.ts';
import { type QueuedError, takeQueuedError } from './error-queue.ts';
import { SystemError } from './library.ts';
import {
  bind,
  bindToDevice,
  close,
  connect,
  type Fd,
  localPort,
  recv,
  send,
  setOption,
  socket,
  takeSocketError,
} from './socket.ts';
import { addressFamily, inetSocketAddress } from './socket-address.ts';
import { type TcpInfo, tcpInfo } from './tcp-info.ts';

/** TCP_KEEPCNT's upper limit in the kernel (MAX_TCP_KEEPCNT). */
export const MAX_KEEPALIVE_PROBES = 127;

/** What a read found: bytes, the peer's FIN, nothing yet, or the error that ended the connection. */
export type ReadResult =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'error'; readonly code: string };

const READ_BYTES = 4096;
/** 24 days, the most that the option takes. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;
/** As a hop limit: the system's own. */
const DEFAULT_HOPS = -1;

export class TcpSocket {
  readonly fd: Fd;
  readonly #version: 4 | 6;

  /**
   * Starts a non-blocking connect; once the descriptor is writable, `takeError()` tells how it went. With `hopLimit` the
   * connect ends at that hop with EHOSTUNREACH, unless the peer is as near; then the limit stays.
   * `sourceAddress` is one of this machine's. What arrives with a hop limit below `minHopLimit` is not heard (RFC 5082).
   * @throws SystemError when it fails at once (`ENETUNREACH`, `EMFILE`, `ENODEV`, `EADDRNOTAVAIL`, …).
   */
  constructor(
    address: string,
    port: number,
    interfaceName: string | null,
    hopLimit: number | null = null,
    sourceAddress: string | null = null,
    minHopLimit: number | null = null,
  ) {
    this.#version = addressFamily(address) === AF_INET ? 4 : 6;
    this.fd = socket(addressFamily(address), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    try {
      if (interfaceName !== null) bindToDevice(this.fd, interfaceName);
      if (hopLimit !== null) {
        this.setHopLimit(hopLimit);
        this.#keepErrors(true);
      }
      if (minHopLimit !== null) this.#setMinHopLimit(minHopLimit);
      if (sourceAddress !== null) {
        const own = inetSocketAddress(sourceAddress, 0);
        bind(this.fd, own, own.length);
      }
      const name = inetSocketAddress(address, port);
      connect(this.fd, name, name.length);
    } catch (error) {
      if (error instanceof SystemError && error.code === 'EINPROGRESS') return;
      close(this.fd);
      throw error;
    }
  }

  takeError(): string | null {
    return takeSocketError(this.fd);
  }

  /** Our own port. */
  localPort(): number {
    return localPort(this.fd);
  }

  info(): TcpInfo {
    return tcpInfo(this.fd);
  }

  read(): ReadResult {
    const bytes = new Uint8Array(READ_BYTES);
    try {
      const length = recv(this.fd, bytes, bytes.length, MSG_DONTWAIT);
      return length === 0 ? { kind: 'end' } : { kind: 'data', bytes: bytes.subarray(0, length) };
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.code === 'EAGAIN' ? { kind: 'nothing' } : { kind: 'error', code: error.code };
    }
  }

  /** Packets of this connection die at that hop (IP time to live); null is the system's default again. */
  setHopLimit(hops: number | null): void {
    const [level, option] = this.#version === 4 ? [IPPROTO_IP, IP_TTL] : [IPPROTO_IPV6, IPV6_UNICAST_HOPS];
    setOption(this.fd, level, option, hops ?? DEFAULT_HOPS);
  }

  #setMinHopLimit(hops: number): void {
    const [level, option] = this.#version === 4 ? [IPPROTO_IP, IP_MINTTL] : [IPPROTO_IPV6, IPV6_MINHOPCOUNT];
    setOption(this.fd, level, option, hops);
  }

  /** The ICMP error that ended a connect with a hop limit; null when none did. Ends the keeping of errors. */
  takeReportedError(): QueuedError | null {
    const error = takeQueuedError(this.fd);
    this.#keepErrors(false);
    return error;
  }

  /** ICMP errors are queued with their sender. Only while connecting: later each would surface from a read. */
  #keepErrors(on: boolean): void {
    const [level, option] = this.#version === 4 ? [IPPROTO_IP, IP_RECVERR] : [IPPROTO_IPV6, IPV6_RECVERR];
    setOption(this.fd, level, option, on ? 1 : 0);
  }

  /**
   * How many of the bytes it took: all, when they are few and the connection was idle.
   * @throws SystemError when it has no room (`EAGAIN`), or has ended (`EPIPE`, `ECONNRESET`, …).
   */
  write(bytes: Uint8Array): number {
    return send(this.fd, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
  }

  /**
   * Makes the kernel send a keepalive probe now (if the connection was idle for `everySeconds` or more) and then one
   * every so many seconds, until `probes` in a row stay unanswered: the connection then ends with ETIMEDOUT. The most
   * that the kernel counts means never: with TCP_USER_TIMEOUT set (tcp(7)), it goes by that time and not by the number.
   * TCP_KEEPIDLE comes last because setting it is what (re)starts the timer, with the other values already in force.
   */
  startKeepalive(probes: number, everySeconds: number): void {
    setOption(this.fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(this.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, probes < MAX_KEEPALIVE_PROBES ? 0 : LONGEST_TIMEOUT_MS);
    setOption(this.fd, IPPROTO_TCP, TCP_KEEPCNT, Math.min(probes, MAX_KEEPALIVE_PROBES));
    setOption(this.fd, IPPROTO_TCP, TCP_KEEPINTVL, everySeconds);
    setOption(this.fd, IPPROTO_TCP, TCP_KEEPIDLE, everySeconds);
  }

  stopKeepalive(): void {
    setOption(this.fd, SOL_SOCKET, SO_KEEPALIVE, 0);
  }

  /** Closes with FIN; `abort` closes with RST, which leaves no half-closed connection to be retransmitted for. */
  close(how: 'finish' | 'abort'): void {
    if (how === 'abort') setOption(this.fd, SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer));
    close(this.fd);
  }
}
