// How a report is printed, be it new or read from a file.

import type { TextOutput } from './cli/index.ts';
import { complain } from './complain.ts';
import type { EvidenceOf } from './evidence.ts';
import { print } from './print.ts';
import { jsonPieces } from './report/json.ts';
import type { Report } from './report/report.ts';
import { capital, withoutStop } from './report/style.ts';
import { renderText } from './report/text.ts';
import { pageOf } from './terminal.ts';

/** `whole` is what JSON shows, where that is more than what text can tell of. */
export function printReport(report: Report, output: TextOutput, process: NodeJS.Process, whole: Report = report): void {
  const skipped = report.evidence.filter((item): item is EvidenceOf<'skipped'> => item.kind === 'skipped');
  const nothingElse = skipped.length > 0 && skipped.length === report.evidence.length;
  // The text report has a section for what was skipped; where it is not printed, stderr says it.
  if (output.json || nothingElse) {
    for (const { check, target, because, hint } of skipped) {
      complain(process, `--${check} ${target}: ${withoutStop(because)}. ${capital(hint)}`);
    }
  }
  if (output.json) {
    for (const piece of jsonPieces(whole)) print(process.stdout, piece);
  } else if (!nothingElse || report.interrupted) {
    print(process.stdout, renderText(report, { ...pageOf(output, process), verbosity: output.verbosity }));
  }
}
