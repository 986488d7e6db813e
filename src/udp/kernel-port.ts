// The kernel's UDP behind the port.

import { isIPv4 } from 'node:net';
import { SystemError } from '../libc/library.ts';
import { UdpSocket } from '../libc/udp-socket.ts';
import type { OpenUdpPort } from './port.ts';

/** Says who we are to whoever looks at it; mosh-server drops what it can't decrypt without a word. */
const DATAGRAM = new TextEncoder().encode('netcheck');

export const openKernelUdpPort: OpenUdpPort = ({ address, port, interfaceName }) => {
  let socket: UdpSocket;
  try {
    socket = new UdpSocket(address, port, interfaceName);
  } catch (error) {
    if (error instanceof SystemError) return { ok: false, because: error.code };
    throw error;
  }
  return {
    ok: true,
    value: {
      send: () => socket.send(DATAGRAM),
      // The error first: while there is one, receiving fails with it.
      answer: () => {
        const error = socket.takeReportedError();
        if (error === null) return socket.receive() ? 'datagram' : null;
        const { type, code, from } = error;
        return { version: isIPv4(address) ? 4 : 6, type, code, from };
      },
      close: () => socket.close(),
    },
  };
};
