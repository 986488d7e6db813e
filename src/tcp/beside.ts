// What is measured beside the ladder's second pass, on connections of its own: which hop forgets, and whether the advice
// works. The hops are counted while the first pass waits.

import type { Clock } from '../clock.ts';
import type { Control } from './control.ts';
import type { Connection, Dial, Endpoint } from './dial.ts';
import { type EnforcerSearch, searchEnforcer } from './enforcer.ts';
import { HOPS_AT_ONCE, type Hops, surveyHops } from './hops.ts';
import { type KeepaliveTrial, tryKeepalive } from './keepalive-trial.ts';
import type { Bracket, LadderLimits } from './ladder.ts';
import type { ConnectionPool } from './pool.ts';

export interface Beside {
  /** null when it was not searched for: too few connections, too long a path, a peer that greets, or nothing was forgotten. */
  readonly enforcer: EnforcerSearch | null;
  readonly trial: KeepaliveTrial | null;
}

const NOTHING: Beside = { enforcer: null, trial: null };
const GLANCE_MS = 250;
/** Part of the connections that is kept for this. */
const SHARE = 1 / 3;
/** With fewer connections in all, or with a deadline, the ladder needs them itself. */
const ENOUGH_CONNECTIONS = 18;

/** Connections to be kept from the rungs; 0 when nothing can be measured beside them. */
export function reservedFor({ connections, deadlineSeconds }: LadderLimits): number {
  return deadlineSeconds !== null || connections < ENOUGH_CONNECTIONS ? 0 : Math.floor(connections * SHARE);
}

/**
 * A peer that greets has its greeting acknowledged late, perhaps with a hop limit in force already: our ACK then dies on the
 * way, and the peer's repetitions keep the path awake, so that a wrong hop would seem to hold the state.
 */
function hasSpoken(connection: Connection): boolean {
  return connection.state().greeting.length > 0;
}

/** Begins when `bracket` holds a death of the path, be it only suspected. When `signal` aborts: nothing. */
export async function measureBeside(
  dial: Dial,
  endpoint: Endpoint,
  pool: ConnectionPool,
  bracket: () => Bracket,
  control: Control,
  peerGreets: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<Beside> {
  if (pool.spareInAll < HOPS_AT_ONCE) return NOTHING;
  const survey = await surveyHops(dial, endpoint, signal);
  pool.adopt(survey.connections);
  // Kept is what the path turns out to need, so that the second pass has the others: one for each hop, one that idles, and
  // one for the trial.
  pool.keepAtMost(survey.hops === null ? 1 : survey.hops.count + 2);
  while (!isForgotten(bracket()) && !signal.aborted) await clock.sleep(GLANCE_MS, signal);
  if (signal.aborted) return NOTHING;
  const kept = await pool.takeReserved(signal);
  const perHop = survey.hops === null || peerGreets ? null : await onePerHop(survey.hops, pool, signal);
  pool.release();
  const [enforcer, trial] = await Promise.all([
    perHop === null || survey.hops === null
      ? null
      : searchEnforcer(perHop, survey.hops, bracket, control, clock, signal),
    kept === null ? null : tryKeepalive(kept, bracket, control, clock, signal),
  ]);
  return { enforcer: perHop?.some(hasSpoken) ? null : enforcer, trial };
}

/** Whether it is the path that forgets: what a server closes, no hop has forgotten. */
export function isForgotten({ expiredSeconds, onExpiry }: Bracket): boolean {
  return expiredSeconds !== null && onExpiry !== 'closed-by-peer';
}

/** All or none: a hop left out would leave its neighbours' outcomes without a meaning. */
async function onePerHop(hops: Hops, pool: ConnectionPool, signal: AbortSignal): Promise<Connection[] | null> {
  const wanted = hops.count + 1;
  if (pool.spareInAll < wanted) return null;
  const taken = await Promise.all(Array.from({ length: wanted }, () => pool.takeReserved(signal)));
  const connections = taken.filter((connection) => connection !== null);
  if (connections.length === wanted) return connections;
  for (const connection of connections) connection.close();
  return null;
}
