// How far large packets get, where they vanish: at each hop a large one dies by its hop limit, if it arrives, and the router says so.

import type { Clock } from '../clock.ts';
import { type Answer, PLAIN, type Prober } from './probe.ts';

export interface VanishingPoint {
  /** The last hop that large packets reach; 0: not even the first. */
  readonly afterHop: number;
  /** The first that small ones reach and large ones do not. */
  readonly beforeHop: number;
}

/** Routers limit how often they say so, Linux to once a second. */
const INTERVAL_MS = 1100;
/** A large one that does not arrive is tried again, after a small one that has to. */
const TURNS = ['large', 'small', 'large'] as const;

/** null where the hops do not tell: none answers for a large packet and a later one for small ones only, or the other way round. */
export async function findVanishingPoint(
  prober: Prober,
  {
    hops,
    sizeBytes,
    waitMs,
  }: { readonly hops: readonly number[]; readonly sizeBytes: number; readonly waitMs: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<VanishingPoint | null> {
  const reached = { large: new Set<number>(), small: new Set<number>() };
  for (const turn of TURNS) {
    await clock.sleep(INTERVAL_MS, signal);
    if (signal.aborted) return null;
    const probe = { ...PLAIN, sizeBytes: turn === 'large' ? sizeBytes : null };
    const open = hops.filter((hop) => !reached[turn].has(hop));
    await Promise.all(
      open.map(async (hop) => {
        const answer = await prober.ask({ ...probe, hopLimit: hop }, waitMs, signal);
        if (isArrival(answer)) reached[turn].add(hop);
      }),
    );
  }
  if (signal.aborted) return null;
  const afterHop = Math.max(0, ...reached.large);
  const beforeHop = Math.min(...[...reached.small].filter((hop) => hop > afterHop));
  return Number.isFinite(beforeHop) ? { afterHop, beforeHop } : null;
}

function isArrival(answer: Answer | null): boolean {
  return answer?.kind === 'time-exceeded' || answer?.kind === 'reply';
}
