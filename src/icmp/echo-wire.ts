// The port to a network that answers echo requests: the kernel's sockets, or a simulated one.

import type { IpVersion } from './packet.ts';

/** A reply to a request with our identifier; whether it is ours its data tells. */
export interface EchoReply {
  readonly sequence: number;
  /** What it carries, its end cut when it is long; a view that is valid during the call only. */
  readonly data: Uint8Array;
  /** 4 or 16 bytes; valid during the call only. */
  readonly from: Uint8Array;
  /** TTL on arrival; null when the kernel does not say. */
  readonly hopLimit: number | null;
  /** When the kernel received it, on the clock. */
  readonly atMs: number;
}

/** An ICMP error about a request of ours. */
export interface EchoRefusal {
  readonly type: number;
  readonly code: number;
  /** Who says so. */
  readonly from: string;
  readonly sequence: number;
  /** Whom the request was for, 4 or 16 bytes; valid during the call only. */
  readonly to: Uint8Array;
}

export interface EchoListener {
  readonly onReply: (reply: EchoReply) => void;
  readonly onRefusal: (refusal: EchoRefusal) => void;
}

export interface Outgoing {
  /** 4 or 16 bytes; 20 with the index of an interface, in the byte order of this machine, for a link-local address. */
  readonly to: Uint8Array;
  /** From its ICMP header on; the bytes are the wire's until the call ends. */
  readonly bytes: Uint8Array;
}

/** What became of some requests. */
export interface Sent {
  /** How many of them the kernel took, from the first on. */
  readonly taken: number;
  /** When the kernel was handed them: none left before. */
  readonly atMs: number;
  /** Why the next one was not taken, in the words of errno(3); null when all were. */
  readonly code: string | null;
}

export interface EchoWire {
  readonly version: IpVersion;
  readonly kind: 'raw-socket' | 'ping-socket';
  /** That requests must carry, so that the answers to them are heard. */
  readonly identifier: number;
  /** All of one length. Several calls may be under way. */
  send(requests: readonly Outgoing[]): Promise<Sent>;
  /** Who listened before no longer does. */
  listen(listener: EchoListener): void;
  /** Messages lost since opening because they came faster than they were read. */
  drops(): number;
  close(): void;
}

/** Queues that are full for the moment; ENOBUFS is the neighbour table's word too (gc_thresh3). */
const FULL = new Set(['EAGAIN', 'ENOBUFS', 'EINTR']);

/** A later attempt may go through. */
export function isFull(code: string | null): boolean {
  return code !== null && FULL.has(code);
}
