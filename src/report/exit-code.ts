// The exit code, which scripts go by. Silence is never 0 by accident.

import type { Report } from './report.ts';

export const EXIT = { nothingFound: 0, causeFound: 1, usage: 2, notMeasured: 3, interrupted: 130 } as const;

/**
 * 130 interrupted · 1 a cause is confirmed or likely · 3 something that was asked for could not be measured, and nothing
 * was found · 0 looked and found no cause. What was measured and still left a cause `unknown` counts as not measured.
 */
export function exitCode(report: Report): number {
  if (report.interrupted) return EXIT.interrupted;
  if (report.causes.some(({ verdict }) => verdict === 'confirmed' || verdict === 'likely')) return EXIT.causeFound;
  if (report.evidence.some(({ kind }) => kind === 'skipped')) return EXIT.notMeasured;
  const measured = new Set(report.evidence.map(({ id }) => id));
  const undecided = report.causes.some(
    ({ verdict, because }) => verdict === 'unknown' && because.some((id) => measured.has(id)),
  );
  return undecided ? EXIT.notMeasured : EXIT.nothingFound;
}
