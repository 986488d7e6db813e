// The link types of captured packets (tcpdump.org/linktypes.html) that can be told as Ethernet frames.

import { BROADCAST_MAC, MAC_LENGTH, writeMac, ZERO_MAC } from '../address/mac.ts';
import { viewOf } from './byte-stream.ts';

export const LINK_TYPE = { ethernet: 1, linuxSll: 113, linuxSll2: 276 } as const;

// What `tcpdump -i any` writes in the place of a link's own header, network byte order:
//
//   SLL     0 packet type (2)   2 ARPHRD (2)   4 address length (2)   6 address (8)   14 protocol (2)   16 payload
//   SLL2    0 protocol (2)   2 reserved (2)   4 interface (4)   8 ARPHRD (2)   10 packet type (1)
//          11 address length (1)   12 address (8)   20 payload
const SLL_LENGTH = 16;
const SLL2_LENGTH = 20;

/** The packet type of a frame that another machine sent to all. */
const BROADCAST = 1;

const ETHERNET_HEADER_LENGTH = 14;

/** The packet as an Ethernet frame; null when its link type is another, or it was cut within its header. */
export function ethernetFrame(linkType: number, bytes: Uint8Array): Uint8Array | null {
  switch (linkType) {
    case LINK_TYPE.ethernet:
      return bytes;
    case LINK_TYPE.linuxSll:
      return fromSll(bytes);
    case LINK_TYPE.linuxSll2:
      return fromSll2(bytes);
    default:
      return null;
  }
}

/** The number that the packet says its interface has, below 2 ** 32; 0 when its link type tells none. */
export function interfaceNumber(linkType: number, bytes: Uint8Array): number {
  return linkType === LINK_TYPE.linuxSll2 && bytes.length >= SLL2_LENGTH ? viewOf(bytes).getUint32(4) : 0;
}

function fromSll(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < SLL_LENGTH) return null;
  const view = viewOf(bytes);
  const sender = bytes.subarray(6, 6 + view.getUint16(4));
  return fromCooked(view.getUint16(0), sender, view.getUint16(14), bytes.subarray(SLL_LENGTH));
}

function fromSll2(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < SLL2_LENGTH) return null;
  const view = viewOf(bytes);
  const sender = bytes.subarray(12, 12 + view.getUint8(11));
  return fromCooked(view.getUint8(10), sender, view.getUint16(0), bytes.subarray(SLL2_LENGTH));
}

/** The header names the sender only: who it was sent to is known of a broadcast, and 00:00:00:00:00:00 of all others. */
function fromCooked(packetType: number, sender: Uint8Array, protocol: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(ETHERNET_HEADER_LENGTH + payload.length);
  writeMac(frame, 0, packetType === BROADCAST ? BROADCAST_MAC : ZERO_MAC);
  if (sender.length === MAC_LENGTH) frame.set(sender, MAC_LENGTH);
  viewOf(frame).setUint16(12, protocol);
  frame.set(payload, ETHERNET_HEADER_LENGTH);
  return frame;
}
