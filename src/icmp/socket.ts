// The port to ICMP: what an echo needs from a raw socket, be it the kernel's or a simulated one.

import type { IpVersion } from './packet.ts';

/** How one message is sent; what is left out is the system's own choice. */
export interface SendOptions {
  /** It dies at that hop (IP time to live). */
  readonly hopLimit?: number;
  /** Nobody may cut it up, and what the kernel has learnt of the path's MTU is left out of account (ip(7)). */
  readonly dontFragment?: boolean;
  /** Differentiated Services Codepoint, 0 to 63. */
  readonly dscp?: number;
  /** Called when the kernel is handed the message: from then on it is under way. */
  readonly onSend?: () => void;
}

export interface IcmpSocket {
  readonly version: IpVersion;
  /** Sends one ICMP message; rejects with the kernel's reason in `message` when it was not taken. */
  send(message: Uint8Array, to: string, options?: SendOptions): Promise<void>;
  /** Hands over every ICMP packet that this machine receives, as a raw socket delivers it. One listener at a time. */
  listen(onPacket: (packet: Uint8Array, from: string) => void): void;
  close(): void;
}
