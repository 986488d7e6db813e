// How a connection idles until it is asked: left alone, or kept awake up to one hop, so that only what lies beyond it can
// forget the connection.

import type { Clock } from '../clock.ts';
import type { Connection } from './dial.ts';
import { askIdleConnection, type IdleProbe, MOST_UNANSWERED } from './keepalive-probe.ts';
import { settled } from './settled.ts';

export interface Idling {
  /** Resolves when it idles; false: it could not be brought to do so. */
  begin(connection: Connection, isNew: boolean, clock: Clock, signal: AbortSignal): Promise<boolean>;
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

export const LEFT_ALONE: Idling = { begin: async () => true, ask: askIdleConnection };

/**
 * By keepalive probes that die at `hop`, one every `everySeconds` (whole): often enough for every box up to there. A peer that
 * `greets` must know before that its greeting arrived.
 */
export function awakeUpTo(hop: number, everySeconds: number, greets: boolean): Idling {
  return {
    async begin(connection, isNew, clock, signal) {
      if (greets && isNew && !(await settled(connection, clock, signal))) return false;
      connection.setHopLimit(hop);
      connection.startProbing(MOST_UNANSWERED, everySeconds);
      return true;
    },
    ask(connection, clock, signal, suspicionMs, onSuspicion, late) {
      connection.setHopLimit(null);
      return askIdleConnection(connection, clock, signal, suspicionMs, onSuspicion, late, true);
    },
  };
}
