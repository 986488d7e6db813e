// The Link on a real interface: an AF_PACKET socket (packet(7)). Needs CAP_NET_RAW when it is opened, not after.

import { SystemError } from '../libc/library.ts';
import { jeq, ldh, ret } from '../libc/packet-filter.ts';
import { MOST_ASIDE, PacketSocket } from '../libc/packet-socket.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import type { Link, OnFrame } from './link.ts';
import { ETHERTYPE_ARP } from './packet.ts';

/** Frames whose EtherType, at offset 12, is ARP's; cards and kernels take VLAN tags off before it is looked at. */
const ARP_ONLY = [ldh(12), jeq(ETHERTYPE_ARP, 0, 1), ret(0xffff), ret(0)];

/** Fewer frames are sent sooner than another thread is woken up. */
const WORTH_A_THREAD = 32;

/**
 * `inOrder`: no answer is handed over before the question it answers has been taken, as who records both needs it;
 * sending at full speed is slower then.
 *
 * @throws SystemError with code EPERM, ENODEV or ENETDOWN when the interface can't be used.
 */
export function openAfPacketLink(interfaceIndex: number, { inOrder = false } = {}): Link {
  const socket = new PacketSocket(interfaceIndex, ARP_ONLY);
  let readiness: Readiness | undefined;
  let hear: OnFrame = () => {};
  let fail: (error: Error) => void = () => {};
  let closed = false;
  const read = (): void => {
    try {
      socket.receive((frame, vlanId) => hear(frame, vlanId));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      fail(error);
    }
  };
  return {
    async send(frames) {
      // What is sent aside may be answered, and the answer read, before the sender is told.
      const isWorthAThread = !inOrder && frames.length >= WORTH_A_THREAD && frames.length <= MOST_ASIDE;
      return isWorthAThread ? socket.sendAside(frames) : socket.send(frames);
    },
    listen(onFrame, onError) {
      // What came until now is for who listened until now: a machine that is busy reads it late, but in time.
      if (readiness !== undefined) socket.receiveAll(hear, fail);
      hear = onFrame;
      fail = onError;
      readiness ??= whenReady(socket.fd, 'readable', read);
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
