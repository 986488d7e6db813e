// What is said of candidates: one sentence behind a verdict, and what to know of those that are peculiar.

import { KNOWN_IDLE_TIMEOUTS, type KnownIdleTimeout } from '../known-idle-timeouts.ts';
import type { Candidate } from './candidates.ts';
import type { Opinion } from './define-rule.ts';

/** Of times that a wide bracket can't tell apart, so many are named. One time that many share names them all. */
const NAMED = 5;

const KNOWN_BY_ID = new Map(KNOWN_IDLE_TIMEOUTS.map((known) => [known.id, known]));

/** The opinion with its candidates told; without any it stays as it is. */
export function withNames(opinion: Opinion): Opinion {
  const { consistentWith = [] } = opinion;
  if (consistentWith.length === 0) return opinion;
  const summary = `${opinion.summary} ${sentence(consistentWith)}`;
  return { ...opinion, summary, advice: [...opinion.advice, ...adviceFor(consistentWith)] };
}

function sentence(candidates: readonly Candidate[]): string {
  const times = [...new Set(candidates.map(({ seconds }) => seconds))].sort((a, b) => a - b);
  const [first] = times;
  if (times.length === 1 && first !== undefined) return sharing(candidates, first);
  const named = candidates.slice(0, NAMED).map(({ product, seconds }) => `${product} (${seconds} s)`);
  const others = candidates.length - named.length;
  return `Consistent with ${candidates.length} known defaults from ${first} to ${times.at(-1)} s, which the measured range does not tell apart: ${named.join('; ')}${others > 0 ? `; and ${others} more` : ''}.`;
}

function sharing(candidates: readonly Candidate[], seconds: number): string {
  const isSure = ({ ending }: Candidate): boolean => ending === 'documented' || ending === 'also-documented';
  const listed = (some: readonly Candidate[]): string => some.map(({ product }) => product).join('; ');
  const sure = candidates.filter(isSure);
  const unsure = candidates.filter((candidate) => !isSure(candidate));
  const byDefault = `(${seconds} s by default)`;
  if (sure.length === 0) {
    return `Consistent, by the time alone (their endings are undocumented), with: ${listed(unsure)} ${byDefault}.`;
  }
  const byTime = unsure.length === 0 ? '' : `; by the time alone (their endings are undocumented): ${listed(unsure)}`;
  return `Consistent with: ${listed(sure)} ${byDefault}${byTime}.`;
}

function adviceFor(candidates: readonly Candidate[]): string[] {
  const known = candidates.flatMap(({ id }) => KNOWN_BY_ID.get(id) ?? []);
  const deaf = known.filter(({ needsPayload }) => needsPayload);
  const settable = new Set(known.slice(0, NAMED).flatMap(settingOf));
  return [
    ...deaf.map(
      ({ product }) =>
        `If it should be ${product}: keepalives without payload do not refresh it. ServerAliveInterval carries data and does, TCPKeepAlive does not.`,
    ),
    ...(settable.size === 0 ? [] : [`The setting, should it be one of these: ${[...settable].join('; ')}.`]),
  ];
}

function settingOf({ product, setting }: KnownIdleTimeout): string[] {
  return setting === undefined ? [] : [`${product}: ${setting}`];
}
