// The port to the claimants' network: frames out, and those frames back that may be an answer to ours.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';

/** Takes a frame without its VLAN tag, and the tag's id beside it; the bytes are valid during the call only. */
export type OnFrame = (frame: Uint8Array, vlanId: number | null) => void;

export interface ClaimantLink {
  /** Hands frames to the wire in order; returns how many were taken. Fewer than given: the queue is full. */
  send(frames: readonly Uint8Array[]): number;
  /** Starts handing over frames as they come, until what it returns is called. Several may listen. */
  listen(onFrame: OnFrame): () => void;
}

/** Whom claimants are asked by, and over which link. */
export interface Asker {
  readonly link: ClaimantLink;
  readonly mac: Mac;
  readonly ip: Ipv4;
  /**
   * TCP source port, and identifier of echo requests. One for all claimants: a machine may derive its answer's
   * timestamp from addresses and ports, and its two legs must be asked the same thing.
   */
  readonly port: number;
}
