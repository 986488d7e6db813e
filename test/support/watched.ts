// A simulated measurement as those see it who watch: its events, stamped with virtual time.

import type { ScanEvent, StepObservation } from '../../src/events.ts';
import type { IdleTimeoutStep } from '../../src/plan/index.ts';
import { idleTeller } from '../../src/scan/tell-idle.ts';
import { type Asked, ENDPOINT, type Run, simulate } from '../tcp/simulate.ts';
import type { MemoryNatOptions } from './memory-nat.ts';

const { address: host, port } = ENDPOINT;
export const WATCHED: IdleTimeoutStep = {
  check: 'idle-timeout',
  target: `${host}:${port}`,
  host,
  port,
  interfaceName: null,
  maxIdleSeconds: 900,
  connections: 64,
  partnerConnections: 64,
  resolutionSeconds: null,
  quick: false,
  deep: false,
  worstCaseSeconds: 2739,
};

/** Stamps what a step tells of itself; `START` is the moment 0. */
export function stamped({ event, ...rest }: StepObservation, seconds: number, target = WATCHED.target): ScanEvent {
  const at = new Date(Math.round(seconds * 1000)).toISOString();
  return { event, at, seconds, step: 1, check: WATCHED.check, target, ...rest } as ScanEvent;
}

/** Begins and ends as a scan of this one step does. */
export async function watch(
  path: MemoryNatOptions,
  asked: Asked = {},
): Promise<Run & { readonly events: ScanEvent[] }> {
  const events: ScanEvent[] = [stamped({ event: 'step-started' }, 0)];
  const { maxIdleSeconds = 900, connections = 63, deadlineSeconds = null, quick = false, deep = false } = asked;
  const limits = { maxIdleSeconds, connections, deadlineSeconds, quick };
  const run = await simulate(path, {
    ...asked,
    observer: (clock) =>
      idleTeller(WATCHED, 'outbound', limits, clock, (each) => events.push(stamped(each, clock.now() / 1000)), deep),
  });
  return { ...run, events };
}
