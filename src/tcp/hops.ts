// How far away the peer is and who stands between: connects whose packets may pass only so many routers, as tcptraceroute
// does. The port that is measured answers for itself, and the kernel tells the senders of ICMP without root (ip(7)).

import type { Connection, Dial, DialResult, Endpoint } from './dial.ts';

export interface Hops {
  /** Hops to the peer, itself the last one. */
  readonly count: number;
  /** Of each hop from 1 to `count`; null where no router said so. */
  readonly addresses: readonly (string | null)[];
}

export interface HopSurvey {
  /** null when the peer is too far away, or nothing could be told. */
  readonly hops: Hops | null;
  /** Connections that came about, their hop limits lifted: whoever surveys must use or close them. */
  readonly connections: readonly Connection[];
}

/** Hops asked at once: few, because each beyond the peer is a connection to it. */
export const HOPS_AT_ONCE = 4;
const MOST_HOPS = 32;
/**
 * Time for a SYN and its first retransmission, after 1 s (RFC 6298), to be answered. Where routers say nothing each four
 * of them cost it, which goes by while the first pass waits, unless the path forgets within a few seconds.
 */
const ANSWER_MS = 1300;

/** A lost SYN and its lost repetition make the peer seem one hop farther away, which costs a connection and nothing else. */
export async function surveyHops(dial: Dial, endpoint: Endpoint, signal: AbortSignal): Promise<HopSurvey> {
  const addresses: (string | null)[] = [];
  while (addresses.length < MOST_HOPS) {
    const limits = Array.from({ length: HOPS_AT_ONCE }, (_, index) => addresses.length + 1 + index);
    const dialled = await Promise.all(limits.map((hopLimit) => dial({ ...endpoint, hopLimit }, ANSWER_MS, signal)));
    const connections = dialled.flatMap((result) => (result.ok ? [result.connection] : []));
    for (const connection of connections) connection.setHopLimit(null);
    const nearest = dialled.findIndex(isOfPeer);
    // One that is turned away every time may be turned away by somebody before the peer.
    if (connections.length === 0 && (nearest >= 0 || dialled.some(isOwnFailure))) break;
    const passed = nearest < 0 ? dialled : dialled.slice(0, nearest);
    addresses.push(...passed.map(routerOf));
    if (nearest < 0) continue;
    return { hops: { count: addresses.length + 1, addresses: [...addresses, endpoint.address] }, connections };
  }
  return { hops: null, connections: [] };
}

/** It got there: the peer, which may have turned it away. */
function isOfPeer(result: DialResult): boolean {
  return result.ok || ['login', 'refused', 'reset'].includes(result.reason);
}

function isOwnFailure(result: DialResult): boolean {
  return !result.ok && result.reason === 'local';
}

function routerOf(result: DialResult): string | null {
  return !result.ok && result.reported?.isTimeExceeded ? result.reported.from : null;
}
