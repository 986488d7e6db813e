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
import type { Bracket } from './bracket.ts';
import type { Control } from './control.ts';
import type { Connection } from './dial.ts';
import type { Hops } from './hops.ts';
import { askProbedConnection, type IdleOutcome, MOST_UNANSWERED, UNANSWERED_SECONDS } from './keepalive-probe.ts';
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
 * A connection for each of `upTo`, ascending hops up to which it is kept awake: 0 for none, or else the hop up to which all are kept
 * awake (`awake`, and its pace) first. They are closed at the end. Where `upTo` leaves hops out, the hop may stay open. `bracket` is looked at again and again: as it narrows the search gets shorter. null when `signal`
 * aborts.
 */
export async function searchEnforcer(
  connections: readonly Connection[],
  upTo: readonly number[],
  hops: Hops,
  awake: { readonly hop: number; readonly everySeconds: number } | null,
  bracket: () => Bracket,
  control: Control,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: BesideObservation) => void = () => {},
): Promise<EnforcerSearch | null> {
  const startedAt = clock.now();
  const hopAt = (index: number): number => upTo[index] as number;
  const { expiredSeconds, variesSeconds } = bracket();
  const forSeconds = (expiredSeconds ?? 0) + marginMs(expiredSeconds ?? 0, variesSeconds) / 1000;
  tell({ event: 'hop-search', hops: upTo.filter((hop) => hop !== (awake?.hop ?? 0)).length, forSeconds });
  try {
    connections.forEach((connection, index) => {
      connection.stopProbing();
      if (hopAt(index) > 0) connection.setHopLimit(hopAt(index));
    });
    const refreshed = connections.filter((_, index) => hopAt(index) > 0);
    await hold(refreshed, bracket, awake?.everySeconds ?? Number.POSITIVE_INFINITY, clock, signal);
    const askedAt = clock.now();
    const heldSeconds = (askedAt - startedAt) / 1000;
    for (const connection of connections) connection.setHopLimit(null);
    const probes = control.hasMissedSince(startedAt) ? PROBES_WHERE_PACKETS_ARE_LOST : UNANSWERED_SECONDS;
    const outcomes = await Promise.all(
      connections.map((connection) => askProbedConnection(connection, clock, signal, probes + control.lateSeconds)),
    );
    const isHeard = await control.answersAfter(clock.now(), signal);
    if (signal.aborted) return null;
    // An outage keeps the probes from the boxes too, unless it is short, and a server that restarts resets everything.
    const harmlessMs = ((bracket().survivedSeconds ?? 0) * 1000) / PROBES_PER_TIMEOUT;
    const isKept = control.longestOutageMs(startedAt, askedAt) <= harmlessMs;
    const isAwake = control.wasAwakeSince(startedAt);
    const isSound = isHeard && isKept && isAwake && control.answeredThroughout(askedAt, clock.now());
    const perHop = outcomes.map((outcome, index) => ({
      hop: hopAt(index),
      address: hops.addresses[hopAt(index) - 1] ?? null,
      outcome: isSound || outcome === 'alive' ? outcome : ('inconclusive' as const),
    }));
    for (const outcome of perHop) tell({ event: 'hop', ...outcome });
    return { hop: isSound ? forgettingHop(perHop) : null, perHop, heldSeconds };
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
 * By hop, ascending. Only one picture names a hop: every connection dead up to the one before it, it alive, and none dead
 * beyond. Whatever disturbed that picture may have moved its edge too.
 */
export function forgettingHop(perHop: readonly Pick<HopOutcome, 'hop' | 'outcome'>[]): number | null {
  const edge = edgeOf(perHop);
  return edge !== null && edge.alive - edge.dead === 1 ? edge.alive : null;
}

/** The farthest hop up to which a connection was dead and the nearest from which on all were alive; null in any other picture. */
export function edgeOf(
  perHop: readonly Pick<HopOutcome, 'hop' | 'outcome'>[],
): { readonly dead: number; readonly alive: number } | null {
  const isDead = (outcome: IdleOutcome): boolean => outcome === 'silent-drop' || outcome === 'reset';
  const index = perHop.findIndex(({ outcome }) => outcome === 'alive');
  const [dead, alive] = [perHop[index - 1], perHop[index]];
  if (dead === undefined || alive === undefined) return null;
  if (!perHop.slice(0, index).every(({ outcome }) => isDead(outcome))) return null;
  return perHop.slice(index).some(({ outcome }) => isDead(outcome)) ? null : { dead: dead.hop, alive: alive.hop };
}
