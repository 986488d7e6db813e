// Carries out a plan: every step at once, each turned into evidence. The only room that knows both protocols and evidence.

import type { Link } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import { formatSeconds } from '../duration.ts';
import type { EventOf, Observation, StepObservation } from '../events.ts';
import type { Evidence, Finding } from '../evidence.ts';
import type { DupIpStep, ListenStep, Plan, Step } from '../plan/index.ts';
import { scanDupIp } from './dup-ip.ts';
import { scanIdleTimeout } from './idle-timeout.ts';
import type { Instruments } from './instruments.ts';
import { scanListen, typedCheck } from './listen.ts';
import { scanMoshPorts } from './mosh-ports.ts';
import { scanPath } from './path.ts';
import { scanPing } from './ping.ts';
import { scanPingSweep } from './ping-sweep.ts';
import { scanRead } from './read-capture.ts';
import { withIds } from './record.ts';
import { scanSshIdle } from './ssh-idle.ts';
import { besideWhatWasSeen, scanSshSettings } from './ssh-settings.ts';
import { withAddress } from './with-address.ts';

export type { CaptureFrames, FirstHop, Instruments, Opened, ServerDump } from './instruments.ts';

/**
 * Evidence in the order of the plan, whatever came first. When `signal` aborts: what was seen by then. `observe` is told
 * what happens meanwhile.
 */
export async function scan(
  plan: Plan,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  observe: (observation: Observation) => void = () => {},
): Promise<Evidence[]> {
  const { deadlineSeconds } = plan;
  const over = new AbortController();
  if (deadlineSeconds !== undefined) void clock.sleep(deadlineSeconds * 1000, over.signal).then(() => over.abort());
  const isLate = (): boolean => over.signal.aborted && !signal.aborted;
  try {
    return await scanSteps(plan, instruments, clock, AbortSignal.any([signal, over.signal]), isLate, observe);
  } finally {
    over.abort();
  }
}

async function scanSteps(
  plan: Plan,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  isLate: () => boolean,
  observe: (observation: Observation) => void,
): Promise<Evidence[]> {
  const settings = scanSshSettings(plan, instruments, signal);
  const findings = await Promise.all(
    plan.steps.map(async (step, index) => {
      const which = { step: index + 1, check: checkOf(step), target: step.target };
      observe({ event: 'step-started', ...which });
      const tell = ({ event, ...rest }: StepObservation): void => observe({ event, ...which, ...rest } as Observation);
      const measured = await scanStep(step, instruments, clock, signal, tell);
      const found = measured.length === 0 && isLate() ? unfinished(step, plan) : measured;
      for (const finding of found) observe({ event: 'evidence', step: which.step, finding });
      observe({ event: 'step-done', ...which });
      return found;
    }),
  );
  const seen = findings.flat();
  const ofMachine = [
    ...routeFindings(plan),
    ...machineFindings(plan, seen),
    ...besideWhatWasSeen(await settings, seen),
  ];
  for (const finding of ofMachine) observe({ event: 'evidence', step: null, finding });
  return withIds([...seen, ...ofMachine]);
}

/** What there was no time for must not look as if nobody had asked. */
function unfinished(step: Step, { deadlineSeconds = 0 }: Plan): Finding[] {
  const check = checkOf(step);
  if (check === 'listen') return [];
  const because = `it had come to no result when the time of --quick was over, after ${formatSeconds(deadlineSeconds)}`;
  return [{ kind: 'skipped', check, target: step.target, because, hint: 'leave --quick out' }];
}

/** What a step is called in events. */
export function checkOf(step: Step): EventOf<'step-started'>['check'] {
  if (step.check === 'ssh-idle-timeout') return 'idle-timeout';
  if (step.check === 'ping-sweep') return 'ping';
  return step.check === 'skipped' ? step.skippedCheck : step.check;
}

function routeFindings({ route }: Plan): Finding[] {
  if (route === undefined) return [];
  const { host, address, interfaceName, gateway } = route;
  return [{ kind: 'route', host, address, interface: interfaceName, gateway }];
}

/** What the machine itself adds to the picture of an idle connection, where one was measured. */
function machineFindings({ keepalive }: Plan, seen: readonly Finding[]): Finding[] {
  const relevant = keepalive !== null && seen.some(({ kind }) => kind === 'idle-timeout');
  return relevant ? [{ kind: 'kernel-keepalive', ...keepalive }] : [];
}

function scanStep(
  step: Step,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> | Finding[] {
  switch (step.check) {
    case 'skipped': {
      const { skippedCheck: check, target, because, hint } = step;
      return [{ kind: 'skipped', check, target, because, hint }];
    }
    case 'dup-ip':
      return withLink(step, instruments, (link) => {
        const equipment = { link, paths: instruments.paths(step), random: instruments.random };
        return scanDupIp(step, equipment, clock, signal, tell);
      });
    case 'listen':
      return withLink(step, instruments, (link) => scanListen(step, link, clock, signal, tell));
    case 'read':
      return scanRead(step, instruments.capture(step.target), clock, signal, tell);
    case 'ping':
      return withAddress(step, instruments, signal, (address) =>
        scanPing(step, address, instruments, clock, signal, tell),
      );
    case 'path':
      return withAddress(step, instruments, signal, (address) =>
        scanPath(step, address, instruments, clock, signal, tell),
      );
    case 'ping-sweep':
      return scanPingSweep(step, instruments, clock, signal, tell);
    case 'idle-timeout':
      return withAddress(step, instruments, signal, (address) =>
        scanIdleTimeout(step, address, instruments, clock, signal, tell),
      );
    case 'mosh-ports':
      return withAddress(step, instruments, signal, (address) =>
        scanMoshPorts(step, address, instruments, clock, signal),
      );
    case 'ssh-idle-timeout':
      return scanSshIdle(step, instruments, clock, signal, tell);
  }
}

function withLink(
  step: DupIpStep | ListenStep,
  instruments: Instruments,
  measure: (link: Link) => Promise<Finding[]>,
): Promise<Finding[]> | Finding[] {
  const link = instruments.link(step);
  if (link.ok) return measure(link.value);
  const because = `no packet socket on ${step.interfaceName} (${link.because})`;
  const check = step.check === 'listen' ? typedCheck(step) : 'dup-ip';
  return [{ kind: 'skipped', check, target: step.target, because, hint: 'run with sudo' }];
}
