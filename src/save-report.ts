// The files that a report is written to: JSON (--save) and the page (--html), each whole or not at all.

import type { ReportOutput } from './cli/index.ts';
import { jsonPieces } from './report/json.ts';
import type { Report } from './report/report.ts';
import { saveFile } from './save.ts';

type Rendering = (report: Report) => string | Generator<string>;

export interface Renderings {
  readonly redact: (report: Report) => Report;
  readonly page: Rendering;
}

/** Loads what the output needs, before root is given up: the user may not be able to read where netcheck is installed. */
export async function loadRenderings({
  htmlPath,
  redact,
}: Pick<ReportOutput, 'htmlPath' | 'redact'>): Promise<Renderings> {
  const page: Rendering = htmlPath === null ? () => '' : (await import('./html/index.ts')).renderHtml;
  return { page, redact: redact ? (await import('./redacted-report.ts')).redactReport : (report) => report };
}

/** What could not be saved and why; nothing that is wrong with one file keeps the other from being written. */
export function saveReport(
  report: Report,
  { savePath, htmlPath }: Pick<ReportOutput, 'savePath' | 'htmlPath'>,
  { page }: Renderings,
): string[] {
  const files = [
    { what: 'the report', path: savePath, render: jsonPieces },
    { what: 'the page', path: htmlPath, render: page },
  ];
  return files.flatMap(({ what, path, render }) => {
    if (path === null) return [];
    try {
      saveFile(path, render(report));
      return [];
    } catch (error) {
      return [`${what} was not saved: ${(error as Error).message}`];
    }
  });
}
