// The ClaimantLink on a real interface: an AF_PACKET socket (packet(7)), and a port on which the kernel keeps quiet.

import { readFileSync } from 'node:fs';
import type { Ipv4 } from '../address/ipv4.ts';
import { ipv4ToUint32 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { DeafPort } from '../libc/deaf-port.ts';
import { SystemError } from '../libc/library.ts';
import {
  and,
  type FilterCheck,
  keepWhere,
  ld,
  ldb,
  ldbIndexed,
  ldh,
  ldhIndexed,
  ldxIpv4HeaderLength,
} from '../libc/packet-filter.ts';
import { PacketSocket } from '../libc/packet-socket.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import {
  DESTINATION,
  ETHERTYPE,
  ETHERTYPE_IPV4,
  FRAGMENT,
  FRAGMENT_OFFSET_MASK,
  IP_HEADER,
  PROTOCOL,
  PROTOCOL_ICMP,
  PROTOCOL_TCP,
} from './frame.ts';
import type { Asker, OnFrame } from './link.ts';
import { DESTINATION_PORT } from './segment.ts';

export interface LinkOptions {
  readonly interfaceName: string;
  readonly interfaceIndex: number;
  readonly senderIp: Ipv4;
  readonly senderMac: Mac;
  /** The claimants' TCP port. */
  readonly port: number;
  /** Is shown every frame that is sent or received. */
  readonly tap?: OnFrame | null;
}

/** @throws SystemError EPERM, ENODEV or ENETDOWN as PacketSocket does, EADDRNOTAVAIL when `senderIp` is not ours. */
export function openAsker(options: LinkOptions): Asker & Disposable {
  const { socket: deafPort, port } = openDeafPort(options.senderIp, options.interfaceName);
  let socket: PacketSocket;
  try {
    socket = new PacketSocket(options.interfaceIndex, answersTo(options.senderIp, port, options.port));
  } catch (error) {
    deafPort.close();
    throw error;
  }
  const listeners = new Set<OnFrame>();
  let readiness: Readiness | undefined;
  const receive = (): void => {
    try {
      socket.receive((frame, vlanId) => {
        options.tap?.(frame, vlanId);
        for (const listener of listeners) listener(frame, vlanId);
      });
    } catch (error) {
      // The interface went down. Sending finds that out as well, and throws it to those who wait for answers.
      if (!(error instanceof SystemError)) throw error;
    }
  };
  const stopWatching = (): void => {
    readiness?.close();
    readiness = undefined;
  };
  return {
    mac: options.senderMac,
    ip: options.senderIp,
    port,
    link: {
      send(frames) {
        const taken = socket.send(frames);
        for (const frame of frames.slice(0, taken)) options.tap?.(frame, null);
        return taken;
      },
      listen(onFrame) {
        listeners.add(onFrame);
        readiness ??= whenReady(socket.fd, 'readable', receive);
        return () => {
          // What came until now, and a busy machine has not read.
          receive();
          listeners.delete(onFrame);
          if (listeners.size === 0) stopWatching();
        };
      },
    },
    [Symbol.dispose]() {
      stopWatching();
      socket.close();
      deafPort.close();
    },
  };
}

const ECHO_REPLY = 0;
const ICMP_IDENTIFIER = 4;

/** TCP from the claimants' port to ours, and echo replies with our port as their identifier. */
function answersTo(ip: Ipv4, ownPort: number, claimantsPort: number): ReturnType<typeof keepWhere> {
  const toUs = (protocol: number): FilterCheck[] => [
    [[ldh(ETHERTYPE)], ETHERTYPE_IPV4],
    [[ld(DESTINATION)], ipv4ToUint32(ip)],
    [[ldb(PROTOCOL)], protocol],
    [[ldh(FRAGMENT), and(FRAGMENT_OFFSET_MASK)], 0],
  ];
  const inPayload = (load: typeof ldhIndexed, offset: number) => [
    ldxIpv4HeaderLength(IP_HEADER),
    load(IP_HEADER + offset),
  ];
  return keepWhere([
    [
      ...toUs(PROTOCOL_TCP),
      [inPayload(ldhIndexed, 0), claimantsPort],
      [inPayload(ldhIndexed, DESTINATION_PORT), ownPort],
    ],
    [...toUs(PROTOCOL_ICMP), [inPayload(ldbIndexed, 0), ECHO_REPLY], [inPayload(ldhIndexed, ICMP_IDENTIFIER), ownPort]],
  ]);
}

const FIRST_UNPRIVILEGED = 1024;
const LAST_PORT = 0xffff;
const TRIES = 20;

/** A free port that the kernel gives to no connection by itself (ip_local_port_range, ip(7)). */
function openDeafPort(address: string, interfaceName: string): { socket: DeafPort; port: number } {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').split(/\s+/).map(Number);
  const [low = 0, high = 0] = range;
  const above = LAST_PORT - high;
  const below = Math.max(0, low - FIRST_UNPRIVILEGED);
  for (let attempt = 1; ; attempt++) {
    const pick = Math.floor(Math.random() * (above + below));
    const port = pick < above ? LAST_PORT - pick : FIRST_UNPRIVILEGED + pick - above;
    try {
      return { socket: new DeafPort(address, port, interfaceName), port };
    } catch (error) {
      const isTaken = error instanceof SystemError && error.code === 'EADDRINUSE';
      if (!isTaken || attempt === TRIES) throw error;
    }
  }
}
