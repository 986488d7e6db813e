// What an examination says while it goes on: how long it may take, and a line for each check that has ended.

import { formatSeconds, formatSecondsRange } from '../duration.ts';
import type { Finding } from '../evidence.ts';
import type { Plan, Step } from '../plan/index.ts';
import { narrow } from '../printable.ts';

/** Before anything is sent. */
export function announcement(target: string, { steps, deadlineSeconds }: Plan): string {
  const longest = Math.max(0, ...steps.map((step) => ('worstCaseSeconds' in step ? step.worstCaseSeconds : 0)));
  const atMost = formatSeconds(Math.ceil(Math.min(longest, deadlineSeconds ?? Number.POSITIVE_INFINITY)));
  const checks = countOf(steps);
  const together = checks === 1 ? '1 check' : `${checks} checks at once`;
  return `Examining ${narrow(target)}: ${together}, at most ${atMost}. Ctrl-C prints what is known by then.`;
}

const CHECK_NAMES: Readonly<Record<Exclude<Step['check'], 'skipped'>, string>> = {
  'dup-ip': 'duplicate check',
  listen: 'listening',
  read: 'reading',
  ping: 'echo requests',
  path: 'path',
  'ping-sweep': 'echo requests',
  'idle-timeout': 'idle timeout',
  'ssh-idle-timeout': 'idle timeout',
  'mosh-ports': 'ports of mosh',
};

/** For the `ended`th check that has ended, of those that are not skipped. */
export function checkEnded(step: Step, findings: readonly Finding[], ended: number, { steps }: Plan): string {
  if (step.check === 'skipped') return narrow(`  left out, --${step.skippedCheck} ${step.target}: ${step.because}`);
  const results = findings.map(resultOf).filter((text) => text !== null);
  const said = results.length === 0 ? 'nothing was measured' : results.join('; ');
  return narrow(`  ${ended} of ${countOf(steps)}, ${CHECK_NAMES[step.check]}: ${said}`);
}

function countOf(steps: Plan['steps']): number {
  return steps.filter(({ check }) => check !== 'skipped').length;
}

/** In a few words; null for what belongs to another finding. */
function resultOf(finding: Finding): string | null {
  switch (finding.kind) {
    case 'skipped':
      return finding.because;
    case 'arp-claims': {
      const { ip, ownMac, claims } = finding;
      if (ownMac !== null)
        return `${ip}, which is ours: ${claims.length === 0 ? 'nobody else has it' : others(claims)}`;
      return `${ip}: ${claims.length === 0 ? 'nobody answers' : others(claims)}`;
    }
    case 'echo': {
      const { sent, received, rttMs } = finding;
      return `${received} of ${sent} came back${rttMs === null ? '' : `, after ${Number(rttMs.mean.toPrecision(2))} ms`}`;
    }
    case 'tcp-connect':
      return finding.outcome === 'open' ? null : `port ${finding.port} is ${finding.outcome}`;
    case 'idle-timeout':
      return idleResult(finding);
    case 'idle-enforcer':
      return finding.hop === null ? null : `hop ${finding.hop} forgets`;
    case 'keepalive-trial':
      return finding.speaks === 'payload' || finding.outcome !== 'alive'
        ? null
        : `a keepalive every ${formatSeconds(finding.intervalSeconds)} prevents that`;
    default:
      return null;
  }
}

function others(claims: readonly { readonly mac: string }[]): string {
  return claims.length === 1 ? 'one machine' : `${claims.length} MACs claim it`;
}

function idleResult({
  survivedSeconds,
  expiredSeconds,
  direction,
}: Extract<Finding, { kind: 'idle-timeout' }>): string {
  const who = direction === 'inbound' ? 'the far side speaking first, ' : '';
  if (expiredSeconds !== null)
    return `${who}dead after ${formatSecondsRange(survivedSeconds ?? 0, expiredSeconds)} of silence`;
  return survivedSeconds === null
    ? `${who}not known`
    : `${who}alive after ${formatSeconds(survivedSeconds)} of silence`;
}
