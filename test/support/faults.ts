// What the tests of faults have in common: commands that must work, and what a report says of what was not measured.

import { expect } from 'vitest';
import type { LabHost } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { all } from './lab-run.ts';

/** Runs a command inside a namespace, which must succeed. */
export async function must(host: LabHost, command: string, ...args: string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await host.run(command, args);
  expect({ command: [command, ...args].join(' '), stderr, exitCode }).toMatchObject({ stderr: '', exitCode: 0 });
  return stdout;
}

/** Why something could not be measured. */
export function skippedBecause(report: Report): string[] {
  return all(report, 'skipped').map(({ because }) => because);
}

/** Causes that the report holds for likely or sure. */
export function accused(report: Report): string[] {
  return report.causes
    .filter(({ verdict }) => verdict === 'confirmed' || verdict === 'likely')
    .map(({ cause, subject }) => `${cause} ${subject}`);
}
