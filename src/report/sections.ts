// What a report says, sorted as people read it: whatever prints it has the same parts in the same order.

import { CATALOG } from '../diagnose/catalog.ts';
import type { Cause, Verdict } from '../diagnose/cause.ts';
import type { EvidenceOf } from '../evidence.ts';
import { besideThePoint } from './on-the-way.ts';
import type { Report } from './report.ts';

/** Findings with their advice; a network full of duplicates has one reason, and its remedy is read once. */
export const TOLD_IN_FULL = 5;

export function withVerdict(report: Report, verdict: Verdict): Cause[] {
  return report.causes.filter((cause) => cause.verdict === verdict);
}

export function findings(report: Report): Cause[] {
  return report.causes.filter(({ verdict }) => verdict === 'confirmed' || verdict === 'likely');
}

/** Looked for, and it could not be told. */
export function undecided(report: Report): Cause[] {
  const skips = new Set(skipped(report).map(({ id }) => id));
  return unknowns(report).filter(({ because }) => because.length > 0 && !because.some((id) => skips.has(id)));
}

/** What nobody asked about. */
export function notMeasured(report: Report): Cause[] {
  const isBesideThePoint = besideThePoint(report);
  return unknowns(report).filter((cause) => cause.because.length === 0 && !isBesideThePoint(cause));
}

export function skipped(report: Report): EvidenceOf<'skipped'>[] {
  return report.evidence.filter((item): item is EvidenceOf<'skipped'> => item.kind === 'skipped');
}

function unknowns(report: Report): Cause[] {
  return withVerdict(report, 'unknown');
}

/** The word itself where a newer netcheck has a cause that is not known here. */
export function titleOf(cause: string): string {
  return (CATALOG as Readonly<Record<string, { readonly title: string } | undefined>>)[cause]?.title ?? cause;
}

/** The whole report in a sentence or two. */
export function headline(report: Report): string {
  const found = findings(report);
  const interrupted = report.interrupted ? ' Interrupted: this is what was known by then.' : '';
  if (found.length > 0) {
    const named = found.slice(0, TOLD_IN_FULL);
    const titles = named.map(({ cause, subject }) => `${titleOf(cause)} (${subject})`);
    if (found.length > named.length) titles.push(`and ${found.length - named.length} more`);
    return `${found.length === 1 ? 'Found' : `Found ${found.length} causes`}: ${titles.join('; ')}.${interrupted}`;
  }
  const measured = withVerdict(report, 'ruled-out').length + withVerdict(report, 'possible').length;
  // Of UDP ports advice is given, and no verdict: they end no session.
  const isMeasured = report.evidence.some(({ kind }) => kind === 'udp-ports');
  if (measured === 0) {
    return isMeasured
      ? `What was measured is by itself the cause of nothing.${interrupted}`
      : `Nothing could be told: see what is missing below.${interrupted}`;
  }
  const isOpen = unknowns(report).some(({ because }) => because.length > 0);
  const scope = isOpen
    ? 'No cause found so far, and not everything could be told.'
    : 'No cause found in what was checked.';
  return `${scope}${interrupted}`;
}
