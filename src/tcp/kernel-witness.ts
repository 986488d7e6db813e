// The Witness port on an AF_PACKET socket (packet(7)), which a filter lets hear the peer's SYN-ACKs and resets only.

import { isIPv4 } from 'node:net';
import { CookedSocket } from '../libc/cooked-socket.ts';
import {
  and,
  type FilterCheck,
  type FilterInstruction,
  keepWhere,
  ld,
  ldb,
  ldbIndexed,
  ldh,
  ldhIndexed,
  ldxIpv4HeaderLength,
} from '../libc/packet-filter.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import { inetAddressBytes } from '../libc/socket-address.ts';
import {
  ACK,
  CONTROL,
  FRAGMENT,
  FRAGMENT_OFFSET_MASK,
  LENGTH_6,
  NEXT_HEADER,
  PROTOCOL,
  PROTOCOL_TCP,
  RST,
  SOURCE_4,
  SOURCE_6,
  SYN,
} from './captured-segment.ts';
import { Testimonies, type Witness } from './witness.ts';

/** Deaf until it is told whom to listen to, which needs no root any more. @throws SystemError EPERM without CAP_NET_RAW. */
export function openKernelWitness(): Witness & Disposable {
  const socket = new CookedSocket();
  const testimonies = new Testimonies();
  let readiness: Readiness | undefined;
  const hear = (): void => socket.receive((packet) => testimonies.hear(packet));
  return {
    listenTo(address, port) {
      socket.listen(isIPv4(address) ? 4 : 6, beginningsAndResets(address, port));
      readiness = whenReady(socket.fd, 'readable', hear);
    },
    testimonyOf(localPort) {
      // What ended a connection may have woken us before what was heard of it did.
      hear();
      return testimonies.of(localPort);
    },
    [Symbol.dispose]() {
      readiness?.close();
      socket.close();
    },
  };
}

/** SYN-ACKs and resets from there. Offsets count from the IP header; IPv6 extension headers are not looked behind. */
export function beginningsAndResets(address: string, port: number): FilterInstruction[] {
  const { from, control } = isIPv4(address) ? fromIpv4(address, port) : fromIpv6(address, port);
  return keepWhere([
    [...from, [[...control, and(SYN | ACK)], SYN | ACK]],
    [...from, [[...control, and(RST)], RST]],
  ]);
}

interface Segments {
  readonly from: readonly FilterCheck[];
  /** Loads the control bits. */
  readonly control: readonly FilterInstruction[];
}

function fromIpv4(address: string, port: number): Segments {
  return {
    from: [
      [[ldb(PROTOCOL)], PROTOCOL_TCP],
      ...addressChecks(address, SOURCE_4),
      [[ldh(FRAGMENT), and(FRAGMENT_OFFSET_MASK)], 0],
      [[ldxIpv4HeaderLength(0), ldhIndexed(0)], port],
    ],
    control: [ldxIpv4HeaderLength(0), ldbIndexed(CONTROL)],
  };
}

function fromIpv6(address: string, port: number): Segments {
  return {
    from: [[[ldb(NEXT_HEADER)], PROTOCOL_TCP], ...addressChecks(address, SOURCE_6), [[ldh(LENGTH_6)], port]],
    control: [ldb(LENGTH_6 + CONTROL)],
  };
}

function addressChecks(address: string, offset: number): FilterCheck[] {
  const bytes = inetAddressBytes(address);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, word) => [[ld(offset + 4 * word)], view.getUint32(4 * word)]);
}
