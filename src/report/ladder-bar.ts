// An idle ladder as a bar: each column is a time of silence, on a logarithmic scale, since the steps between them grow too.

import { formatClock, formatSecondsRange } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';

type IdleTimeout = EvidenceOf<'idle-timeout'>;

/** With fewer a sentence is quicker. */
const FEWEST_PROBES = 4;
const ALIVE = '█';
const BOTH = '▒';
const DEAD = '░';
const UNCLEAR = '?';

/** Two lines and a legend, at most `width` columns; nothing where a picture would not help. */
export function ladderBar({ probes, survivedSeconds, expiredSeconds }: IdleTimeout, width: number): string[] {
  const times = probes.map(({ idleSeconds }) => idleSeconds).filter((seconds) => seconds > 0);
  const [from, to] = [Math.min(...times), Math.max(...times)];
  if (times.length < FEWEST_PROBES || from >= to) return [];
  const [left, right] = [formatClock(from), formatClock(to)];
  const length = width - left.length - right.length - 4;
  if (length < 1) return [];
  // A report from elsewhere may know of a limit outside of what was tried.
  const columnOf = (seconds: number): number => {
    const at = Math.round((Math.log(seconds / from) / Math.log(to / from)) * (length - 1));
    return Math.min(length - 1, Math.max(0, at));
  };
  const bar = `  ${left} ${cells(probes, columnOf, length)} ${right}`;
  const legend = legendOf(probes);
  if (survivedSeconds === null || expiredSeconds === null || survivedSeconds <= 0) return [bar, `  ${legend}`];
  const limit = formatSecondsRange(survivedSeconds, expiredSeconds);
  const at = 3 + left.length + columnOf(Math.sqrt(survivedSeconds * expiredSeconds));
  // The text stands left of its mark where there is no room on the right.
  const mark = at + 2 + limit.length <= width ? `${' '.repeat(at)}▲ ${limit}` : `${`${limit} ▲`.padStart(at + 1)}`;
  return [bar, mark, `  ${legend}`];
}

/** What lies between two of one outcome is taken for the same; what lies between alive and dead stays empty. */
function cells(probes: IdleTimeout['probes'], columnOf: (seconds: number) => number, length: number): string {
  const bar: string[] = new Array<string>(length).fill(' ');
  const sorted = probes.filter(({ idleSeconds }) => idleSeconds > 0).toSorted((a, b) => a.idleSeconds - b.idleSeconds);
  for (const { idleSeconds, outcome } of sorted) {
    const at = columnOf(idleSeconds);
    bar[at] = together(bar[at] as string, glyphOf(outcome));
  }
  let last = -1;
  for (let at = 0; at < length; at++) {
    if (bar[at] === ' ') continue;
    if (last >= 0 && bar[last] === bar[at] && bar[at] !== UNCLEAR) bar.fill(bar[at] as string, last, at);
    last = at;
  }
  return bar.join('');
}

function glyphOf(outcome: IdleTimeout['probes'][number]['outcome']): string {
  if (outcome === 'alive') return ALIVE;
  return outcome === 'inconclusive' ? UNCLEAR : DEAD;
}

function together(before: string, now: string): string {
  if (before === ' ' || before === UNCLEAR || before === now) return now;
  return now === UNCLEAR ? before : BOTH;
}

function legendOf(probes: IdleTimeout['probes']): string {
  const has = (glyph: string): boolean => probes.some(({ outcome }) => glyphOf(outcome) === glyph);
  return [
    has(ALIVE) ? `${ALIVE} alive` : '',
    has(DEAD) ? `${DEAD} dead` : '',
    has(ALIVE) && has(DEAD) ? `${BOTH} some of each` : '',
    has(UNCLEAR) ? `${UNCLEAR} unclear` : '',
  ]
    .filter((part) => part !== '')
    .join('  ');
}
