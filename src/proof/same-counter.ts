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
 *   unknown    too few replies; constant (0 with Don't Fragment) or random ids, which tell nothing; two that overlap and
 *              yet do not climb together, as one counter's replies do when they overtake each other
 *
 * Linux, asked every 4 ms, goes up by 1 to 4 from reply to reply: two machines of that kind come out as `unknown` once
 * in 1,000 times. One counter serves all of a machine's replies to one address, so `same` is one kernel.
 */
export function sameCounter(a: readonly EchoId[], b: readonly EchoId[]): 'same' | 'different' | 'unknown' {
  if (a.length < FEWEST_REPLIES || b.length < FEWEST_REPLIES || !climbs(a) || !climbs(b)) return 'unknown';
  const together = [...a, ...b].sort((one, other) => one.atMs - other.atMs);
  if (climbs(together)) return 'same';
  const widest = Math.max(span(a), span(b));
  const near = a.some((one) => b.some((other) => distance(one.id, other.id) <= widest));
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

/** How far a climbing counter went in all. */
function span(ids: readonly EchoId[]): number {
  const [first, last] = [ids[0]?.id ?? 0, ids.at(-1)?.id ?? 0];
  return (last - first + MODULUS) % MODULUS;
}

function distance(id: number, other: number): number {
  const ahead = (id - other + MODULUS) % MODULUS;
  return Math.min(ahead, MODULUS - ahead);
}
