// What will be done, decided before anything is sent: (options, host facts) → steps with their pacing and worst-case
// duration. Pure. A step that can't be done here is planned as skipped, with the reason and what to do about it.

import { Ipv4Set } from '../address/ipv4-set.ts';
import { formatSeconds } from '../duration.ts';
import type { HostFacts, InterfaceFacts } from '../host.ts';
import { planDupIp } from './dup-ip.ts';
import { deadlineOf, planExamined, routeToExamined, undecided, withExamined } from './examine.ts';
import { planIdleTimeout } from './idle-timeout.ts';
import { planListenToAll, planRead } from './listen.ts';
import { planMoshPorts } from './mosh-ports.ts';
import type { ScanOptions } from './options.ts';
import { planPath } from './path.ts';
import { planPing } from './ping.ts';
import { planSshSettings } from './ssh-settings.ts';
import type { PlanResult, Step } from './step.ts';
import { UsageError } from './usage.ts';

export { type Destination, loginOf, parseDestination } from './destination.ts';
export type * from './options.ts';
export { describeSettings } from './ssh-settings.ts';
export type * from './step.ts';
export { parseExpected, parseTargets } from './targets.ts';
export { UsageError };

/** Throws nothing; a UsageError of the functions below ends here. */
export function makePlan(asked: ScanOptions, facts: HostFacts): PlanResult {
  try {
    const options = withExamined(asked, facts);
    const { examine } = options;
    const deadlineSeconds = deadlineOf(options);
    const route = routeToExamined(options, facts);
    const chosen = chooseInterface(options, facts);
    const steps = [
      ...planArp(options, facts, chosen),
      ...planPing(options, facts, chosen),
      ...options.path.map((target) => planPath(target, options, facts, chosen)),
      ...options.idleTimeout.map((target) => planIdleTimeout(target, options, chosen)),
      ...planExamined(options, facts, chosen),
      ...options.moshPorts.map((target) => planMoshPorts(target, chosen)),
    ];
    return {
      ok: true,
      plan: {
        steps,
        ...(route === undefined ? {} : { route }),
        ...(examine === null || examine.whereabouts !== null ? {} : { undecided: undecided(examine) }),
        ...(deadlineSeconds === undefined ? {} : { deadlineSeconds }),
        settingsOf: planSshSettings(steps, facts),
        keepalive: facts.keepalive,
      },
    };
  } catch (error) {
    if (error instanceof UsageError) return { ok: false, message: error.message };
    throw error;
  }
}

/** Whether addresses are asked for, listened for or looked up in captures. */
function planArp(options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step[] {
  if (options.read.length > 0) return options.read.map((file) => planRead(file, options, facts));
  if (options.dupIp.length > 0) return planDupIp(options, facts, chosen);
  return options.listenSeconds === null ? [] : [planListenToAll(options, facts, chosen)];
}

function chooseInterface(options: ScanOptions, facts: HostFacts): InterfaceFacts | null {
  if (options.interfaceName === null) return null;
  const found = facts.interfaces.find(({ name }) => name === options.interfaceName);
  if (found) return found;
  const names = facts.interfaces.map(({ name }) => name).join(', ');
  const named =
    options.interfaceName === '' ? '-i: no name is given' : `no interface is named ${options.interfaceName}`;
  throw new UsageError(`${named}; this machine has ${names}`);
}

/** The step in a few words, for progress, errors and the plan that --dry-run prints. */
export function describeStep(step: Step): string {
  switch (step.check) {
    case 'dup-ip':
      return step.swept === null
        ? `ask on ${step.interfaceName} who owns ${step.target}`
        : `ask ${step.named.union(step.swept.addresses).size} addresses of ${step.target} on ${step.interfaceName} who owns them`;
    case 'listen':
      return `listen on ${step.interfaceName} for ${formatSeconds(step.seconds)} to who claims ${step.addresses === null ? 'an address' : step.target}`;
    case 'read':
      return `read ${step.target}`;
    case 'ping':
      return `send ${step.count} echo ${step.count === 1 ? 'request' : 'requests'} to ${step.host}${step.besideGateway ? ', and to the first router on the way' : ''}`;
    case 'ping-sweep': {
      const size = step.hosts instanceof Ipv4Set ? step.hosts.size : step.hosts.length;
      return `send echo requests to ${size} addresses of ${step.target}`;
    }
    case 'path':
      return `find the hops to ${step.target}, the largest packet that gets through, and what becomes of marked ones`;
    case 'idle-timeout':
      return `hold idle connections to ${step.target} for up to ${formatSeconds(step.maxIdleSeconds)}`;
    case 'ssh-idle-timeout':
      return `hold idle sessions of ${step.target} for up to ${formatSeconds(step.maxIdleSeconds)}`;
    case 'mosh-ports':
      return `send datagrams to ${step.ports.length} UDP ports of mosh on ${step.host}`;
    case 'skipped':
      return `skip --${step.skippedCheck} ${step.target}: ${step.because}`;
  }
}
