// Which idle times to try, and what the answers mean together. Pure: seconds in, seconds out.

import type { IdleOutcome } from './keepalive-probe.ts';

export interface LadderLimits {
  /** Longest idle time worth asking about. */
  readonly maxIdleSeconds: number;
  /** Connections that may be opened in all, the control not counted. */
  readonly connections: number;
  /** When the last connection must be closed, counted from the first; null for no limit. */
  readonly deadlineSeconds: number | null;
}

/** One idle time and what became of the connection that idled for it. */
export interface Rung {
  readonly idleSeconds: number;
  readonly outcome: IdleOutcome;
  /** When a connection that the peer closed came to its end, on the clock of the measurement. */
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
}

/** Shortest idle time asked about: the kernel's keepalive timer counts whole seconds. */
const SHORTEST_SECONDS = 2;
/** Each rung is a quarter longer than the one before, so that the first pass alone tells T to 25 %. */
const STEP = 1.25;
/** How close a pair of rungs stands around a well-known timeout: 1 %, and never closer than half a second. */
const PAIR_MARGIN = 0.01;
const PAIR_MARGIN_SECONDS = 0.5;
/** Part of the connections for the first pass; the others are for narrowing and confirming. */
const FIRST_PASS_SHARE = 0.6;
/** No rung is begun that could not end within so many passes of the longest idle time, however the path behaves. */
const LONGEST_PASSES = 3;
const PASS_OVERHEAD_SECONDS = 8;
/** With fewer than this nothing is set aside: the longer rungs of the first pass have to confirm the shorter ones. */
const FEW_CONNECTIONS = 8;

/**
 * Idle times of the first pass, ascending, the longest one always included: geometric steps, and where connections are
 * left a pair just inside and just outside each well-known timeout, so that a common device is pinned at once.
 */
export function firstPass(limits: LadderLimits, knownSeconds: readonly number[]): number[] {
  const share = limits.connections < FEW_CONNECTIONS ? 1 : FIRST_PASS_SHARE;
  const room = Math.max(1, Math.ceil(limits.connections * share));
  const max = limits.maxIdleSeconds;
  const shortest = Math.min(SHORTEST_SECONDS, max);
  const wanted = 1 + Math.ceil(Math.log(max / shortest) / Math.log(STEP));
  const count = Math.min(room, wanted);
  // Too few for steps of a quarter: then none is spent on the shortest time, where the fewest timeouts lie.
  const steps = count < wanted ? count : count - 1;
  const ratio = steps > 0 ? (max / shortest) ** (1 / steps) : 1;
  const rungs = Array.from({ length: count }, (_, index) => max / ratio ** index);
  const pairs = [...new Set(knownSeconds)]
    .map((seconds) => [seconds, Math.max(PAIR_MARGIN_SECONDS, seconds * PAIR_MARGIN)] as const)
    .filter(([seconds, margin]) => seconds - margin > shortest && seconds + margin <= max)
    .sort(([a], [b]) => a - b)
    .slice(0, Math.floor((room - count) / 2))
    .flatMap(([seconds, margin]) => [seconds - margin, seconds + margin]);
  return [...rungs, ...pairs].map(toMilliseconds).sort((a, b) => a - b);
}

/**
 * Idle times of the second pass, ascending: evenly inside the bracket down to `resolutionSeconds`. Where nothing else
 * will confirm its upper end, that is asked again, so that no death is believed on the word of one connection.
 */
export function secondPass(
  bracket: Bracket,
  connections: number,
  resolutionSeconds: number,
  confirmTop: boolean,
): number[] {
  const { expiredSeconds } = bracket;
  if (expiredSeconds === null || connections < 1) return [];
  const from = bracket.survivedSeconds ?? 0;
  const width = expiredSeconds - from;
  const wanted = Math.max(1, Math.ceil(width / resolutionSeconds));
  const parts = Math.min(confirmTop ? connections : connections + 1, wanted);
  const rungs = Array.from({ length: parts }, (_, index) => toMilliseconds(from + (width * (index + 1)) / parts));
  return (confirmTop ? rungs : rungs.slice(0, -1)).filter((seconds) => seconds >= 1);
}

/**
 * The same idle times in an order in which any first few of them span the range: the longest, the shortest, then halves.
 * A server that takes only so many connections then still gives a picture of the whole.
 */
export function spread(ascending: readonly number[]): number[] {
  const order: number[] = [];
  const queue: (readonly [from: number, to: number])[] = [[1, ascending.length - 2]];
  for (const index of new Set([ascending.length - 1, 0])) order.push(index);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [from, to] = next;
    if (from > to) continue;
    const middle = (from + to) >> 1;
    order.push(middle);
    queue.push([from, middle - 1], [middle + 1, to]);
  }
  return order.flatMap((index) => ascending[index] ?? []);
}

/** After how many seconds it is over, however the path behaves. */
export function longestSeconds({ deadlineSeconds, maxIdleSeconds }: LadderLimits): number {
  return deadlineSeconds ?? LONGEST_PASSES * (maxIdleSeconds + PASS_OVERHEAD_SECONDS);
}

/** Width worth reaching for a timeout of about `seconds`: half a second, or 1 % where that is more. */
export function resolutionFor(seconds: number): number {
  return Math.max(0.5, seconds / 100);
}

/** What all rungs say together. Being alive is proof, so a shorter one that died before was an accident and is left out. */
export function bracketOf(rungs: readonly Rung[]): Bracket {
  const alive = rungs.filter((rung) => rung.outcome === 'alive').map((rung) => rung.idleSeconds);
  const survivedSeconds = alive.length === 0 ? null : Math.max(...alive);
  const dead = rungs
    .filter((rung) => rung.outcome !== 'alive' && rung.outcome !== 'inconclusive')
    .filter((rung) => rung.idleSeconds > (survivedSeconds ?? 0))
    .sort((a, b) => a.idleSeconds - b.idleSeconds || (a.outcome < b.outcome ? -1 : 1));
  const first = dead[0];
  if (first === undefined) return { survivedSeconds, expiredSeconds: null, onExpiry: null, deaths: 0 };
  const onExpiry = first.outcome as Bracket['onExpiry'];
  const alike = dead.filter((rung) => rung.outcome === onExpiry);
  const deaths = onExpiry === 'closed-by-peer' ? distinctMoments(alike) : alike.length;
  return { survivedSeconds, expiredSeconds: first.idleSeconds, onExpiry, deaths };
}

/** Endings closer together than this may have one reason. */
const ONE_MOMENT_MS = 1000;

function distinctMoments(rungs: readonly Rung[]): number {
  const moments = rungs.flatMap(({ endedAtMs }) => (endedAtMs === undefined ? [] : [endedAtMs])).sort((a, b) => a - b);
  const apart = moments.filter(
    (moment, index) => index === 0 || moment - (moments[index - 1] as number) > ONE_MOMENT_MS,
  );
  return rungs.length - moments.length + apart.length;
}

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
