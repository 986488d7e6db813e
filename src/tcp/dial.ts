// The port to TCP: what measuring needs from a connection, be it the kernel's or a simulated one.

export interface Endpoint {
  /** IPv4 or IPv6 address, not a name. */
  readonly address: string;
  readonly port: number;
  /** Interface to leave through, or null to follow the routing table. */
  readonly interfaceName: string | null;
  /** Our packets die at this hop (1 is the first router); a peer that is farther away can't be reached. */
  readonly hopLimit?: number;
  /** What arrives with a lower hop limit is not heard, be it a reset or an ICMP error (RFC 5082). */
  readonly minHopLimit?: number;
  /** Address of this machine to connect from; null, or left out: by the routing table. */
  readonly sourceAddress?: string | null;
}

/**
 * Why no connection came about. `local`: this machine refused (descriptors, permission); the network was not asked. `login`:
 * it was made, but no session came of it.
 */
export type DialFailure = 'refused' | 'reset' | 'timed-out' | 'unreachable' | 'local' | 'login';

/** As the code of a `local` failure: the kernel could not send a SYN again. Its own counter of that has this name (/proc/net/netstat). */
export const KEPT_BACK = 'TCPRetransFail';

export interface ReportedIcmp {
  readonly from: string;
  readonly type: number;
  readonly code: number;
  /** It is that the hop limit ran out there. */
  readonly isTimeExceeded: boolean;
}

export type DialResult<C = Connection> =
  | { readonly ok: true; readonly connection: C; readonly connectMs: number }
  | {
      readonly ok: false;
      readonly reason: DialFailure;
      readonly code: string;
      /** The ICMP error that ended a connect with a hop limit, where there was one. */
      readonly reported?: ReportedIcmp;
    };

/** Opens one connection; gives up (`timed-out`) after `timeoutMs`, or when `signal` aborts. Never rejects. */
export type Dial<C = Connection> = (
  endpoint: Endpoint,
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<DialResult<C>>;

/** How an established connection came to its end: RST, FIN, unanswered probes, or an ICMP error. */
export interface Ending {
  readonly how: 'reset' | 'closed-by-peer' | 'unanswered' | 'unreachable';
  /** The kernel's reason, null for an orderly FIN. */
  readonly code: string | null;
  /** How long the connection had been idle when it ended. */
  readonly idleMs: number;
  /** When it ended, on the clock of who dialled. */
  readonly atMs: number;
}

export interface ConnectionState {
  /** Since anything was last sent or heard on this connection. */
  readonly idleMs: number;
  /**
   * The same with what TCP itself takes no notice of, but every box on the path: keepalive probes of the peer, its answer to our
   * connect sent again.
   */
  readonly silentMs: number;
  /** Since the peer was last heard: payload, or an ACK such as the answer to a keepalive probe. */
  readonly lastHeardMs: number;
  /** The first bytes that the peer sent, at most 255 of them. */
  readonly greeting: Uint8Array;
  /** null while the connection stands. */
  readonly ending: Ending | null;
}

/** An established connection that carries no payload of ours. */
export interface Connection {
  /** Our own port. */
  readonly localPort: number;
  state(): ConnectionState;
  /**
   * Sends a keepalive probe as soon as nothing was heard for `everySeconds` (whole, 1 when left out), and another each
   * time as long as it is silent again (RFC 1122 section 4.2.3.6). `unanswered` in a row end the connection. Calling it
   * again with a number below the probes already unanswered would end it at once.
   */
  startProbing(unanswered: number, everySeconds?: number): void;
  stopProbing(): void;
  /** From now on our packets die at this hop; null is the system's default again. The connection does not notice. */
  setHopLimit(hops: number | null): void;
  close(): void;
}
