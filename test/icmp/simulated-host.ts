// A simulated ICMP socket: a far host that does with each request what the test says, on virtual time.

import { encodeEchoRequest, type IpVersion } from '../../src/icmp/packet.ts';
import type { IcmpSocket } from '../../src/icmp/socket.ts';
import type { FakeClock } from '../support/fake-clock.ts';
import { goldenFrame } from '../support/golden-frame.ts';

export interface Arrival {
  readonly delayMs: number;
  readonly bytes: Uint8Array;
  readonly from: string;
}

/** What comes back for one request; a string: the kernel refuses to send, with this message. */
export type FarHost = (sequence: number, request: Uint8Array) => readonly Arrival[] | string;

export interface SimulatedSocket extends IcmpSocket {
  readonly sent: readonly { readonly atMs: number; readonly to: string; readonly message: Uint8Array }[];
}

export function simulatedSocket(clock: FakeClock, version: IpVersion, host: FarHost): SimulatedSocket {
  const sent: { atMs: number; to: string; message: Uint8Array }[] = [];
  let listener: (packet: Uint8Array, from: string) => void = () => {};
  return {
    version,
    sent,
    async send(message, to) {
      const sequence = new DataView(message.buffer).getUint16(6);
      const arrivals = host(sequence, message);
      if (typeof arrivals === 'string') throw new Error(arrivals);
      sent.push({ atMs: clock.now(), to, message });
      for (const { delayMs, bytes, from } of arrivals) void clock.sleep(delayMs).then(() => listener(bytes, from));
    },
    listen(onPacket) {
      listener = onPacket;
    },
    close() {},
  };
}

/** The reply to a request, as a raw socket delivers it. */
export function replyTo(version: IpVersion, request: Uint8Array): Uint8Array {
  const message = request.slice();
  message[0] = version === 4 ? 0 : 129;
  return version === 4 ? Uint8Array.of(...goldenFrame('icmp4-echo-reply').subarray(0, 20), ...message) : message;
}

export function replyOf(version: IpVersion, identifier: number, sequence: number): Uint8Array {
  return replyTo(version, encodeEchoRequest(version, { identifier, sequence }));
}

/** `host unreachable` (IPv4) or `address unreachable` (IPv6) about a request, as a raw socket delivers it. */
export function unreachable(version: IpVersion, request: Uint8Array): Uint8Array {
  return version === 4
    ? Uint8Array.of(...goldenFrame('icmp4-host-unreachable').subarray(0, 20 + 8 + 20), ...request.subarray(0, 8))
    : Uint8Array.of(...goldenFrame('icmp6-address-unreachable').subarray(0, 8 + 40), ...request);
}
