// An AF_PACKET socket (packet(7)) for IP packets without their link layer, whatever that is. It is opened deaf while there
// is root, and told what to hear later: attaching a filter and binding need no right.

import { AF_PACKET, ETH_P_IP, ETH_P_IPV6, MSG_DONTWAIT, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from './constants.ts';
import { SystemError } from './library.ts';
import { attachFilter, type FilterInstruction } from './packet-filter.ts';
import { bind, close, type Fd, recv, socket } from './socket.ts';
import { linkSocketAddress } from './socket-address.ts';

/** The longest IPv4 header and the longest TCP header: what is longer is cut. */
const HEADERS = 60 + 60;
/** Read at a time: who sends faster must not keep us from everything else. The socket stays readable. */
const MOST_PACKETS = 256;
const ANY_INTERFACE = 0;

export class CookedSocket {
  readonly fd: Fd;

  /** @throws SystemError EPERM without CAP_NET_RAW. */
  constructor() {
    // Protocol 0 receives nothing until bind names one.
    this.fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }

  /** From now on it hears the packets of that IP version that arrive, on any interface, and pass the filter. */
  listen(version: 4 | 6, filter: readonly FilterInstruction[]): void {
    attachFilter(this.fd, filter);
    const name = linkSocketAddress(ANY_INTERFACE, version === 4 ? ETH_P_IP : ETH_P_IPV6);
    bind(this.fd, name, name.length);
  }

  /** Hands the packets that wait to `onPacket`, each from its IP header on. */
  receive(onPacket: (packet: Uint8Array) => void): void {
    for (let count = 0; count < MOST_PACKETS; count++) {
      const bytes = new Uint8Array(HEADERS);
      let length: number;
      try {
        length = recv(this.fd, bytes, bytes.length, MSG_DONTWAIT);
      } catch (error) {
        // EAGAIN: no more. What an interface reports (ENETDOWN) is cleared by reading it.
        if (error instanceof SystemError) return;
        throw error;
      }
      onPacket(bytes.subarray(0, length));
    }
  }

  close(): void {
    close(this.fd);
  }
}
