// Which hops to ask about next, where there are fewer connections at once than hops: those nearby first, since most of what
// forgets is the first router or the one behind it, and the peer itself; then what lies between the farthest that is dead and the
// nearest that is alive. Each round costs a timeout. Pure.
//
//   five connections, twelve hops, the fifth forgets
//   round 1    0 ✗  1 ✗  2 ✗  3 ✗                               12 ○
//   round 2                     4 ✗     6 ○     8 ○  9 ○  11 ○
//   round 3                        5 ○

import { edgeOf, type HopOutcome } from './enforcer.ts';

/** Ascending; none when the hop is known, or can't be. `known` by hop, ascending. */
export function nextHops(
  count: number,
  known: readonly Pick<HopOutcome, 'hop' | 'outcome'>[],
  connections: number,
): number[] {
  if (connections < 2) return [];
  if (known.length === 0) {
    const near = upFrom(0, Math.min(connections - 1, count));
    return [...near, count];
  }
  const edge = edgeOf(known);
  if (edge === null) return [];
  const between = upFrom(edge.dead + 1, edge.alive - edge.dead - 1);
  if (between.length <= connections) return between;
  const step = (between.length + 1) / (connections + 1);
  return upFrom(1, connections).map((index) => edge.dead + Math.round(index * step));
}

function upFrom(first: number, length: number): number[] {
  return Array.from({ length }, (_, index) => first + index);
}
