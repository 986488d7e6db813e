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

/**
 * What a check could leave on a host: rules, processes, and sockets that a process has open. Connections that the kernel itself is
 * still closing, for a minute, and its neighbours are left out.
 */
export async function left(host: LabHost): Promise<string> {
  const looks = [
    ['nft', 'list', 'ruleset'],
    ['sh', '-c', "ss -Htuwxap | grep -F 'users:((' | grep -vF '(\"ss\"' || true"],
    // Not in a pipe: whether its last command has begun when they are counted is chance.
    ['sh', '-c', 'pids=$(ip netns pids "$(ip netns identify $$)"); echo "$pids" | wc -l'],
  ] as const;
  const found: string[] = [];
  for (const [command, ...args] of looks) found.push((await host.run(command, args)).stdout);
  return found.join('--\n');
}
