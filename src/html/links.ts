// From a verdict to its evidence and back: every verdict and every piece of evidence has an anchor.

import { createHash } from 'node:crypto';
import type { Cause } from '../diagnose/cause.ts';
import type { Report } from '../report/report.ts';
import { titleOf } from '../report/sections.ts';

export interface Citation {
  readonly href: string;
  readonly text: string;
}

export function causeAnchor(report: Report, cause: Cause): string {
  return `cause-${report.causes.indexOf(cause) + 1}`;
}

/** Ids are netcheck's own; those of a report from elsewhere may hold anything. */
export function anchorOf(id: string): string {
  if (/^[\w-]{1,40}$/.test(id)) return `evidence-${id}`;
  return `evidence-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}

export function citationsOf(report: Report, id: string): Citation[] {
  return report.causes
    .filter(({ because }) => because.includes(id))
    .map((cause) => ({
      href: `#${causeAnchor(report, cause)}`,
      text: `${titleOf(cause.cause)}: ${cause.subject} (${cause.verdict})`,
    }));
}
