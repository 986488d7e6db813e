// The report for people: the verdict with its proof and its remedy first, what was ruled out and not measured in a line
// each, then the reasons, then the evidence.

import { CATALOG } from '../diagnose/catalog.ts';
import type { Cause } from '../diagnose/cause.ts';
import { byMoment, MOMENT } from '../diagnose/moments.ts';
import { printable, printableLines } from '../printable.ts';
import { toAscii } from './ascii.ts';
import { renderEvidence } from './evidence-tables.ts';
import { renderPlain } from './plain.ts';
import { proofOf } from './proof-line.ts';
import type { Report } from './report.ts';
import { findings, headline, notMeasured, skipped, TOLD_IN_FULL, undecided, withVerdict } from './sections.ts';
import { capital, fold, lineWidth, type Page, type Style, styleFor, withoutStop, wrap } from './style.ts';

export interface TextOptions extends Page {
  /** `quiet`: the verdicts only. `verbose`: every measurement. */
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** Nothing but ASCII, for locales that know no other characters. */
  readonly ascii?: boolean;
}

export function renderText(report: Report, options: TextOptions): string {
  const style = styleFor(options);
  const text = style.plain
    ? renderPlain(report, style, options.verbosity)
    : renderPage(report, style, options.verbosity);
  return options.ascii ? toAscii(text) : text;
}

function renderPage(report: Report, style: Style, verbosity: TextOptions['verbosity']): string {
  const found = findings(report);
  const blocks = [
    style.bold(printable(headline(report))),
    whichOne(found, style),
    ...found.slice(0, TOLD_IN_FULL).map((cause) => renderFinding(cause, report, style)),
    list('Found too, with the same advice', found.slice(TOLD_IN_FULL), style),
  ];
  if (verbosity === 'quiet') blocks.push(openQuestions(report, style));
  else {
    blocks.push(
      inOneLineEach(report, style),
      list('Possible, not proven', withVerdict(report, 'possible'), style),
      openQuestions(report, style),
      list('Why ruled out', withVerdict(report, 'ruled-out'), style),
      whatWouldTell(report, style),
      ...renderEvidence(report.evidence, style, verbosity === 'verbose'),
    );
  }
  const page = blocks.filter((block) => block !== '').join('\n\n');
  return `${style.width === null ? page : fold(page, style.width)}\n`;
}

/** Several causes that show in different moments: by what the reader saw, which of them it was. */
function whichOne(found: readonly Cause[], style: Style): string {
  const groups = byMoment(found);
  if (groups.length === 0) return '';
  const lines = groups.map(({ moment, causes, never }) => {
    const { seen } = MOMENT[moment];
    const titles = causes.map(({ cause, subject }) => `${CATALOG[cause].title} (${printable(subject)})`);
    const but = never === null ? '' : `; ${never}`;
    return `  - ${wrap(`${capital(seen)}: ${titles.join(' or ')}${but}.`, lineWidth(style), '    ')}`;
  });
  return [`${style.bold('Which of them was it?')}`, ...lines].join('\n');
}

/** What a reader looks for first after the findings; the reasons and the commands follow below. */
function inOneLineEach(report: Report, style: Style): string {
  const lines = [
    { title: 'Ruled out', causes: withVerdict(report, 'ruled-out') },
    { title: 'Not measured', causes: notMeasured(report) },
  ];
  return lines
    .filter(({ causes }) => causes.length > 0)
    .map(({ title, causes }, _, shown) => {
      const others = shown.flatMap((each) => (each.title === title ? [] : each.causes));
      const line = wrap(`${title}: ${titlesOf(causes, others)}`, lineWidth(style), '  ');
      return `${style.bold(line.slice(0, title.length + 1))}${line.slice(title.length + 1)}`;
    })
    .join('\n');
}

/** Subjects that are named; a network has more. */
const NAMED = 3;

/** Each title once; with its subjects where it stands in another line (`others`) too, or has several. */
function titlesOf(causes: readonly Cause[], others: readonly Cause[]): string {
  const titles = [...new Set(causes.map(({ cause }) => cause))].map((kind) => {
    const group = causes.filter(({ cause }) => cause === kind);
    const isAlone = group.length === 1 && !others.some((other) => other.cause === kind);
    const names = [...new Set(group.map(({ subject }) => printable(subject)))];
    const listed = names.length > NAMED ? `${names.length} times` : names.join(', ');
    return isAlone ? CATALOG[kind].title : `${CATALOG[kind].title} (${listed})`;
  });
  return `${titles.join(', ')}.`;
}

function renderFinding(found: Cause, report: Report, style: Style): string {
  const { cause, subject, verdict, because, summary, advice, missing, effect = CATALOG[cause].effect } = found;
  const paint = verdict === 'confirmed' ? style.red : style.yellow;
  const title = `${paint(verdict.toUpperCase())}  ${style.bold(`${CATALOG[cause].title}: ${printable(subject)}`)}`;
  const width = lineWidth(style);
  const lines = [
    `  ${wrap(printable(summary), width, '  ')}`,
    `  ${wrap(`So ${printable(effect)}.`, width, '  ')}`,
    ...proofLine(because, report, style),
    ...(advice.length + missing.length === 0 ? [] : ['  What to do:']),
    ...advice.map((item) => `    - ${wrap(printableLines(item), width, '      ')}`),
    ...missing.map((item) => `    - ${wrap(`To be sure: ${printable(item)}`, width, '      ')}`),
    style.dim(`  How it is known, and what fixes it: netcheck explain ${cause}`),
  ];
  return [title, ...lines].join('\n');
}

function proofLine(because: readonly string[], report: Report, style: Style): string[] {
  if (because.length === 0) return [];
  const proof = proofOf(because, report.evidence);
  const ids = style.dim(`[${printable(because.join(', '))}]`);
  return [proof === '' ? `  Seen: ${ids}` : `  ${wrap(`Seen: ${printable(proof)}.`, lineWidth(style), '  ')}  ${ids}`];
}

function list(title: string, causes: readonly Cause[], style: Style): string {
  if (causes.length === 0) return '';
  const lines = causes.map(({ cause, summary, because, missing }) => {
    const evidence = because.length === 0 ? '' : style.dim(` [${printable(because.join(', '))}]`);
    const more = missing.map((item) => `\nMore: ${printable(item)}`).join('');
    return `  - ${wrap(`${CATALOG[cause].title}: ${printable(summary)}${more}`, lineWidth(style), '    ')}${evidence}`;
  });
  return [`${style.bold(title)}:`, ...lines].join('\n');
}

function openQuestions(report: Report, style: Style): string {
  const lines = skipped(report).map(
    ({ check, target, because, hint }) =>
      `  - ${wrap(printable(`--${check} ${target}: ${withoutStop(because)}. ${capital(hint)}`), lineWidth(style), '    ')}`,
  );
  return [
    list('Undecided', undecided(report), style),
    lines.length === 0 ? '' : [`${style.bold('Could not measure')}:`, ...lines].join('\n'),
  ]
    .filter((block) => block !== '')
    .join('\n\n');
}

function whatWouldTell(report: Report, style: Style): string {
  const causes = notMeasured(report);
  if (causes.length === 0) return '';
  const lines = causes.map(
    ({ cause, missing }) =>
      `  - ${wrap(printable(`${CATALOG[cause].title}: ${missing.join('; ')}`), lineWidth(style), '    ')}`,
  );
  return [`${style.bold('What would tell the rest')}:`, ...new Set(lines)].join('\n');
}
