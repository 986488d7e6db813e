// Round trips as a row of bars, in the order of the requests: what is lost, and when, is seen at a glance.

import type { EvidenceOf } from '../evidence.ts';

const HEIGHTS = '▁▂▃▄▅▆▇█';
const LOST = '×';
/** With fewer the table says as much. */
const FEWEST = 5;

/** Two lines of at most `width` columns; nothing where a picture would not help. */
export function roundTripsLine({ id, rttSeriesMs: series = [] }: EvidenceOf<'echo'>, width: number): string[] {
  const known = series.filter((rtt) => rtt !== null);
  if (series.length < FEWEST || known.length === 0) return [];
  const lost = series.length - known.length;
  const most = Math.max(...known);
  // From nothing to the longest: a path that is always alike is a level row, and not made of its own noise.
  const bars = grouped(series, width - id.length - 4).map((rtt) =>
    rtt === null ? LOST : (HEIGHTS[Math.min(HEIGHTS.length - 1, Math.floor((rtt / most) * HEIGHTS.length))] as string),
  );
  const legend = `█ ${Number(most.toPrecision(3))} ms${lost === 0 ? '' : `  ${LOST} lost`}`;
  return [`${id}: ${bars.join('')}`, `${' '.repeat(id.length + 2)}${legend}`];
}

/** One column per request, or per group of neighbours: its longest round trip, or a loss if there is one. */
function grouped(series: readonly (number | null)[], columns: number): (number | null)[] {
  const size = Math.max(1, Math.ceil(series.length / columns));
  return Array.from({ length: Math.ceil(series.length / size) }, (_, index) => {
    const group = series.slice(index * size, (index + 1) * size);
    const known = group.filter((rtt) => rtt !== null);
    return known.length < group.length ? null : Math.max(...known);
  });
}
