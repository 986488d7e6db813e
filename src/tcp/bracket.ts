// What rungs say together: between which idle times the path forgets. Pure: seconds in, seconds out.

import type { IdleOutcome } from './keepalive-probe.ts';

/** One idle time and what became of the connection that idled for it. */
export interface Rung {
  readonly idleSeconds: number;
  readonly outcome: IdleOutcome;
  /** When a connection that the peer closed, or reset while nothing vouched for the path, came to its end, on the clock. */
  readonly endedAtMs?: number;
}

/** Between which idle times the path forgets. */
export interface Bracket {
  /** Longest idle time that a connection lived through, null when none did. */
  readonly survivedSeconds: number | null;
  /** Shortest idle time, longer than that, after which one was dead; null when none died. */
  readonly expiredSeconds: number | null;
  readonly onExpiry: Exclude<IdleOutcome, 'alive' | 'inconclusive'> | null;
  /**
   * Connections that died at `expiredSeconds` or later in that way: one may be an accident, two are not. Those that the
   * peer closed at one and the same moment count once: a service that is stopped closes all it has.
   */
  readonly deaths: number;
  /** By how much the timeout differs from one connection to another: from the shortest death to a longer life; 0 when it does not. */
  readonly variesSeconds: number;
}

/**
 * A death is a moment, and each connection's own clock is off by a little (round trips, timers): who is asked within so
 * much of it may be alive or dead.
 */
export const PHOTO_FINISH_SECONDS = 0.1;

/**
 * What all rungs say together. Being alive is proof, so a shorter one that died before was an accident and is left out; but
 * not in a photo finish with several deaths.
 */
export function bracketOf(rungs: readonly Rung[]): Bracket {
  const died = rungs.filter(({ outcome }) => outcome !== 'alive' && outcome !== 'inconclusive');
  const alive = rungs
    .filter((rung) => rung.outcome === 'alive' && !isPhotoFinish(rung, died))
    .map((rung) => rung.idleSeconds);
  const survivedSeconds = alive.length === 0 ? null : Math.max(...alive);
  const dead = died
    .filter((rung) => rung.idleSeconds > (survivedSeconds ?? 0))
    .sort((a, b) => a.idleSeconds - b.idleSeconds || (a.outcome < b.outcome ? -1 : 1));
  const variesSeconds = variationOf(rungs, survivedSeconds);
  const first = dead[0];
  if (first === undefined) return { survivedSeconds, expiredSeconds: null, onExpiry: null, deaths: 0, variesSeconds };
  const onExpiry = first.outcome as Bracket['onExpiry'];
  const alike = dead.filter((rung) => rung.outcome === onExpiry);
  const deaths = onExpiry === 'closed-by-peer' ? momentsOf(alike) : alike.length;
  return { survivedSeconds, expiredSeconds: first.idleSeconds, onExpiry, deaths, variesSeconds };
}

/** It was asked in the moment in which others died, alike and just before. */
function isPhotoFinish({ idleSeconds }: Rung, died: readonly Rung[]): boolean {
  const justBefore = died.filter(
    (each) => each.idleSeconds < idleSeconds && idleSeconds - each.idleSeconds <= PHOTO_FINISH_SECONDS,
  );
  return justBefore.some(({ outcome }) => justBefore.filter((each) => each.outcome === outcome).length > 1);
}

/** Timers that differ by more than both, seconds and part, are not one timer's jitter: an accident, or several boxes. */
const MOST_JITTER_SECONDS = 15;
const MOST_JITTER = 0.1;

function variationOf(rungs: readonly Rung[], survivedSeconds: number | null): number {
  const longest = survivedSeconds ?? 0;
  const from = longest - Math.max(MOST_JITTER_SECONDS, longest * MOST_JITTER);
  const early = rungs
    .filter(({ outcome }) => outcome === 'silent-drop' || outcome === 'reset')
    .map(({ idleSeconds }) => idleSeconds)
    .filter((idleSeconds) => idleSeconds >= from && idleSeconds < longest);
  return early.length === 0 ? 0 : longest - Math.min(...early);
}

/** Endings closer together than this may have one reason. */
const ONE_MOMENT_MS = 1000;

/** At how many moments they ended; one that has none counts for itself. */
export function momentsOf(rungs: readonly Rung[]): number {
  const moments = rungs.flatMap(({ endedAtMs }) => (endedAtMs === undefined ? [] : [endedAtMs])).sort((a, b) => a - b);
  const apart = moments.filter(
    (moment, index) => index === 0 || moment - (moments[index - 1] as number) > ONE_MOMENT_MS,
  );
  return rungs.length - moments.length + apart.length;
}
