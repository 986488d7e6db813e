// What an examination says while it goes on: how long it may take, and a line for each check that has ended.

import { formatSeconds } from '../duration.ts';
import type { Finding } from '../evidence.ts';
import type { Plan, Step } from '../plan/index.ts';
import { inShort } from './in-short.ts';
import { narrow } from './live-lines.ts';

/** Before anything is sent. */
export function announcement(target: string, { steps, deadlineSeconds }: Plan): string {
  const longest = Math.max(0, ...steps.map((step) => ('worstCaseSeconds' in step ? step.worstCaseSeconds : 0)));
  const atMost = formatSeconds(Math.min(Math.ceil(longest), deadlineSeconds ?? Number.POSITIVE_INFINITY));
  const checks = steps.filter(({ check }) => check !== 'skipped').length;
  return `Examining ${narrow(target)}: ${checks} ${checks === 1 ? 'check' : 'checks'} side by side, at most ${atMost} (Ctrl-C prints what is known by then).`;
}

const CHECK_NAMES: Readonly<Record<Step['check'], string>> = {
  'dup-ip': 'duplicate addresses',
  listen: 'listening',
  read: 'reading',
  ping: 'echo requests',
  path: 'path',
  'idle-timeout': 'idle timeout',
  'ssh-idle-timeout': 'idle timeout, through sessions',
  skipped: 'skipped',
};

/** One line for a check that has ended. */
export function checkEnded(step: Step, findings: readonly Finding[]): string {
  const name = step.check === 'skipped' ? `${step.skippedCheck} skipped` : CHECK_NAMES[step.check];
  const said = findings.map((finding) => (finding.kind === 'skipped' ? finding.because : inShort(finding)));
  const results = [...new Set(said.filter((text) => text !== null))].join('; ');
  return narrow(`  ${name}: ${results === '' ? 'nothing was measured' : results}`);
}
