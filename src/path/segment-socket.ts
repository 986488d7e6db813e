// The port to TCP segments that the kernel's own connections know nothing of.

import type { SendOptions } from '../icmp/index.ts';

export interface SegmentSocket {
  readonly version: 4 | 6;
  readonly address: string;
  readonly port: number;
  readonly sourceAddress: string;
  /** Nobody else of this machine has it. */
  readonly sourcePort: number;
  /** @throws Error with the kernel's reason when it does not take the segment. */
  send(segment: Uint8Array, options: SendOptions): void;
  /** Hands over each segment that arrives from that address and port for ours, from its TCP header on. */
  listen(onSegment: (segment: Uint8Array) => void): void;
}
