// TCP connections on the kernel's own stack, with the options that Node keeps to itself: keepalive timing and TCP_INFO.

import {
  IPPROTO_TCP,
  MSG_DONTWAIT,
  SO_KEEPALIVE,
  SO_LINGER,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
  TCP_KEEPCNT,
  TCP_KEEPIDLE,
  TCP_KEEPINTVL,
} from './constants.ts';
import { SystemError } from './library.ts';
import { bindToDevice, close, connect, type Fd, recv, setOption, socket, takeSocketError } from './socket.ts';
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

export class TcpSocket {
  readonly fd: Fd;

  /**
   * Starts a non-blocking connect; once the descriptor is writable, `takeError()` tells how it went.
   * @throws SystemError when it fails at once (`ENETUNREACH`, `EMFILE`, `ENODEV`, …).
   */
  constructor(address: string, port: number, interfaceName: string | null) {
    this.fd = socket(addressFamily(address), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    try {
      if (interfaceName !== null) bindToDevice(this.fd, interfaceName);
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

  /**
   * Makes the kernel send a keepalive probe now (if the connection was idle for a second or more) and then one a
   * second, until `probes` in a row stay unanswered: the connection then ends with ETIMEDOUT.
   * TCP_KEEPIDLE comes last because setting it is what (re)starts the timer, with the other values already in force.
   */
  startKeepalive(probes: number): void {
    setOption(this.fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    setOption(this.fd, IPPROTO_TCP, TCP_KEEPCNT, Math.min(probes, MAX_KEEPALIVE_PROBES));
    setOption(this.fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
    setOption(this.fd, IPPROTO_TCP, TCP_KEEPIDLE, 1);
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
