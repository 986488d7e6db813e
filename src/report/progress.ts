// What a person sees who waits: each step that still runs, and when all will be done at the latest.

import { formatSeconds } from '../duration.ts';
import { printable } from './style.ts';

export interface RunningStep {
  readonly target: string;
  readonly text: string;
}

/** One line of at most `width` characters. */
export function renderProgress(
  running: readonly RunningStep[],
  elapsedSeconds: number,
  worstCaseSeconds: number,
  width: number,
): string {
  const left = Math.max(0, Math.ceil(worstCaseSeconds - elapsedSeconds));
  const steps = running.map(({ target, text }) => `${target}: ${text}`).join(' · ');
  const line = printable(`${Math.floor(elapsedSeconds)} s, at most ${formatSeconds(left)} more · ${steps}`);
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
}
