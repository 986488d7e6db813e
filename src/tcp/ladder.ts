// Which idle times to try, and what the answers mean together. Pure: seconds in, seconds out.

import type { IdleOutcome } from './keepalive-probe.ts';

export interface LadderLimits {
  /** Longest idle time worth asking about. */
  readonly maxIdleSeconds: number;
  /** Connections that may be opened in all, the control not counted; where they are `replaced`, that may be open at once. */
  readonly connections: number;
  /** A connection that ended makes room for another one, as a logged-in session does. */
  readonly replaced?: boolean;
  /** When the last connection must be closed, counted from the first; null for no limit. */
  readonly deadlineSeconds: number | null;
  /** Shortest idle time worth asking about; left out: the shortest that can be asked. */
  readonly shortestSeconds?: number;
  /** Width of the bracket that is worth reaching; left out: half a second, or 1 % where that is more. */
  readonly resolutionSeconds?: number;
  /** Only the first pass: all connections are for it, and its answer stands. */
  readonly quick?: boolean;
}

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

/** Shortest idle time asked about: the kernel's keepalive timer counts whole seconds. */
const SHORTEST_SECONDS = 2;
/** Each rung is a fifth longer than the one before, so that the first pass alone tells T to 20 %, within 1.2 T. */
const STEP = 1.2;
/** How close a pair of rungs stands around a well-known timeout: 1 %, and never closer than half a second. */
const PAIR_MARGIN = 0.01;
const PAIR_MARGIN_SECONDS = 0.5;
/** For narrowing, confirming and what is measured beside: this many connections, or of few this part. */
const FOR_THE_SECOND_PASS = 18;
const SHARE_FOR_THE_SECOND_PASS = 0.4;
/** No rung is begun that could not end within so many passes of the longest idle time, however the path behaves. */
const LONGEST_PASSES = 3;
/** Where connections are replaced there are few of them at once, and more passes have to make up for it. */
const LONGEST_PASSES_OF_FEW = 5;
const PASS_OVERHEAD_SECONDS = 8;
/** So much of the longest idle time is all of it: what was asked and what was measured differ by a little. */
const REACHED = 0.99;
/** With fewer than this nothing is set aside: the longer rungs of the first pass have to confirm the shorter ones. */
const FEW_CONNECTIONS = 8;

/**
 * Idle times of the first pass, ascending, the longest one always included: a pair just inside and just outside each
 * well-known timeout, so that a common device is pinned at once, and geometric steps between them.
 */
export function firstPass(limits: LadderLimits, knownSeconds: readonly number[]): number[] {
  const room = limits.connections - keptForTheSecondPass(limits);
  const { maxIdleSeconds, shortestSeconds = SHORTEST_SECONDS } = limits;
  const shortest = Math.min(shortestSeconds, maxIdleSeconds);
  const pairs = pairsAround(knownSeconds, shortest, maxIdleSeconds);
  for (let count = pairs.length; count >= 0; count--) {
    const rungs = stepped([shortest, ...pairs.slice(0, count).flat(), maxIdleSeconds]);
    if (rungs.length <= room) return (limits.quick ? halved(rungs, room) : rungs).map(toMilliseconds);
  }
  // Too few for such steps: then none is spent on the shortest time, where the fewest timeouts lie.
  const ratio = (maxIdleSeconds / shortest) ** (1 / room);
  return Array.from({ length: room }, (_, index) => toMilliseconds(maxIdleSeconds / ratio ** index)).reverse();
}

/** Connections that the first pass leaves. */
export function keptForTheSecondPass({ connections, replaced, quick }: LadderLimits): number {
  if (quick || replaced || connections < FEW_CONNECTIONS) return 0;
  return Math.floor(Math.min(FOR_THE_SECOND_PASS, connections * SHARE_FOR_THE_SECOND_PASS));
}

function pairsAround(knownSeconds: readonly number[], shortest: number, longest: number): [number, number][] {
  return [...new Set(knownSeconds)]
    .sort((a, b) => a - b)
    .map((seconds): [number, number] => {
      const margin = Math.max(PAIR_MARGIN_SECONDS, seconds * PAIR_MARGIN);
      return [seconds - margin, seconds + margin];
    })
    .filter(([inside, outside]) => inside > shortest && outside <= longest);
}

/** All of these, ascending, and between two of them even steps of at most `STEP`. */
function stepped(times: readonly number[]): number[] {
  const [first = 0, ...rest] = [...new Set(times)].sort((a, b) => a - b);
  const rungs = [first];
  for (const end of rest) {
    const begin = rungs.at(-1) as number;
    const steps = Math.max(1, Math.ceil(Math.log(end / begin) / Math.log(STEP)));
    for (let step = 1; step < steps; step++) rungs.push(begin * (end / begin) ** (step / steps));
    rungs.push(end);
  }
  return rungs;
}

/** With the widest steps halved until there are `count` rungs: a second death then comes soon after the first. */
function halved(ascending: readonly number[], count: number): number[] {
  const rungs = [...ascending];
  while (rungs.length > 1 && rungs.length < count) {
    const ratios = rungs.slice(1).map((rung, index) => rung / (rungs[index] as number));
    const widest = ratios.indexOf(Math.max(...ratios));
    const [below, above] = [rungs[widest] as number, rungs[widest + 1] as number];
    rungs.splice(widest + 1, 0, Math.sqrt(below * above));
  }
  return rungs;
}

/** One that idles, and how long it still will. */
export interface Idler {
  readonly seconds: number;
  readonly leftSeconds: number;
}

/**
 * Idle times to begin in the first pass while connections are free and nothing has died: up to the longest, and between what was
 * lived through and what idles, each so that it ends before the longer one above it does and is not wasted by its death.
 */
export function further(
  { maxIdleSeconds }: LadderLimits,
  survivedSeconds: number,
  idlers: readonly Idler[],
  free: number,
): number[] {
  if (free < 1) return [];
  const longer = idlers.filter(({ seconds }) => seconds > survivedSeconds).sort((a, b) => a.seconds - b.seconds);
  const longest = longer.at(-1)?.seconds ?? survivedSeconds;
  const missing = longest < maxIdleSeconds * REACHED ? [maxIdleSeconds] : [];
  const begun = [survivedSeconds, ...longer.map(({ seconds }) => seconds)];
  const isWorthIt = (seconds: number): boolean => {
    const above = longer.find((idler) => idler.seconds > seconds);
    const below = Math.max(...begun.filter((each) => each < seconds));
    return above === undefined || (seconds < above.leftSeconds && above.seconds / below > STEP);
  };
  return halved([...begun, ...missing], begun.length + free)
    .filter((seconds) => !begun.includes(seconds) && isWorthIt(seconds))
    .map(toMilliseconds);
}

/**
 * A death is a moment, and each connection's own clock is off by a little (round trips, timers): who is asked within so
 * much of it may be alive or dead.
 */
const PHOTO_FINISH_SECONDS = 0.1;

/**
 * Idle times of the second pass, ascending: evenly inside the bracket down to `resolutionSeconds`. Where nothing else
 * will confirm its upper end, that is asked again, beyond doubt, so that no death is believed on the word of one connection.
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
  const inside = Array.from({ length: parts - 1 }, (_, index) => toMilliseconds(from + (width * (index + 1)) / parts));
  const top = confirmTop ? [toMilliseconds(expiredSeconds + PHOTO_FINISH_SECONDS)] : [];
  return [...inside, ...top].filter((seconds) => seconds >= 1);
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
export function longestSeconds({ deadlineSeconds, maxIdleSeconds, replaced }: LadderLimits): number {
  const passes = replaced ? LONGEST_PASSES_OF_FEW : LONGEST_PASSES;
  return deadlineSeconds ?? passes * (maxIdleSeconds + PASS_OVERHEAD_SECONDS);
}

/** Width worth reaching for a timeout of about `seconds`. */
export function resolutionFor(seconds: number, { resolutionSeconds }: Pick<LadderLimits, 'resolutionSeconds'>): number {
  return resolutionSeconds ?? Math.max(0.5, seconds / 100);
}

/** Narrow enough, and two connections died the same way. */
export function isEnough({ survivedSeconds, expiredSeconds, deaths }: Bracket, limits: LadderLimits): boolean {
  if (expiredSeconds === null || deaths < 2) return false;
  return expiredSeconds - (survivedSeconds ?? 0) <= resolutionFor(expiredSeconds, limits) + 0.01;
}

/** Of the longest idle time that was lived through, and seconds: what a quick answer waits to be confirmed. */
const IN_TIME = 1.2;
const IN_TIME_SECONDS = 2;

/**
 * After the first pass alone: a death with nothing shorter still idling (`waitingSeconds`), and no second one to be had in
 * time to confirm it. In time is 1.2 T and what it takes to prove a death.
 */
export function isQuickAnswer(
  { survivedSeconds, expiredSeconds, deaths }: Bracket,
  waitingSeconds: readonly number[],
): boolean {
  const next = Math.min(...waitingSeconds);
  if (expiredSeconds === null || next < expiredSeconds) return false;
  return deaths > 1 || next > IN_TIME * (survivedSeconds ?? 0) + IN_TIME_SECONDS;
}

/** How much longer than the time after which a peer closed the confirming connection idles. */
export const BEYOND_CLOSING_SECONDS = 1;

/**
 * Idle times that confirm a closing by the peer, of which the kernel told the moment: what is open is whether a connection
 * of another age is closed after as long.
 */
export function confirmClosing({ expiredSeconds, deaths }: Bracket, connections: number): number[] {
  return expiredSeconds === null || connections < 1 || deaths > 1 ? [] : [expiredSeconds + BEYOND_CLOSING_SECONDS];
}

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

function toMilliseconds(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
