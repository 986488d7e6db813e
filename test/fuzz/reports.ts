// Saved reports: read, reasoned with anew, told and drawn; and what is shown of any text at all.

import { readdirSync, readFileSync } from 'node:fs';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { renderHtml } from '../../src/html/index.ts';
import { harmlessJson, printable, printableAscii, printableOutput } from '../../src/printable.ts';
import { redactEvidence } from '../../src/redact/index.ts';
import { renderJson } from '../../src/report/json.ts';
import { readReport } from '../../src/report/read.ts';
import type { Report } from '../../src/report/report.ts';
import { renderText } from '../../src/report/text.ts';
import { reportOf } from '../report/reports.ts';
import { controlsIn } from '../support/control-bytes.ts';
import { asText, comesBack, type FuzzTarget, isPrintable, text } from './target.ts';

const SCENARIOS = new URL('../../fixtures/scenarios/', import.meta.url);
const LONGEST_SEED = 12_000;

function reports(): Report[] {
  return readdirSync(SCENARIOS).map((name) => {
    const json = readFileSync(new URL(`${name}/evidence.json`, SCENARIOS), 'utf8');
    const evidence = JSON.parse(json) as Evidence[];
    return reportOf({ evidence, causes: diagnose(evidence) });
  });
}

const SEEDS = reports()
  .map((report) => text(JSON.stringify(report)))
  .filter(({ length }) => length <= LONGEST_SEED);

/** What is read is read again from what is written of it. */
function read(bytes: Uint8Array): Report | null {
  const first = readReport(asText(bytes), '0.1.0');
  if (!first.ok) return null;
  const again = readReport(renderJson(first.whole), '0.1.0');
  if (!again.ok) throw new Error(`what was written is not read: ${again.problem}`);
  comesBack(first.known, again.known);
  return first.known;
}

function told(bytes: Uint8Array): void {
  const known = read(bytes);
  if (known === null) return;
  isPrintable(renderText(known, { color: false, verbosity: 'verbose' }));
  isPrintable(renderText(known, { color: false, verbosity: 'normal', width: 60 }));
}

function drawn(bytes: Uint8Array): void {
  const known = read(bytes);
  if (known !== null) isPrintable(renderHtml(known));
}

function redacted(bytes: Uint8Array): void {
  const known = read(bytes);
  if (known !== null) diagnose(redactEvidence(known.evidence, { hosts: [], users: [] }));
}

function shown(bytes: Uint8Array): void {
  const said = asText(bytes);
  isPrintable(printable(said));
  isPrintable(printableAscii(said));
  const unwanted = controlsIn(printableOutput(said), { tabs: true, colours: true });
  if (unwanted.length > 0) throw new Error(unwanted.join());
  comesBack(said, JSON.parse(harmlessJson(JSON.stringify(said))));
}

const JSON_REPORT = { seeds: SEEDS, isJson: true, longestBytes: 24_000 } as const;

export const REPORTS: readonly FuzzTarget[] = [
  { name: 'saved report as text', ...JSON_REPORT, share: 0.015, run: told },
  { name: 'saved report as a page', ...JSON_REPORT, share: 0.01, run: drawn },
  { name: 'saved report redacted', ...JSON_REPORT, share: 0.01, run: redacted },
  {
    name: 'what is printed',
    seeds: [text('plain'), text('\x1b[2J\u202e\u009b31m\u2028漢')],
    dictionary: ['\u200b', '\u{e0041}', '\ufe0f', '\ud83d\ude00'],
    run: shown,
  },
];
