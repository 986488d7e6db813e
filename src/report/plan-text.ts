// What --dry-run prints: the plan, in the order in which it would be carried out, with its worst-case duration.

import { formatSeconds } from '../duration.ts';
import { describeSettings, describeStep, type Plan, type Step } from '../plan/index.ts';
import { capital, printable } from './style.ts';

export function renderPlan(plan: Plan): string {
  const longest = Math.max(0, ...plan.steps.map(worstCase));
  const lines = plan.steps.map((step) => `  - ${printable(`${capital(describeStep(step))}${details(step)}`)}`);
  const settings = plan.settingsOf.map(
    (target) => `  - ${printable(`${capital(describeSettings(target))}, sending nothing`)}`,
  );
  return [
    'netcheck would, all at once:',
    ...lines,
    ...(plan.undecided === undefined ? [] : [`  - ${printable(capital(plan.undecided))}`]),
    ...settings,
    `At worst this takes ${formatSeconds(longest)}. Nothing was sent.`,
    '',
  ].join('\n');
}

function details(step: Step): string {
  switch (step.check) {
    case 'dup-ip': {
      const pace =
        step.ratePerSecond === null ? 'as fast as the interface takes them' : `at most ${step.ratePerSecond} a second`;
      const sender = step.senders[0]?.ip ?? '0.0.0.0 (RFC 5227 probes)';
      const rounds = step.rounds === 1 ? 'one round' : `${step.rounds} rounds`;
      const proof =
        step.proofPort === null ? '' : `; whoever shares an address is asked at port ${step.proofPort} who it is`;
      return `: ${rounds} ${pace}, sender ${sender}, then ${formatSeconds(step.listenSeconds)} of listening${proof} (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    }
    case 'listen':
      return ', sending nothing';
    case 'read':
      return ', sending nothing';
    case 'ping':
      return `, one every ${formatSeconds(step.intervalSeconds)}, by ${step.method} (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    case 'path':
      return `: ${step.rounds} rounds, one every ${formatSeconds(step.intervalSeconds)}, of ${step.port === null ? 'echo requests' : `SYNs to port ${step.port}`}, by ${step.method} (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    case 'idle-timeout':
      return `: at most ${step.connections} connections, no payload (5 connections and 90 s if sshd answers; at worst ${formatSeconds(step.worstCaseSeconds)})`;
    case 'ssh-idle-timeout':
      return `: at most ${step.sessions} at once, logged in by your own ssh, or one at a time if that has to ask for a password; then the same with the far side speaking first (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    case 'mosh-ports':
      return `: ${step.ports.join(', ')}, three each (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    case 'skipped':
      return `. ${capital(step.hint)}`;
  }
}

function worstCase(step: Step): number {
  return 'worstCaseSeconds' in step ? step.worstCaseSeconds : 0;
}
