// One machine or two, by the counter in the IP identification field (RFC 6864 lets a sender fill it as it likes).

import type { EchoId } from './echo-ids.ts';

/** With fewer replies a step or two may look regular by chance. */
const FEWEST_REPLIES = 3;
/** A counter that other traffic shares goes this far in the milliseconds between two replies, and hardly further. */
const MOST_STEP = 512;
const MODULUS = 0x1_0000;

/**
 * Whether two claimants, asked in turn, count with one counter.
 *
 *   same       in order of time, all ids together climb in small steps: each claimant's steps leave room for the other's
 *   different  each claimant's ids climb in small steps, and the two are far apart
 *   unknown    too few replies; constant (0 with Don't Fragment) or random ids, which tell nothing; two counters that
 *              stand so near to each other that chance could have placed them there
 *
 * Two machines' counters come out as `unknown` once in 60 times, and as `same` less than once in 10,000 times.
 */
export function sameCounter(a: readonly EchoId[], b: readonly EchoId[]): 'same' | 'different' | 'unknown' {
  if (a.length < FEWEST_REPLIES || b.length < FEWEST_REPLIES || !climbs(a) || !climbs(b)) return 'unknown';
  const together = [...a, ...b].sort((one, other) => one.atMs - other.atMs);
  if (climbs(together)) return 'same';
  const near = a.some((one) => b.some((other) => distance(one.id, other.id) <= MOST_STEP));
  return near ? 'unknown' : 'different';
}

/** In order of arrival, every id is a little above the one before (mod 2^16). */
function climbs(ids: readonly EchoId[]): boolean {
  return ids.every(({ id }, index) => {
    const previous = ids[index - 1];
    if (previous === undefined) return true;
    const step = (id - previous.id + MODULUS) % MODULUS;
    return step >= 1 && step <= MOST_STEP;
  });
}

function distance(id: number, other: number): number {
  const ahead = (id - other + MODULUS) % MODULUS;
  return Math.min(ahead, MODULUS - ahead);
}
