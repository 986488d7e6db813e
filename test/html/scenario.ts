// Reports of the scenarios, as --html gets them.

import { readdirSync, readFileSync } from 'node:fs';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import type { Report } from '../../src/report/report.ts';
import { reportOf } from '../report/reports.ts';

const ROOT = new URL('../../fixtures/scenarios/', import.meta.url);
export const SCENARIOS = readdirSync(ROOT).sort();

export function scenarioEvidence(name: string): Evidence[] {
  return JSON.parse(readFileSync(new URL(`${name}/evidence.json`, ROOT), 'utf8')) as Evidence[];
}

export function scenario(name: string): Report {
  const evidence = scenarioEvidence(name);
  return reportOf({ evidence, causes: diagnose(evidence) });
}
