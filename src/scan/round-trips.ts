// Round-trip times as evidence writes them.

import type { EvidenceOf } from '../evidence.ts';

/** null when there is nothing to summarise; the standard deviation is the population's, as ping(8) gives it. */
export function summarise(rttsMs: readonly number[]): EvidenceOf<'echo'>['rttMs'] {
  if (rttsMs.length === 0) return null;
  const mean = rttsMs.reduce((sum, rtt) => sum + rtt, 0) / rttsMs.length;
  const variance = rttsMs.reduce((sum, rtt) => sum + (rtt - mean) ** 2, 0) / rttsMs.length;
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    min: round(Math.min(...rttsMs)),
    mean: round(mean),
    max: round(Math.max(...rttsMs)),
    stddev: round(Math.sqrt(variance)),
  };
}
