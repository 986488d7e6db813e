// When a path forgets, where the timer itself may vary: by garbage collection, by up to 10 s, or from one processor of a
// device to the next.
//
//   idle  ──alive──alive──┤ alive · dead · alive · dead ├──dead──dead──▶
//                         │                             │
//                  survivedSeconds                expiredSeconds
//
// Of a timer that does not vary, both are what the evidence says.

import { formatSeconds, formatSecondsRange } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { isDeath } from './closer.ts';

type Idle = EvidenceOf<'idle-timeout'>;

export interface Expiry {
  readonly onExpiry: NonNullable<Idle['onExpiry']>;
  /** Longest idle time below which nothing died, accidents aside; null when none lived. */
  readonly survivedSeconds: number | null;
  /** Shortest above which nothing lived. */
  readonly expiredSeconds: number;
  /** Longest that lived, null when none did, and shortest that died: they overlap where the timer varies. */
  readonly livedSeconds: number | null;
  readonly diedSeconds: number;
  /** By how much two connections differed; null when by less than a ladder resolves. */
  readonly variesSeconds: number | null;
  /** Connections that died so. */
  readonly deaths: number;
}

/** How wide a varying timer makes the range in which some die and others live: so many seconds, or this part of the time. */
const VARIES_SECONDS = 10;
const VARIES_SHARE = 0.1;
/** One death alone, after less than this part of the longest life, is an accident however short that was. */
const VARIES_ALONE_ABOVE = 0.5;
/** Rungs are half a second apart at best, and asked a little late on a busy machine. */
const RESOLVED_SECONDS = 0.5;

/** Null when nothing died above the longest idle time that lived. */
export function expiryOf(idle: Idle): Expiry | null {
  const { survivedSeconds, expiredSeconds, onExpiry } = idle;
  if (expiredSeconds === null || onExpiry === null) return null;
  const within = deathsOfTimer(idle);
  const diedSeconds = within[0] ?? expiredSeconds;
  const overlapSeconds = within.length === 0 ? 0 : (survivedSeconds ?? 0) - diedSeconds;
  return {
    onExpiry,
    survivedSeconds: within.length === 0 ? survivedSeconds : longestLifeBelow(idle, diedSeconds),
    expiredSeconds,
    livedSeconds: survivedSeconds,
    diedSeconds,
    variesSeconds: overlapSeconds < RESOLVED_SECONDS ? null : overlapSeconds,
    deaths: idle.deaths + within.length,
  };
}

/** Of a FIN the kernel told the moment, of anything else only that it lies between two connections. */
export function afterHowLong({ survivedSeconds, expiredSeconds, onExpiry, variesSeconds }: Expiry): string {
  if (onExpiry === 'closed-by-peer' && variesSeconds === null) return `after ${formatSeconds(expiredSeconds)}`;
  if (survivedSeconds === null) return `within ${formatSeconds(expiredSeconds)}`;
  return `after ${formatSecondsRange(survivedSeconds, expiredSeconds)}`;
}

/** Idle times, ascending, after which a connection was dead though others lived through longer ones, which no timer explains. */
export function earlyDeaths(idle: Idle): number[] {
  const explained = new Set(deathsOfTimer(idle));
  return deathsBelow(idle)
    .map(({ idleSeconds }) => idleSeconds)
    .filter((seconds) => !explained.has(seconds));
}

/** Those below the longest life that a timer which varies explains: near it, alike, with lives below and deaths above. */
function deathsOfTimer(idle: Idle): number[] {
  const { survivedSeconds, expiredSeconds, onExpiry } = idle;
  if (survivedSeconds === null || expiredSeconds === null) return [];
  const early = deathsBelow(idle);
  const reach = Math.max(VARIES_SECONDS, survivedSeconds * VARIES_SHARE);
  const near = early
    .filter(({ idleSeconds, outcome }) => outcome === onExpiry && survivedSeconds - idleSeconds <= reach)
    .map(({ idleSeconds }) => idleSeconds);
  const [first] = near;
  if (first === undefined || longestLifeBelow(idle, first) === null) return [];
  if (near.length === 1 && first < survivedSeconds * VARIES_ALONE_ABOVE) return [];
  // One more death, far below, may be an accident; two are a path that does not treat all connections alike.
  return early.length - near.length > 1 ? [] : near;
}

/** Deaths that are the path's doing, the control being answered, below the longest life; ascending. */
function deathsBelow(idle: Idle): Idle['probes'] {
  return idle.probes
    .filter(({ outcome, idleSeconds }) => isDeath(outcome, idle) && idleSeconds < (idle.survivedSeconds ?? 0))
    .sort((a, b) => a.idleSeconds - b.idleSeconds);
}

function longestLifeBelow({ probes }: Idle, seconds: number): number | null {
  const lives = probes.filter(({ outcome, idleSeconds }) => outcome === 'alive' && idleSeconds < seconds);
  return lives.length === 0 ? null : Math.max(...lives.map(({ idleSeconds }) => idleSeconds));
}
