// Echo requests at a steady pace (RFC 792, RFC 4443): how many come back, and after how long.

import type { Clock } from '../clock.ts';
import { decodeIcmp, encodeEchoRequest } from './packet.ts';
import type { IcmpSocket } from './socket.ts';

export interface EchoRequest {
  /** IPv4 or IPv6 address, not a name. */
  readonly address: string;
  readonly count: number;
  readonly intervalMs: number;
  /** How long to wait for the last answer. */
  readonly waitMs: number;
}

/** An ICMP error that came back in place of a reply, with who sent it. */
export interface ReportedError {
  readonly from: string;
  readonly type: number;
  readonly code: number;
}

export interface EchoResult {
  /** Requests that the kernel took. */
  readonly sent: number;
  /** Requests that were answered, each counted once. */
  readonly received: number;
  /** Round-trip times of those, in the order of the requests. */
  readonly rttsMs: readonly number[];
  /** Further answers to requests already answered. */
  readonly duplicates: number;
  readonly errors: readonly ReportedError[];
  /** Why requests could not be sent (`Network is unreachable`), null when all could. */
  readonly sendError: string | null;
  readonly complete: boolean;
}

/** One way of doing it: a raw socket, or the system's ping. Rejects only when that way does not work here at all. */
export type EchoMethod = (
  request: EchoRequest,
  clock: Clock,
  signal: AbortSignal,
  onProgress?: (sent: number, received: number) => void,
) => Promise<EchoResult>;

/** Echo over an open socket, which stays open. `identifier` tells our requests from those of other programs. */
export function socketEcho(socket: IcmpSocket, identifier: number): EchoMethod {
  return async (request, clock, signal, onProgress = () => {}) => {
    /** By sequence number; a request that the kernel did not take is not in it. */
    const sentAt = new Map<number, number>();
    const rttsMs = new Map<number, number>();
    const settled = new Set<number>();
    const errors: ReportedError[] = [];
    let duplicates = 0;
    let attempts = 0;
    let sendError: string | null = null;
    const allSettled = new AbortController();
    const settle = (sequence: number): void => {
      settled.add(sequence);
      if (settled.size === request.count) allSettled.abort();
    };

    socket.listen((bytes, from) => {
      const now = clock.now();
      const decoded = decodeIcmp(socket.version, bytes);
      if (!decoded.ok || decoded.packet.identifier !== identifier) return;
      const { packet } = decoded;
      const at = sentAt.get(packet.sequence);
      if (at === undefined) return;
      if (packet.kind === 'error') errors.push({ from, type: packet.type, code: packet.code });
      // A link-local source carries its zone, `fe80::1%eth0`.
      else if (from.split('%', 1)[0] !== request.address) return;
      else if (rttsMs.has(packet.sequence)) duplicates++;
      else rttsMs.set(packet.sequence, now - at);
      settle(packet.sequence);
      onProgress(sentAt.size, rttsMs.size);
    });

    for (let sequence = 0; sequence < request.count && !signal.aborted; sequence++) {
      attempts++;
      sentAt.set(sequence, clock.now());
      try {
        await socket.send(encodeEchoRequest(socket.version, { identifier, sequence }), request.address);
      } catch (error) {
        sentAt.delete(sequence);
        settle(sequence);
        sendError ??= (error as Error).message;
      }
      onProgress(sentAt.size, rttsMs.size);
      if (sequence < request.count - 1) await clock.sleep(request.intervalMs, signal);
    }
    await clock.sleep(request.waitMs, AbortSignal.any([signal, allSettled.signal]));

    return {
      sent: sentAt.size,
      received: rttsMs.size,
      rttsMs: [...rttsMs].sort(([a], [b]) => a - b).map(([, rtt]) => rtt),
      duplicates,
      errors,
      sendError,
      complete: attempts === request.count && !signal.aborted,
    };
  };
}
