// How a connection idles until it is asked: left alone, or kept awake up to one hop, so that only what lies beyond it can
// forget the connection.

import type { Clock } from '../clock.ts';
import type { Connection } from './dial.ts';
import { askIdleConnection, type IdleProbe, MOST_UNANSWERED } from './keepalive-probe.ts';

export interface Idling {
  begin(connection: Connection): void;
  /** As `askIdleConnection`, once it has idled for long enough. */
  ask(
    connection: Connection,
    clock: Clock,
    signal: AbortSignal,
    suspicionMs: number,
    onSuspicion: () => void,
    late: number,
  ): Promise<IdleProbe>;
}

export const LEFT_ALONE: Idling = { begin: () => {}, ask: askIdleConnection };

/** By keepalive probes that die at `hop`, one every `everySeconds` (whole): often enough for every box up to there. */
export function awakeUpTo(hop: number, everySeconds: number): Idling {
  return {
    begin(connection) {
      connection.setHopLimit(hop);
      connection.startProbing(MOST_UNANSWERED, everySeconds);
    },
    ask(connection, clock, signal, suspicionMs, onSuspicion, late) {
      connection.setHopLimit(null);
      return askIdleConnection(connection, clock, signal, suspicionMs, onSuspicion, late, true);
    },
  };
}
