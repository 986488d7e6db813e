// What is measured beside the ladder's second pass, on connections of its own: which hop forgets, and whether the advice
// works. The hops are counted while the first pass waits.

import type { Clock } from '../clock.ts';
import type { Bracket } from './bracket.ts';
import type { Control } from './control.ts';
import type { Connection, Dial, Endpoint } from './dial.ts';
import { type EnforcerSearch, forgettingHop, type HopOutcome, searchEnforcer } from './enforcer.ts';
import { nextHops } from './hop-rounds.ts';
import { HOPS_AT_ONCE, type Hops, surveyHops } from './hops.ts';
import { type KeepaliveTrial, tryKeepalive } from './keepalive-trial.ts';
import { keptByKeepalives } from './kept.ts';
import { keptForTheSecondPass, type LadderLimits } from './ladder.ts';
import type { BesideObservation } from './observation.ts';
import type { PayloadSpeaker } from './payload.ts';
import type { ConnectionPool } from './pool.ts';
import { settled } from './settled.ts';

export interface Beside {
  /** How far away the peer is; null when that was not told. */
  readonly hops: Hops | null;
  /** null when it was not searched for: too few connections, too long a path, or nothing was forgotten. */
  readonly enforcer: EnforcerSearch | null;
  readonly trial: KeepaliveTrial | null;
  /** The same with payload; null where the peer is no partner too. */
  readonly payloadTrial: KeepaliveTrial | null;
}

/** The connections idle kept awake up to this hop, at this pace. */
export interface Awake {
  readonly hop: number;
  readonly everySeconds: number;
  readonly hops: Hops;
}

/** What the peer has shown itself to be. */
export interface Peer {
  readonly greets: boolean;
  /** null when it may not be spoken to. */
  readonly speaker: PayloadSpeaker | null;
  /** A partner (netcheck serve) ends nothing that idles; an sshd may. */
  readonly closesNothing: boolean;
}

export const NOTHING_BESIDE: Beside = { hops: null, enforcer: null, trial: null, payloadTrial: null };
const GLANCE_MS = 250;
/** With fewer connections in all, or with a deadline, the ladder needs them itself. */
const ENOUGH_CONNECTIONS = 18;

/** Connections to be kept from the rungs; 0 when nothing can be measured beside them. */
export function reservedFor(limits: LadderLimits): number {
  const isPoor = limits.deadlineSeconds !== null || limits.connections < ENOUGH_CONNECTIONS;
  return isPoor ? 0 : keptForTheSecondPass(limits);
}

/**
 * Begins when `bracket` holds a death of the path, be it only suspected. Behind a hop that is kept awake (`awake`) only the
 * hop is searched for: the keepalive for what forgets sooner is often enough for what forgets later. When `signal` aborts:
 * nothing.
 */
export async function measureBeside(
  dial: Dial,
  endpoint: Endpoint,
  pool: ConnectionPool,
  bracket: () => Bracket,
  awake: Awake | null,
  control: Control,
  peer: Peer,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: BesideObservation) => void,
): Promise<Beside> {
  if (pool.spareInAll < HOPS_AT_ONCE) return NOTHING_BESIDE;
  const hops = awake === null ? await countHops(dial, endpoint, pool, signal) : awake.hops;
  if (awake === null && hops !== null) tell({ event: 'hops', ...hops });
  const from = awake?.hop ?? 0;
  const speaker = awake === null ? peer.speaker : null;
  const trials = (awake === null ? 1 : 0) + (speaker === null ? 0 : 1);
  // Kept is what the path turns out to need, so that the second pass has the others: one for each hop, one that idles, and
  // one for each trial.
  pool.keepAtMost(trials + (hops === null ? 0 : hops.count + 1 - from));
  while (!isForgotten(bracket(), peer) && !signal.aborted) await clock.sleep(GLANCE_MS, signal);
  if (signal.aborted) return { ...NOTHING_BESIDE, hops };
  const taking = {
    kept: awake === null ? pool.takeReserved(signal) : null,
    perHop: hops === null ? null : onePerHop(hops.count + 1 - from, pool, peer, clock, signal),
  };
  const speaking = speaker?.tryKeepalive(pool, bracket, control, signal, tell) ?? null;
  void Promise.all([taking.kept, taking.perHop]).then(() => pool.release());
  const search = async (): Promise<EnforcerSearch | null> => {
    const perHop = await taking.perHop;
    if (perHop === null || hops === null) return null;
    const upTo = Array.from(perHop, (_, index) => from + index);
    const found = await searchEnforcer(perHop, upTo, hops, awake, bracket, control, clock, signal, tell);
    // What nobody waited for may have been acknowledged by a packet that died on the way (settled.ts).
    return !peer.greets && perHop.some(hasSpoken) ? null : found;
  };
  const tryAdvice = async (): Promise<KeepaliveTrial | null> => {
    const kept = await taking.kept;
    return kept === null
      ? null
      : tryKeepalive(keptByKeepalives(kept, clock, control.lateSeconds), bracket, control, clock, signal, tell);
  };
  // None waits for the others' connections, whose packets may be lost.
  const [enforcer, trial, payloadTrial] = await Promise.all([search(), tryAdvice(), speaking]);
  return { hops, enforcer, trial, payloadTrial };
}

/**
 * The same when the ladder is done, one after the other, where connections are replaced: few may be open at once, and each
 * of these takes what the one before has left.
 */
export async function measureAfterwards(
  dial: Dial,
  endpoint: Endpoint,
  pool: ConnectionPool,
  bracket: () => Bracket,
  control: Control,
  peer: Peer,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: BesideObservation) => void,
): Promise<Beside> {
  if (!isForgotten(bracket(), peer) || signal.aborted) return NOTHING_BESIDE;
  pool.close();
  if (pool.spareInAll < HOPS_AT_ONCE) return NOTHING_BESIDE;
  const hops = await countHops(dial, endpoint, pool, signal);
  if (hops !== null) tell({ event: 'hops', ...hops });
  const enforcer = hops === null ? null : await searchInRounds(pool, peer, hops, bracket, control, clock, signal, tell);
  const speaking = peer.speaker?.tryKeepalive(pool, bracket, control, signal, tell) ?? null;
  const kept = await pool.takeReserved(signal);
  const trial =
    kept === null
      ? null
      : tryKeepalive(keptByKeepalives(kept, clock, control.lateSeconds), bracket, control, clock, signal, tell);
  const [tried, payloadTrial] = await Promise.all([trial, speaking]);
  return { hops, enforcer, trial: tried, payloadTrial };
}

/** With as many connections at a time as there are; null when nothing was learned. */
async function searchInRounds(
  pool: ConnectionPool,
  peer: Peer,
  hops: Hops,
  bracket: () => Bracket,
  control: Control,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: BesideObservation) => void,
): Promise<EnforcerSearch | null> {
  let perHop: HopOutcome[] = [];
  let heldSeconds = 0;
  for (;;) {
    const upTo = nextHops(hops.count, perHop, pool.spareInAll);
    const connections = upTo.length === 0 ? null : await onePerHop(upTo.length, pool, peer, clock, signal);
    const found =
      connections === null
        ? null
        : await searchEnforcer(connections, upTo, hops, null, bracket, control, clock, signal, tell);
    if (found === null) break;
    perHop = [...perHop, ...found.perHop].sort((a, b) => a.hop - b.hop);
    heldSeconds = Math.max(heldSeconds, found.heldSeconds);
  }
  return perHop.length === 0 ? null : { hop: forgettingHop(perHop), perHop, heldSeconds };
}

/** The connections that counting them took are the pool's. */
async function countHops(
  dial: Dial,
  endpoint: Endpoint,
  pool: ConnectionPool,
  signal: AbortSignal,
): Promise<Hops | null> {
  const { hops, connections } = await surveyHops(dial, endpoint, signal);
  pool.adopt(connections);
  return hops;
}

/** Whether it is the path that forgets: what a server closes, no hop has forgotten, but a partner closes nothing. */
export function isForgotten({ expiredSeconds, onExpiry }: Bracket, { closesNothing }: Peer): boolean {
  return expiredSeconds !== null && (onExpiry !== 'closed-by-peer' || closesNothing);
}

function hasSpoken(connection: Connection): boolean {
  return connection.state().greeting.length > 0;
}

/** All or none: a hop left out would leave its neighbours' outcomes without a meaning. */
async function onePerHop(
  wanted: number,
  pool: ConnectionPool,
  { greets }: Peer,
  clock: Clock,
  signal: AbortSignal,
): Promise<Connection[] | null> {
  if (pool.spareInAll < wanted) return null;
  const taken = await Promise.all(
    Array.from({ length: wanted }, async () => {
      const connection = await pool.takeReserved(signal);
      if (connection === null || !greets || (await settled(connection, clock, signal))) return connection;
      connection.close();
      return null;
    }),
  );
  const connections = taken.filter((connection) => connection !== null);
  if (connections.length === wanted) return connections;
  for (const connection of connections) connection.close();
  return null;
}
