// A TCP port of this machine on which the kernel keeps quiet: a listening socket whose filter drops every segment.

import { IPPROTO_TCP, SOCK_CLOEXEC, SOCK_STREAM } from './constants.ts';
import { attachFilter, ret } from './packet-filter.ts';
import { bind, bindToDevice, close, type Fd, listen, socket } from './socket.ts';
import { addressFamily, inetSocketAddress } from './socket-address.ts';

/**
 * Segments from and to the port are then the business of a packet socket alone: without it the kernel, knowing of no
 * connection, would answer a SYN-ACK with a RST, and resolve the peer's address to send it.
 */
export class DeafPort {
  readonly #fd: Fd;

  /** @throws SystemError EADDRINUSE when another program has the port, EADDRNOTAVAIL when the address is not ours. */
  constructor(address: string, port: number, interfaceName: string) {
    this.#fd = socket(addressFamily(address), SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    try {
      attachFilter(this.#fd, [ret(0)]);
      bindToDevice(this.#fd, interfaceName);
      const name = inetSocketAddress(address, port);
      bind(this.#fd, name, name.length);
      listen(this.#fd, 0);
    } catch (error) {
      close(this.#fd);
      throw error;
    }
  }

  close(): void {
    close(this.#fd);
  }
}
