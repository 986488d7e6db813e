// The port to a path: one packet goes out, and what comes back for it, be it from the far host or from a router on the way.

export interface Probe {
  /** It dies at that hop; null: it goes all the way. */
  readonly hopLimit: number | null;
  /** Of the whole IP packet; null: as small as is usual. Larger ones may not be fragmented. */
  readonly sizeBytes: number | null;
  /** Differentiated Services Codepoint (RFC 2474). */
  readonly dscp: number;
  /** Another address than the host's own: that of a hop, asked for itself. Absent: the host. */
  readonly to?: string;
}

/** What an error quotes of our packet that is not as we sent it: a NAT on the way has rewritten it. */
export type Rewritten = 'source' | 'destination' | 'port' | 'identifier' | 'checksum';

export type Answer =
  | { readonly kind: 'reply'; readonly from: string; readonly rttMs: number | null; readonly tcp?: TcpReply }
  | {
      readonly kind: 'time-exceeded';
      readonly from: string;
      readonly rttMs: number | null;
      /** DSCP with which our packet arrived there; null when that is not told. */
      readonly dscp: number | null;
      readonly rewritten: readonly Rewritten[];
    }
  /** `mtuBytes` null: it does not say. `from` null: this machine's own interface. */
  | { readonly kind: 'too-big'; readonly from: string | null; readonly mtuBytes: number | null }
  | { readonly kind: 'unreachable'; readonly from: string; readonly type: number; readonly code: number }
  /** This machine did not send it, in its own words. */
  | { readonly kind: 'unsent'; readonly because: string };

/** A SYN is answered by a SYN-ACK, or refused by a reset. */
export interface TcpReply {
  readonly refused: boolean;
  /** Maximum Segment Size that the SYN-ACK offers, bytes; null when it is not known. */
  readonly mssBytes: number | null;
}

/** One way of asking. Never rejects because of what the network does; rejects when this way does not work here at all. */
export interface Prober {
  /**
   * How much later than `waitMs` an answer may be told that came in time, because asking takes its turn; 0 where it is told at
   * once, and left out.
   */
  readonly overtimeMs?: number;
  /** null: nothing came within `waitMs`, or `signal` aborted first. */
  ask(probe: Probe, waitMs: number, signal: AbortSignal): Promise<Answer | null>;
}

export const PLAIN: Probe = { hopLimit: null, sizeBytes: null, dscp: 0 };
