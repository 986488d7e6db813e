// The port to ICMP: what an echo needs from a raw socket, be it the kernel's or a simulated one.

import type { IpVersion } from './packet.ts';

export interface IcmpSocket {
  readonly version: IpVersion;
  /** Sends one ICMP message; rejects with the kernel's reason in `message` when it was not taken. */
  send(message: Uint8Array, to: string): Promise<void>;
  /** Hands over every ICMP packet that this machine receives, as a raw socket delivers it. One listener at a time. */
  listen(onPacket: (packet: Uint8Array, from: string) => void): void;
  close(): void;
}
