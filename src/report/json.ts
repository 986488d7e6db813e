// The report as JSON: the contract itself.

import { harmlessJson } from '../printable.ts';
import type { Report } from './report.ts';

export function renderJson(report: Report): string {
  return `${harmlessJson(JSON.stringify(report, null, 2))}\n`;
}
