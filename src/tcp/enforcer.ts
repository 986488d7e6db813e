// Which hop forgets: connection k is kept awake by keepalive probes that die at hop k, so that every box up to there sees
// traffic and none beyond. The first connection to outlive the timeout ends at the box that forgets.
//
//   hops    0        1        2        3        4      a NAT at hop 2
//           us ───── ○ ────── NAT ──── ○ ────── peer
//   k = 0   dead                                       nobody sees a packet: the plain idle connection, which must die
//   k = 1    ───────▶✗  dead
//   k = 2    ────────────────▶✗  alive                 the NAT saw every probe
//   k = 3    ─────────────────────────▶✗  alive
//   k = 4    ──────────────────────────────────▶ alive

import type { Clock } from '../clock.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import type { Control } from './control.ts';
import type { Connection } from './dial.ts';
import type { Hops } from './hops.ts';
import { askProbedConnection, type IdleOutcome, MOST_UNANSWERED, UNANSWERED_SECONDS } from './keepalive-probe.ts';
import type { Bracket } from './ladder.ts';
import type { BesideObservation } from './observation.ts';

export interface HopOutcome {
  /** How far this connection's probes went; 0 is the plain idle connection. */
  readonly hop: number;
  readonly address: string | null;
  readonly outcome: IdleOutcome;
}

export interface EnforcerSearch {
  /** The hop that forgets, null when the outcomes do not tell. */
  readonly hop: number | null;
  readonly perHop: readonly HopOutcome[];
  /** How long the connections were kept so. */
  readonly heldSeconds: number;
}

const GLANCE_MS = 250;
/** At that pace (keepalive.ts) an outage as long as one interval leaves a probe in every timeout. */
const PROBES_PER_TIMEOUT = 3;
/**
 * Kept for so much longer than the shortest idle time known to be too long: a suspicion that is an accident has cleared by
 * then, and a timer that is checked now and then has run out for every connection. More would let a second, slower timer
 * behind the first one run out as well.
 */
const MARGIN_MS = 2000;
const MARGIN_MS_PER_SECOND = 100;
const MOST_MARGIN_MS = 12_000;
/** Where the timeout varies: what was seen of it, as many times. */
const BEYOND_VARIATION = 2;
/** One connection that is taken for dead moves the edge: where the path loses packets, this many must be lost in a row. */
const PROBES_WHERE_PACKETS_ARE_LOST = 5;

/**
 * One connection for each hop and one for none, or for the hop up to which all are kept awake (`awake`, and its pace): they
 * are closed at the end. `bracket` is looked at again and again: as it narrows the search gets shorter. null when `signal`
 * aborts.
 */
export async function searchEnforcer(
  connections: readonly Connection[],
  hops: Hops,
  awake: { readonly hop: number; readonly everySeconds: number } | null,
  bracket: () => Bracket,
  control: Control,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: BesideObservation) => void = () => {},
): Promise<EnforcerSearch | null> {
  const startedAt = clock.now();
  const from = awake?.hop ?? 0;
  const { expiredSeconds, variesSeconds } = bracket();
  const forSeconds = (expiredSeconds ?? 0) + marginMs(expiredSeconds ?? 0, variesSeconds) / 1000;
  tell({ event: 'hop-search', hops: hops.count - from, forSeconds });
  try {
    connections.forEach((connection, index) => {
      connection.stopProbing();
      if (from + index > 0) connection.setHopLimit(from + index);
    });
    const refreshed = from === 0 ? connections.slice(1) : connections;
    await hold(refreshed, bracket, awake?.everySeconds ?? Number.POSITIVE_INFINITY, clock, signal);
    const askedAt = clock.now();
    const heldSeconds = (askedAt - startedAt) / 1000;
    for (const connection of connections) connection.setHopLimit(null);
    const probes = control.hasMissedSince(startedAt) ? PROBES_WHERE_PACKETS_ARE_LOST : UNANSWERED_SECONDS;
    const outcomes = await Promise.all(
      connections.map((connection) => askProbedConnection(connection, clock, signal, probes)),
    );
    const isHeard = await control.answersAfter(clock.now(), signal);
    if (signal.aborted) return null;
    // An outage keeps the probes from the boxes too, unless it is short, and a server that restarts resets everything.
    const harmlessMs = ((bracket().survivedSeconds ?? 0) * 1000) / PROBES_PER_TIMEOUT;
    const isKept = control.longestOutageMs(startedAt, askedAt) <= harmlessMs;
    const isAwake = control.wasAwakeSince(startedAt);
    const isSound = isHeard && isKept && isAwake && control.answeredThroughout(askedAt, clock.now());
    const perHop = outcomes.map((outcome, index) => ({
      hop: from + index,
      address: hops.addresses[from + index - 1] ?? null,
      outcome: isSound || outcome === 'alive' ? outcome : ('inconclusive' as const),
    }));
    for (const outcome of perHop) tell({ event: 'hop', ...outcome });
    const steps = isSound ? forgettingHop(outcomes) : null;
    return { hop: steps === null ? null : from + steps, perHop, heldSeconds };
  } finally {
    for (const connection of connections) connection.close();
  }
}

/** Until they have been kept for longer than the path remembers, by all that is known at that moment. */
async function hold(
  refreshed: readonly Connection[],
  bracket: () => Bracket,
  slowestSeconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const startedAt = clock.now();
  let everySeconds = 0;
  while (!signal.aborted) {
    const { survivedSeconds, expiredSeconds, variesSeconds } = bracket();
    // A suspicion that proves an accident leaves a longer timeout to be found, for which the first pace is too hasty.
    const pace = Math.min(keepaliveSeconds(survivedSeconds), slowestSeconds);
    if (pace !== everySeconds) for (const connection of refreshed) connection.startProbing(MOST_UNANSWERED, pace);
    everySeconds = pace;
    const remainingMs =
      expiredSeconds === null
        ? GLANCE_MS
        : startedAt + expiredSeconds * 1000 + marginMs(expiredSeconds, variesSeconds) - clock.now();
    if (remainingMs <= 0) return;
    await clock.sleep(Math.min(remainingMs, GLANCE_MS), signal);
  }
}

function marginMs(expiredSeconds: number, variesSeconds: number): number {
  const usual = Math.min(MARGIN_MS + MARGIN_MS_PER_SECOND * expiredSeconds, MOST_MARGIN_MS);
  return usual + BEYOND_VARIATION * variesSeconds * 1000;
}

/**
 * Outcomes by hop, ascending; how many hops beyond the first one it is. Only one picture names a hop: every connection dead
 * up to it, it alive, and none dead beyond. Whatever disturbed that picture may have moved its edge too.
 */
export function forgettingHop(outcomes: readonly IdleOutcome[]): number | null {
  const isDead = (outcome: IdleOutcome): boolean => outcome === 'silent-drop' || outcome === 'reset';
  const hop = outcomes.indexOf('alive');
  if (hop < 1 || !outcomes.slice(0, hop).every(isDead)) return null;
  return outcomes.slice(hop).some(isDead) ? null : hop;
}
