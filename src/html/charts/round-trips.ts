// Round trips in the order of the requests: how they vary, and which were lost.

import type { EvidenceOf } from '../../evidence.ts';
import type { Chart } from './chart.ts';

/** With fewer the range says as much. */
const FEWEST = 5;

/** null where the times of single requests are not there, or too few. */
export function roundTripsChart({ rttSeriesMs = [] }: EvidenceOf<'echo'>): Chart | null {
  const known = rttSeriesMs.filter((rtt) => rtt !== null);
  if (rttSeriesMs.length < FEWEST || known.length === 0) return null;
  const lost = rttSeriesMs.flatMap((rtt, index) => (rtt === null ? [index + 1] : []));
  const which = lost.length === 0 ? 'none was lost' : `${lost.length} were lost, request ${lost[0]} the first of them`;
  return {
    data: { chart: 'round-trips', rttSeriesMs },
    title: 'Round-trip time of each request',
    words: `${rttSeriesMs.length} requests, ${which}; the slowest answer took ${Math.max(...known)} ms.`,
  };
}
