// What a planner says when the command line itself is wrong, and when this machine can't do what was asked.

import type { InterfaceFacts } from '../host.ts';
import type { SkippedStep } from './step.ts';

/** Wrong usage: the message says what is wrong and what to type instead, in one line. */
export class UsageError extends Error {}

export function skip(
  skippedCheck: SkippedStep['skippedCheck'],
  target: string,
  because: string,
  hint: string,
): SkippedStep {
  return { check: 'skipped', skippedCheck, target, because, hint };
}

/** The skipped step when the interface is down, else null. */
export function skipIfDown(
  skippedCheck: SkippedStep['skippedCheck'],
  target: string,
  chosen: InterfaceFacts | null,
): SkippedStep | null {
  if (chosen === null || chosen.up) return null;
  const hint = `bring it up: ip link set ${chosen.name} up`;
  return skip(skippedCheck, target, `interface ${chosen.name} is down`, hint);
}
