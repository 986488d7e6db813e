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
  return `cause-${(indexOf(report).placeOf.get(cause) ?? -1) + 1}`;
}

/** Ids are netcheck's own; those of a report from elsewhere may hold anything. */
export function anchorOf(id: string): string {
  if (/^[\w-]{1,40}$/.test(id)) return `evidence-${id}`;
  return `evidence-${createHash('sha256').update(id).digest('hex').slice(0, 16)}`;
}

export function citationsOf(report: Report, id: string): Citation[] {
  return citing(report, id).map((cause) => ({
    href: `#${causeAnchor(report, cause)}`,
    text: `${titleOf(cause.cause)}: ${cause.subject} (${cause.verdict})`,
  }));
}

/** The causes that rest on a piece of evidence, in their order. */
export function citing(report: Report, id: string): readonly Cause[] {
  return indexOf(report).citing.get(id) ?? [];
}

interface Index {
  readonly placeOf: ReadonlyMap<Cause, number>;
  readonly citing: ReadonlyMap<string, readonly Cause[]>;
}

const indices = new WeakMap<Report, Index>();

/** Made once for a report, which may hold tens of thousands of causes. */
function indexOf(report: Report): Index {
  const known = indices.get(report);
  if (known !== undefined) return known;
  const byId = new Map<string, Cause[]>();
  for (const cause of report.causes) {
    for (const id of new Set(cause.because)) {
      const others = byId.get(id);
      if (others === undefined) byId.set(id, [cause]);
      else others.push(cause);
    }
  }
  const made = { placeOf: new Map(report.causes.map((cause, place) => [cause, place])), citing: byId };
  indices.set(report, made);
  return made;
}
