// Carries out a plan: every step at once, each turned into evidence. The only room that knows both protocols and evidence.

import { isIpAddress } from '../address/ip.ts';
import type { Link } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import type { Evidence, Finding } from '../evidence.ts';
import type { DupIpStep, IdleTimeoutStep, ListenStep, PingStep, Plan, Step } from '../plan/index.ts';
import { scanDupIp } from './dup-ip.ts';

import { scanIdleTimeout } from './idle-timeout.ts';
import type { Instruments } from './instruments.ts';
import { scanListen } from './listen.ts';
import { scanPing } from './ping.ts';
import { scanRead } from './read-capture.ts';
import { withIds } from './record.ts';

export type { CaptureFrames, Instruments, Opened } from './instruments.ts';

/** Something to tell a person who waits. */
export interface ScanProgress {
  readonly step: Step;
  readonly text: string;
  readonly done: boolean;
}

/** Evidence in the order of the plan, whatever came first. When `signal` aborts: what was seen by then. */
export async function scan(
  plan: Plan,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (progress: ScanProgress) => void = () => {},
): Promise<Evidence[]> {
  const findings = await Promise.all(
    plan.steps.map(async (step) => {
      const report = (text: string, done = false): void => onProgress({ step, text, done });
      report('started');
      const found = await scanStep(step, instruments, clock, signal, report);
      report('done', true);
      return found;
    }),
  );
  const seen = findings.flat();
  return withIds([...seen, ...machineFindings(plan, seen)]);
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
  report: (text: string) => void,
): Promise<Finding[]> | Finding[] {
  switch (step.check) {
    case 'skipped': {
      const { skippedCheck: check, target, because, hint } = step;
      return [{ kind: 'skipped', check, target, because, hint }];
    }
    case 'dup-ip':
      return withLink(step, instruments, (link) => {
        const equipment = { link, paths: instruments.paths(step), random: instruments.random };
        return scanDupIp(step, equipment, clock, signal, report);
      });
    case 'listen':
      return withLink(step, instruments, (link) => scanListen(step, link, clock, signal, report));
    case 'read':
      return scanRead(step, instruments.capture(step.target), clock, signal, report);
    case 'ping':
      return withAddress(step, instruments, signal, (address) =>
        scanPing(step, address, instruments, clock, signal, report),
      );
    case 'idle-timeout':
      return withAddress(step, instruments, signal, (address) =>
        scanIdleTimeout(step, address, instruments, clock, signal, report),
      );
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
  return [{ kind: 'skipped', check: 'dup-ip', target: step.target, because, hint: 'run with sudo' }];
}

/** Resolves the step's host first; a name that does not resolve is why the step is skipped. */
async function withAddress(
  step: PingStep | IdleTimeoutStep,
  { resolve }: Instruments,
  signal: AbortSignal,
  measure: (address: string) => Promise<Finding[]>,
): Promise<Finding[]> {
  if (isIpAddress(step.host)) return measure(step.host);
  const aborted = new Promise<null>((settle) => signal.addEventListener('abort', () => settle(null), { once: true }));
  let address: string | null;
  try {
    address = await Promise.race([resolve(step.host), aborted]);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const because = `the name ${step.host} does not resolve (${code})`;
    const hint =
      code === 'EAI_AGAIN'
        ? 'no name server answered: give its address, or look at /etc/resolv.conf'
        : 'check the spelling, or give its address';
    return [{ kind: 'skipped', check: step.check, target: step.target, because, hint }];
  }
  return address === null ? [] : measure(address);
}
