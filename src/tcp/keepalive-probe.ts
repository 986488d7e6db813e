// Asks an idle connection whether it still works, without feeding it: the kernel sends keepalive probes (RFC 1122 section
// 4.2.3.6), empty segments one below the next sequence number. Every TCP must answer them and no application sees them.

import type { Clock } from '../clock.ts';
import type { Connection, Ending } from './dial.ts';

/**
 * Probes that must stay unanswered before a connection counts as silently dropped: the second one soon after the first, in
 * case that was lost, and two more, each after a second, so that no short outage silences all of them.
 */
export const UNANSWERED_PROBES = 4;
const AGAIN_MS = 150;
/** From the first of them to the end of the last one's second. */
const SILENCE_MS = AGAIN_MS + (UNANSWERED_PROBES - 1) * 1000;

/** The same for a connection that is probed every second. */
export const UNANSWERED_SECONDS = 3;

/** As many unanswered probes as the kernel counts (MAX_TCP_KEEPCNT): the connection is not given up, however many more. */
export const MOST_UNANSWERED = 127;

/** `inconclusive`: it ended, or was not asked to the end, and that says nothing about idling. */
export type IdleOutcome = 'alive' | 'silent-drop' | 'reset' | 'closed-by-peer' | 'inconclusive';

export interface IdleProbe {
  /** How long the connection had been idle when it was asked, or when it ended by itself. */
  readonly idleMs: number;
  readonly outcome: IdleOutcome;
  /** The kernel's reason for an ending (`ECONNRESET`, …), null when there is none. */
  readonly code: string | null;
  /** False when it ended by itself, before anything was asked. */
  readonly asked: boolean;
}

const LONGEST_WAIT_MS = SILENCE_MS + 2000;
/** The kernel counts in jiffies: an ACK can look up to 10 ms older than it is. */
const JIFFY_SLACK_MS = 20;
const ANSWER_GLANCE_MS = 20;

/** By how many seconds answers are later than usual, with a satellite or a full queue on the way: silence lasts so much longer. */
export function lateSeconds(roundTripMs: number): number {
  return Math.round(roundTripMs / 1000);
}

/**
 * Asks at once and resolves with the first answer, ending or silence. When `signal` aborts: `inconclusive`.
 * `onSuspicion` is called once when the first probe has stayed unanswered for `suspicionMs`. A connection that has
 * unanswered probes behind it (`wasProbed`) must not be given up for them: there the time tells a silent drop. Answers
 * that are `late` by so many seconds are waited for.
 */
export async function askIdleConnection(
  connection: Connection,
  clock: Clock,
  signal: AbortSignal,
  suspicionMs: number,
  onSuspicion: () => void,
  late = 0,
  wasProbed = false,
): Promise<IdleProbe> {
  const { silentMs: idleMs, ending } = connection.state();
  if (ending !== null) return endedProbe(connection);
  const askedAt = clock.now();
  const unanswered = wasProbed ? MOST_UNANSWERED : UNANSWERED_PROBES + late;
  const longestWaitMs = (wasProbed ? SILENCE_MS + JIFFY_SLACK_MS : LONGEST_WAIT_MS) + late * 1000;
  connection.startProbing(unanswered);
  let isRepeated = false;
  let suspected = false;
  // No event tells that an ACK came, so its age is read again and again, the wait growing from 2 ms to 50 ms.
  for (let waitMs = 2; clock.now() - askedAt < longestWaitMs; waitMs = Math.min(waitMs * 1.5, 50)) {
    await clock.sleep(waitMs, signal);
    const state = connection.state();
    if (state.ending !== null) return { ...endedProbe(connection), idleMs, asked: true };
    if (clock.now() - state.lastHeardMs > askedAt - JIFFY_SLACK_MS) {
      return { idleMs, outcome: 'alive', code: null, asked: true };
    }
    if (signal.aborted) return { idleMs, outcome: 'inconclusive', code: null, asked: true };
    if (!isRepeated && clock.now() - askedAt >= AGAIN_MS) {
      isRepeated = true;
      // Setting it anew makes the kernel send one at once.
      connection.startProbing(unanswered);
    }
    if (!suspected && clock.now() - askedAt > suspicionMs) {
      suspected = true;
      onSuspicion();
    }
  }
  return { idleMs, outcome: 'silent-drop', code: null, asked: true };
}

/**
 * The same for a connection that may have unanswered probes behind it. The kernel counts those too, so that the time
 * without an answer, that of so many `probes`, must tell a silent drop.
 */
export async function askProbedConnection(
  connection: Connection,
  clock: Clock,
  signal: AbortSignal,
  probes = UNANSWERED_SECONDS,
): Promise<IdleOutcome> {
  const askedAt = clock.now();
  const { idleMs } = connection.state();
  connection.startProbing(MOST_UNANSWERED);
  // What was heard a moment ago is probed no sooner than after one second of silence.
  const untilMs = askedAt + Math.max(0, 1000 - idleMs) + probes * 1000 + JIFFY_SLACK_MS;
  while (!signal.aborted) {
    const { ending, lastHeardMs } = connection.state();
    if (ending !== null) return endedProbe(connection).outcome;
    if (clock.now() - lastHeardMs > askedAt + JIFFY_SLACK_MS) return 'alive';
    if (clock.now() >= untilMs) return 'silent-drop';
    await clock.sleep(ANSWER_GLANCE_MS, signal);
  }
  return 'inconclusive';
}

/** What the ending of a connection that was not asked says, at the idle time at which it ended. */
export function endedProbe(connection: Connection): IdleProbe {
  const { ending, idleMs } = connection.state();
  return ending === null ? { idleMs, outcome: 'inconclusive', code: null, asked: false } : probeOfEnding(ending);
}

export function probeOfEnding({ how, code, idleMs }: Ending): IdleProbe {
  switch (how) {
    case 'reset':
    case 'closed-by-peer':
      return { idleMs, outcome: how, code, asked: false };
    case 'unanswered':
      return { idleMs, outcome: 'silent-drop', code, asked: false };
    case 'unreachable':
      // A router said that the host can't be reached: an outage, which is no idle timeout.
      return { idleMs, outcome: 'inconclusive', code, asked: false };
  }
}
