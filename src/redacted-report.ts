// --redact: a report as it may be shown to others. What it concludes follows anew from evidence that holds pseudonyms only.

import { hostname } from 'node:os';
import { diagnose } from './diagnose/index.ts';
import { redactEvidence } from './redact/index.ts';
import type { Report } from './report/report.ts';
import { account } from './ssh/index.ts';

export function redactReport(report: Report): Report {
  const host = hostname();
  const users = [process.env.SUDO_USER, account()?.name].filter((name) => name !== undefined);
  const evidence = redactEvidence(report.evidence, { hosts: [host, host.split('.')[0] ?? host], users });
  const { schema, version, startedAt, finishedAt, interrupted } = report;
  return { schema, version, startedAt, finishedAt, interrupted, redacted: true, evidence, causes: diagnose(evidence) };
}
