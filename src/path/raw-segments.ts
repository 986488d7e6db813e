// The SegmentSocket port on a raw socket for TCP (raw(7)). Needs CAP_NET_RAW when it is opened, not after.

import { packetOptions } from '../icmp/index.ts';
import { AF_INET, AF_INET6 } from '../libc/constants.ts';
import { RawTcpSocket } from '../libc/raw-tcp-socket.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import type { SegmentSocket } from './segment-socket.ts';

/** Opened, and not yet told whom to speak to. */
export interface RawSegments {
  /** Once. @throws SystemError without a route. */
  connectTo(address: string, port: number, sourceAddress: string): SegmentSocket;
  close(): void;
}

/** @throws SystemError EPERM without CAP_NET_RAW. */
export function openRawSegments(version: 4 | 6, interfaceName: string | null): RawSegments {
  const raw = new RawTcpSocket(version === 4 ? AF_INET : AF_INET6, interfaceName);
  const setOptions = packetOptions(version, (level, option, value) => raw.setOption(level, option, value));
  let readiness: Readiness | undefined;
  return {
    connectTo(address, port, sourceAddress) {
      const sourcePort = raw.connectTo(address, port, sourceAddress);
      return {
        version,
        address,
        port,
        sourceAddress,
        sourcePort,
        send(segment, options) {
          setOptions(options);
          raw.send(segment);
        },
        listen(onSegment) {
          readiness ??= whenReady(raw.fd, 'readable', () => raw.receive(onSegment));
        },
      };
    },
    close() {
      readiness?.close();
      raw.close();
    },
  };
}
