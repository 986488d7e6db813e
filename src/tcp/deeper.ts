// Slower timers behind a faster one: the ladder again, with every box up to the one that forgets first kept awake by probes
// that die there, so that the next one shows. And so on, until nothing beyond forgets.

import { keepaliveSeconds } from '../keepalive.ts';
import type { LadderLimits } from './ladder.ts';
import { type Level, type Measuring, measureLevel } from './level.ts';

export interface DeeperLevel {
  readonly level: Level;
  /** The hop up to which its connections were kept awake. */
  readonly awakeHop: number;
}

/**
 * Whatever its timeout, Linux forgets after 5 minutes what was sent again and again without an answer
 * (nf_conntrack_tcp_timeout_max_retrans), as probes are that die on the way.
 */
const SLOWEST_SECONDS = 100;
/** However many boxes forget, each longer than the one before. */
const MOST_LEVELS = 4;

/** Goes on from the level that found the first hop, until none is found or there is no hop beyond. */
export async function measureDeeper(measuring: Measuring, limits: LadderLimits, first: Level): Promise<DeeperLevel[]> {
  const { clock, stop } = measuring;
  const beganAt = clock.now();
  const everySeconds = Math.min(keepaliveSeconds(first.bracket.survivedSeconds), SLOWEST_SECONDS);
  const found: DeeperLevel[] = [];
  for (let level = first; found.length < MOST_LEVELS && !stop.aborted; ) {
    const { enforcer, bracket } = level;
    const { hops } = first;
    const hop = enforcer?.hop ?? null;
    const shortestSeconds = bracket.expiredSeconds;
    if (hop === null || hops === null || shortestSeconds === null) break;
    if (hop >= hops.count || shortestSeconds >= limits.maxIdleSeconds) break;
    level = await measureLevel(measuring, { ...limits, shortestSeconds }, { hop, everySeconds, hops }, beganAt);
    found.push({ level, awakeHop: hop });
  }
  return found;
}
