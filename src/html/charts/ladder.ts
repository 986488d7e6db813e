// The idle ladder: which idle times were lived through, and which were not.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import type { Chart } from './chart.ts';

/** null where no connection was asked. */
export function ladderChart(item: EvidenceOf<'idle-timeout'>): Chart | null {
  if (item.probes.length === 0) return null;
  const probes = item.probes
    .map(({ idleSeconds, outcome, code, pass }) => ({ idleSeconds, outcome, code, pass }))
    .sort((a, b) => a.idleSeconds - b.idleSeconds);
  const { survivedSeconds, expiredSeconds } = item;
  const from = item.direction === 'inbound' ? ' until the far side spoke' : '';
  return {
    data: { chart: 'ladder', probes, survivedSeconds, expiredSeconds },
    title: `Which connections lived, by how long they idled${from}`,
    words: `${countsInWords(probes.map(({ outcome }) => outcome))}${bracketInWords(survivedSeconds, expiredSeconds)}`,
  };
}

function countsInWords(outcomes: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return `${outcomes.length} idle times were tried: ${[...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}.`;
}

function bracketInWords(survivedSeconds: number | null, expiredSeconds: number | null): string {
  const lived = survivedSeconds === null ? '' : ` The longest that lived idled for ${formatSeconds(survivedSeconds)}.`;
  const died =
    expiredSeconds === null ? '' : ` The shortest that counts as dead idled for ${formatSeconds(expiredSeconds)}.`;
  return lived + died;
}
