// The Link on a real interface: an AF_PACKET socket (packet(7)). Needs CAP_NET_RAW when it is opened, not after.

import { SystemError } from '../libc/library.ts';
import { PacketSocket } from '../libc/packet-socket.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import type { Link } from './link.ts';
import { ETHERTYPE_ARP } from './packet.ts';

/** @throws SystemError with code EPERM, ENODEV or ENETDOWN when the interface can't be used. */
export function openAfPacketLink(interfaceIndex: number): Link {
  const socket = new PacketSocket(interfaceIndex, ETHERTYPE_ARP);
  let readiness: Readiness | undefined;
  let closed = false;
  return {
    send: (frames) => socket.send(frames),
    listen(onFrame, onError) {
      readiness = whenReady(socket.fd, 'readable', () => {
        try {
          socket.receive(onFrame);
        } catch (error) {
          if (!(error instanceof SystemError)) throw error;
          onError(error);
        }
      });
    },
    drops: () => socket.drops(),
    close() {
      if (closed) return;
      closed = true;
      readiness?.close();
      socket.close();
    },
  };
}
