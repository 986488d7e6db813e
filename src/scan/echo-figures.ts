// Round-trip times and ICMP errors as evidence tells them.

import type { EvidenceOf } from '../evidence.ts';
import type { ReportedError } from '../icmp/index.ts';

type Rtt = EvidenceOf<'echo'>['rttMs'];

/** null when there is nothing to summarise; the standard deviation is the population's, as ping(8) gives it. */
export function summarise(rttsMs: readonly number[]): Rtt {
  if (rttsMs.length === 0) return null;
  const mean = meanOf(rttsMs);
  const variance = meanOf(rttsMs.map((rtt) => (rtt - mean) ** 2));
  const ascending = Float64Array.from(rttsMs).sort();
  const steps = rttsMs.slice(1).map((rtt, index) => Math.abs(rtt - (rttsMs[index] as number)));
  return {
    min: toMicroseconds(ascending[0] as number),
    mean: toMicroseconds(mean),
    max: toMicroseconds(ascending.at(-1) as number),
    stddev: toMicroseconds(Math.sqrt(variance)),
    median: toMicroseconds(median(ascending)),
    jitter: steps.length === 0 ? null : toMicroseconds(meanOf(steps)),
  };
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index] as number;
  return sum / values.length;
}

/** Of values that ascend, at least one. */
export function median(ascending: Float64Array): number {
  const middle = ascending.length >> 1;
  const upper = ascending[middle] as number;
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] as number) + upper) / 2;
}

/** In milliseconds still: more would be noise. */
export function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/** Each error once, with how often it came; the commonest first. */
export function countErrors(errors: readonly ReportedError[]): EvidenceOf<'echo'>['errors'] {
  const counted = new Map<string, EvidenceOf<'echo'>['errors'][number]>();
  for (const { from, type, code } of errors) {
    const key = `${from} ${type} ${code}`;
    counted.set(key, { from, type, code, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()].sort((a, b) => b.count - a.count);
}
