// Which address of this machine its packets to another one carry, by the kernel's own routing: a UDP socket that is connected
// and sends nothing.

import { IPPROTO_UDP, SOCK_CLOEXEC, SOCK_DGRAM } from './constants.ts';
import { bindToDevice, close, connect, localName, socket } from './socket.ts';
import { addressFamily, inetAddressText, inetSocketAddress } from './socket-address.ts';

/** Any: no packet is sent. */
const PORT = 9;

/** `scopeId` is the interface's index, which link-local addresses need. @throws SystemError ENETUNREACH without a route. */
export function sourceAddressTo(address: string, interfaceName: string | null, scopeId = 0): string | null {
  const fd = socket(addressFamily(address), SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP);
  try {
    if (interfaceName !== null) bindToDevice(fd, interfaceName);
    const name = inetSocketAddress(address, PORT, scopeId);
    connect(fd, name, name.length);
    return inetAddressText(localName(fd));
  } finally {
    close(fd);
  }
}
