// Numbers that are the same but for what clocks and timers add: the largest such group.

/** A log written in whole seconds is off by one at each end; timers add a share of themselves. */
const TOLERANCE_SECONDS = 2;
const TOLERANCE_SHARE = 0.03;

export interface Cluster<T> {
  readonly items: readonly T[];
  readonly from: number;
  readonly to: number;
}

/** null when no two are alike. `secondsOf` is in seconds, null where it is not known. */
export function largestCluster<T>(items: readonly T[], secondsOf: (item: T) => number | null): Cluster<T> | null {
  const known = items
    .flatMap((item) => {
      const value = secondsOf(item);
      return value === null ? [] : [{ item, value }];
    })
    .sort((a, b) => a.value - b.value);
  let [best, from, to] = [[] as typeof known, 0, 0];
  let start = 0;
  for (let end = 0; end < known.length; end++) {
    const last = (known[end] as (typeof known)[number]).value;
    while (
      last - (known[start] as (typeof known)[number]).value >
      allowed((known[start] as (typeof known)[number]).value)
    )
      start++;
    if (end - start + 1 > best.length) best = known.slice(start, end + 1);
  }
  if (best.length < 2) return null;
  from = best[0]?.value ?? 0;
  to = best.at(-1)?.value ?? 0;
  return { items: best.map(({ item }) => item), from, to };
}

function allowed(seconds: number): number {
  return Math.max(TOLERANCE_SECONDS, seconds * TOLERANCE_SHARE);
}

/** Groups of at least two whose moments lie within `withinMs` of the one before. */
export function bursts<T>(items: readonly T[], atMs: (item: T) => number | null, withinMs: number): T[][] {
  const known = items
    .filter((item) => atMs(item) !== null)
    .toSorted((a, b) => (atMs(a) as number) - (atMs(b) as number));
  const groups: T[][] = [];
  for (const item of known) {
    const last = groups.at(-1)?.at(-1);
    if (last !== undefined && (atMs(item) as number) - (atMs(last) as number) <= withinMs) groups.at(-1)?.push(item);
    else groups.push([item]);
  }
  return groups.filter(({ length }) => length > 1);
}
