// What a ladder of idle connections found, whichever side was to speak first.

import { type Bracket, bracketOf } from './bracket.ts';
import type { Control } from './control.ts';
import type { DialFailure, Ending } from './dial.ts';
import type { LadderLimits } from './ladder.ts';
import type { MeasuredRung } from './rung.ts';

export interface LadderResult {
  readonly limits: LadderLimits;
  /** Every rung that was asked, by idle time. */
  readonly rungs: readonly MeasuredRung[];
  readonly bracket: Bracket;
  /** Times without an answer on the control connection, in seconds since the start. */
  readonly outages: readonly { readonly fromSeconds: number; readonly toSeconds: number }[];
  /** Times in which this machine was suspended: when they were over, since the start, and how long they were. */
  readonly suspensions: readonly { readonly untilSeconds: number; readonly forSeconds: number }[];
  /** How the control connection ended before we closed it, null when it outlived the measurement. */
  readonly controlEnding: Ending | null;
  /** With what the control was kept busy. */
  readonly controlSpeaks: Control['speaks'];
  /** How one that was kept busy with empty keepalives was lost, null if it lived; left out where none was beside it. */
  readonly keepalivesLost?: Ending['how'] | null;
  /** False where not one empty keepalive was ever answered; left out else, and where none was sent. */
  readonly keepalivesAnswered?: false;
  /** Connections opened in all, the control and the one beside it included. */
  readonly connectionsOpened: number;
  /** Connections that could not be opened, with the reason. */
  readonly dialFailures: readonly { readonly reason: DialFailure; readonly code: string }[];
  /** False when it was interrupted. */
  readonly complete: boolean;
}

/** Those that climbed: what they measured, and the connections that it took. */
export interface Climbed extends Pick<LadderResult, 'rungs' | 'dialFailures'> {
  readonly opened: number;
}

/** `startedAt` on the clock of the measurement; `signal` is the user's. */
export function ladderResult(
  startedAt: number,
  limits: LadderLimits,
  climbed: Climbed,
  control: Control,
  signal: AbortSignal,
): LadderResult {
  return {
    limits,
    rungs: climbed.rungs.toSorted((a, b) => a.idleSeconds - b.idleSeconds),
    bracket: bracketOf(climbed.rungs),
    outages: control.outages.map(({ fromMs, toMs }) => ({
      fromSeconds: (fromMs - startedAt) / 1000,
      toSeconds: (toMs - startedAt) / 1000,
    })),
    suspensions: control.suspensions.map(({ untilMs, forMs }) => ({
      untilSeconds: (untilMs - startedAt) / 1000,
      forSeconds: forMs / 1000,
    })),
    controlEnding: control.ending,
    controlSpeaks: control.speaks,
    ...(control.ofKeepalives === control ? {} : { keepalivesLost: control.ofKeepalives.lost }),
    ...(control.ofKeepalives.speaks === 'keepalive' && control.ofKeepalives.hasNeverAnswered
      ? { keepalivesAnswered: false }
      : {}),
    connectionsOpened: climbed.opened + (control.ofKeepalives === control ? 1 : 2),
    dialFailures: climbed.dialFailures,
    complete: !signal.aborted,
  };
}
