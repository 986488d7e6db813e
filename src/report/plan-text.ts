// What --dry-run prints: the plan, in the order in which it would be carried out, with its worst-case duration.

import { formatSeconds } from '../duration.ts';
import {
  describeSettings,
  describeStep,
  type PingStep,
  type PingSweepStep,
  type Plan,
  type Step,
} from '../plan/index.ts';
import { printable } from '../printable.ts';
import { capital } from './style.ts';

/** `defaultsFrom` is the file that gave options their defaults, null without one; `files` those that the run would write. */
export function renderPlan(plan: Plan, defaultsFrom: string | null = null, files: readonly string[] = []): string {
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
    ...(files.length === 0 ? [] : [printable(`Then it would write ${files.join(' and ')}; nothing is written now.`)]),
    ...(defaultsFrom === null ? [] : [printable(`Defaults of options come from ${defaultsFrom}.`)]),
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
      return `, one every ${formatSeconds(step.intervalSeconds)}${marked(step)}, by ${step.method} (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    case 'ping-sweep': {
      const pace = step.ratePerSecond === null ? 'as fast as they are taken' : `at most ${step.ratePerSecond} a second`;
      const rounds = step.repeatAnswered
        ? `${step.rounds} to each`
        : `up to ${step.rounds} to each that does not answer`;
      return `: ${rounds}, ${pace}${marked(step)}, by ${step.method} (at worst ${formatSeconds(step.worstCaseSeconds)})`;
    }
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

function marked({ dscp, dataBytes }: PingStep | PingSweepStep): string {
  const size = dataBytes === USUAL_DATA_BYTES ? '' : `, ${dataBytes} bytes of data`;
  return `${size}${dscp === 0 ? '' : `, marked with DSCP ${dscp}`}`;
}

/** As ping(8) sends, which need not be said. */
const USUAL_DATA_BYTES = 56;

function worstCase(step: Step): number {
  return 'worstCaseSeconds' in step ? step.worstCaseSeconds : 0;
}
