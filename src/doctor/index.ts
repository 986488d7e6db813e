// netcheck doctor: what can run here, what is missing, and the command to fix it.

import { toAscii } from '../report/ascii.ts';
import { type Page, styleFor, wrap } from '../report/style.ts';
import { table } from '../report/table.ts';
import { type DoctorFinding, examineMachine } from './findings.ts';
import { type MachineFacts, readMachine } from './machine.ts';

export { readMachine };

/** The table, and whether everything can be measured as well as it can be. */
export function runDoctor(
  facts: MachineFacts,
  page: Page & { readonly ascii: boolean },
): { readonly text: string; readonly isWell: boolean } {
  const findings = examineMachine(facts);
  const text = renderDoctor(findings, page);
  return { text: page.ascii ? toAscii(text) : text, isWell: findings.every(({ state }) => state === 'ok') };
}

function renderDoctor(findings: readonly DoctorFinding[], page: Page): string {
  const style = styleFor(page);
  const rows = findings.map(({ state, what, says, fix }) => [state, what, says, fix ?? '']);
  const missing = findings.filter(({ state }) => state === 'missing').length;
  const limited = findings.filter(({ state }) => state === 'limited').length;
  const lessWell = limited === 0 ? '' : `, ${limited} of ${findings.length} less well than could be`;
  const verdict =
    missing === 0
      ? `Everything can be measured here${lessWell}.`
      : `${missing} of ${findings.length} can't be done here as things are${lessWell}.`;
  const width = style.width ?? Number.POSITIVE_INFINITY;
  return `${style.plain ? `# ${verdict}` : style.bold(wrap(verdict, width, '  '))}\n\n${table('netcheck doctor', ['', 'for', 'seen', 'to fix it'], rows, style)}\n`;
}
