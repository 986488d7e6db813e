// The report as a monitoring plugin gives it: one line, what was measured as performance data behind a bar, and an exit code of
// four. After the Monitoring Plugins Development Guidelines, which Nagios, Icinga, Checkmk and others read.

import type { Step } from '../plan/index.ts';
import { printable } from '../printable.ts';
import { toAscii } from './ascii.ts';
import { metricsOf, performanceData } from './performance-data.ts';
import { proofOf } from './proof-line.ts';
import type { Report } from './report.ts';
import { findings, skipped, titleOf, undecided, withVerdict } from './sections.ts';
import { capital, withoutStop } from './style.ts';

const STATUS = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 } as const;
type Status = keyof typeof STATUS;

export interface PluginResult {
  /** One line, with its end. */
  readonly text: string;
  readonly code: (typeof STATUS)[Status];
}

/** Older agents (NRPE 2) cut at 1 KB, what was measured included. */
const LONGEST_WORDS = 400;

/**
 * CRITICAL: a cause is confirmed, and ends sessions as things are set · WARNING: one is likely, or confirmed and kept from
 * ending sessions by a keepalive · UNKNOWN: interrupted, or something that was asked for could not be measured and nothing was
 * found · OK: all else. What is merely possible is named there: one lost packet wakes nobody. `problems` are of files that
 * were to be written: then OK is not said either. They and what was skipped are named whatever the status is.
 * `steps` are the plan's, which decide what the performance data are called.
 */
export function pluginResult(
  report: Report,
  problems: readonly string[] = [],
  steps: readonly Step[] = [],
): PluginResult {
  const { status, words } = judge(report, problems);
  return resultOf(status, words, performanceData(metricsOf(report.evidence, onlyEndpoint(steps))));
}

function onlyEndpoint(steps: readonly Step[]): string | null {
  const [first, ...others] = steps.filter((step) =>
    (step.check === 'skipped' ? step.skippedCheck : step.check).endsWith('idle-timeout'),
  );
  return first === undefined || others.length > 0 ? null : first.target;
}

/** Why nothing was measured. */
export function pluginUnknown(because: string): PluginResult {
  return resultOf('UNKNOWN', because, '');
}

function judge(report: Report, problems: readonly string[]): { readonly status: Status; readonly words: string } {
  const found = findings(report);
  const told = found
    .map((cause) => {
      const proof = proofOf(cause.because, report.evidence);
      return `${named(cause)}${cause.verdict === 'likely' ? ', likely' : ''}${proof === '' ? '' : `: ${proof}`}`;
    })
    .join('; ');
  const missed = skipped(report).map(
    ({ check, target, because, hint }) => `--${check} ${target}: ${withoutStop(because)}. ${capital(hint)}`,
  );
  if (report.interrupted) {
    const byThen = told === '' ? [] : [`by then: ${told}`];
    return { status: 'UNKNOWN', words: ['interrupted', ...byThen, ...missed, ...problems].join('; ') };
  }
  const isCritical = found.some(({ verdict, moments }) => verdict === 'confirmed' && moments?.length !== 0);
  if (found.length > 0) {
    return { status: isCritical ? 'CRITICAL' : 'WARNING', words: [told, ...missed, ...problems].join('; ') };
  }
  const unmeasured = [...missed, ...undecided(report).map((cause) => `${named(cause)}: ${cause.summary}`), ...problems];
  if (unmeasured.length > 0) return { status: 'UNKNOWN', words: unmeasured.join('; ') };
  const possible = withVerdict(report, 'possible').map(named);
  const measured = report.evidence.filter(({ kind }) => !kind.endsWith('-settings'));
  const seen = proofOf(
    measured.map(({ id }) => id),
    measured,
  );
  const but = possible.length === 0 ? '' : `, possible: ${possible.join(', ')}`;
  return { status: 'OK', words: `no cause found${but}${seen === '' ? '' : `: ${seen}`}` };
}

function named({ cause, subject }: { readonly cause: string; readonly subject: string }): string {
  return `${titleOf(cause)} (${subject})`;
}

function resultOf(status: Status, words: string, data: string): PluginResult {
  const plain = oneLine(words);
  const short = plain.length > LONGEST_WORDS ? `${plain.slice(0, LONGEST_WORDS - 3).trimEnd()}...` : plain;
  return { text: `NETCHECK ${status} - ${short}${data === '' ? '' : ` | ${data}`}\n`, code: STATUS[status] };
}

/** A bar would begin the performance data, and a line break further output; agents may know no characters but ASCII. */
function oneLine(words: string): string {
  return toAscii(printable(words.replaceAll(/\s+/g, ' ').trim())).replaceAll('|', '/');
}
