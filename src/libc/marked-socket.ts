// TCP sockets whose packets carry a mark that firewall rules can match (SO_MARK, socket(7)): made by root, used after.

import {
  IP_BIND_ADDRESS_NO_PORT,
  IPPROTO_IP,
  IPPROTO_TCP,
  SO_LINGER,
  SO_MARK,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants.ts';
import { SystemError } from './library.ts';
import { bind, bindToDevice, close, connect, type Fd, setOption, socket, takeSocketError } from './socket.ts';
import { addressFamily, inetSocketAddress } from './socket-address.ts';

export class MarkedSocket {
  readonly fd: Fd;
  readonly mark: number;

  /** @throws SystemError EPERM without CAP_NET_ADMIN. */
  constructor(mark: number, localAddress: string, interfaceName: string) {
    this.mark = mark;
    this.fd = socket(addressFamily(localAddress), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    try {
      setOption(this.fd, SOL_SOCKET, SO_MARK, mark);
      bindToDevice(this.fd, interfaceName);
      // However this process ends, the connection ends with a RST that still carries the mark: a FIN would leave the
      // kernel to talk on when the rule for it is gone.
      setOption(this.fd, SOL_SOCKET, SO_LINGER, new Uint8Array(Int32Array.of(1, 0).buffer));
      // A socket that is never used takes no port.
      setOption(this.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1);
      const name = inetSocketAddress(localAddress, 0);
      bind(this.fd, name, name.length);
    } catch (error) {
      close(this.fd);
      throw error;
    }
  }

  /**
   * Starts to connect; once the descriptor is writable, `takeError()` tells how it went.
   * @throws SystemError when it fails at once (`ENETUNREACH`, …).
   */
  connect(address: string, port: number): void {
    const name = inetSocketAddress(address, port);
    try {
      connect(this.fd, name, name.length);
    } catch (error) {
      if (!(error instanceof SystemError && error.code === 'EINPROGRESS')) throw error;
    }
  }

  takeError(): string | null {
    return takeSocketError(this.fd);
  }

  close(): void {
    close(this.fd);
  }
}
