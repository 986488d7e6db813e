// One total order for causes, the same for any order of the evidence:
//
//   1. verdict    confirmed, likely, possible, unknown, ruled-out
//   2. cause      as in CAUSE_KINDS: what explains the most comes first
//   3. subject    by text
//   4. summary    by text, and
//   5. evidence   by id, so that nothing is left to chance

import { CAUSE_KINDS, type Cause, VERDICTS } from './cause.ts';

export function rank(causes: readonly Cause[]): Cause[] {
  return causes.toSorted(
    (a, b) =>
      VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) ||
      CAUSE_KINDS.indexOf(a.cause) - CAUSE_KINDS.indexOf(b.cause) ||
      byText(a.subject, b.subject) ||
      byText(a.summary, b.summary) ||
      byText(a.because.join(), b.because.join()),
  );
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
