// The report as tab-separated rows, each table under a line that begins with "#" and names it: for pipes and screen readers.
// Names and order of the columns are promised; columns may be added at the end.

import { CATALOG } from '../diagnose/catalog.ts';
import { renderEvidence } from './evidence-tables.ts';
import type { Report } from './report.ts';
import { capital, type Style } from './style.ts';
import { table } from './table.ts';

export function renderPlain(report: Report, style: Style, verbosity: 'quiet' | 'normal' | 'verbose'): string {
  const { causes, evidence, interrupted } = report;
  const skipped = evidence.filter((item) => item.kind === 'skipped');
  const told =
    verbosity === 'quiet' ? causes.filter(({ verdict }) => verdict === 'confirmed' || verdict === 'likely') : causes;
  const tables = [
    table(
      'report',
      ['version', 'started', 'finished', 'interrupted'],
      [[report.version, report.startedAt, report.finishedAt, interrupted ? 'yes' : 'no']],
      style,
    ),
    table(
      'causes',
      ['verdict', 'cause', 'subject', 'evidence', 'summary'],
      told.map(({ verdict, cause, subject, because, summary }) => [
        verdict,
        cause,
        subject,
        because.join(' '),
        inOneRow(summary),
      ]),
      style,
    ),
    table(
      'effects',
      ['cause', 'subject', 'effect'],
      told.flatMap(({ verdict, cause, subject, effect }) =>
        verdict === 'confirmed' || verdict === 'likely'
          ? [[cause, subject, inOneRow(effect ?? CATALOG[cause].effect)]]
          : [],
      ),
      style,
    ),
    table('advice', ['cause', 'subject', 'step', 'line'], told.flatMap(adviceRows), style),
    table(
      'missing',
      ['cause', 'subject', 'what would tell'],
      told.flatMap(({ cause, subject, missing }) => missing.map((text) => [cause, subject, inOneRow(text)])),
      style,
    ),
    table(
      'skipped',
      ['evidence', 'check', 'target', 'because', 'hint'],
      skipped.map(({ id, check, target, because, hint }) => [
        id,
        check,
        target,
        inOneRow(because),
        capital(inOneRow(hint)),
      ]),
      style,
    ),
    ...(verbosity === 'quiet' ? [] : renderEvidence(evidence, style, true)),
  ];
  return `${tables.filter((each) => each !== '').join('\n\n')}\n`;
}

/** A step of advice may hold lines to paste: each is a row, so that cut(1) gives them back as they are. */
function adviceRows({ cause, subject, advice }: Report['causes'][number]): (string | number)[][] {
  return advice.flatMap((step, index) => step.split('\n').map((line) => [cause, subject, index + 1, line]));
}

function inOneRow(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
