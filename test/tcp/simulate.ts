// Runs one measurement through a simulated middlebox and tells what came of it, and what it cost.

import { readFileSync } from 'node:fs';
import type { Clock } from '../../src/clock.ts';
import { type IdleMeasurement, type IdleOptions, measureIdleTimeout } from '../../src/tcp/idle-timeout.ts';
import type { IdleObservation } from '../../src/tcp/observation.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { type MemoryNat, type MemoryNatOptions, memoryNat } from '../support/memory-nat.ts';
import { type MemoryPartner, type MemoryPartnerOptions, memoryPartner } from '../support/memory-partner.ts';

const KNOWN_FILE = new URL('../../fixtures/known-idle-timeouts.json', import.meta.url);
export const KNOWN_SECONDS: readonly number[] = (
  JSON.parse(readFileSync(KNOWN_FILE, 'utf8')) as readonly { readonly seconds: number }[]
).map(({ seconds }) => seconds);

export const ENDPOINT = { address: '192.0.2.7', port: 7022, interfaceName: null } as const;

export type Measured = Extract<IdleMeasurement, { connected: true }>;

export interface Run {
  readonly measured: IdleMeasurement;
  readonly path: MemoryNat;
  /** The connections that carry payload. */
  readonly partner: MemoryPartner;
  /** Virtual time from the first dial to the answer. */
  readonly wallSeconds: number;
}

export interface Asked {
  readonly maxIdleSeconds?: number;
  readonly connections?: number;
  readonly deadlineSeconds?: number | null;
  readonly limitsFor?: IdleOptions['limitsFor'];
  readonly knownSeconds?: readonly number[];
  readonly quick?: boolean;
  readonly resolutionSeconds?: number;
  readonly deep?: boolean;
  /** The peer is a partner, and payload to it fares so. */
  readonly partner?: MemoryPartnerOptions;
  /** The user interrupts after so many seconds. */
  readonly abortAfterSeconds?: number;
  /** Is told what happens, on the virtual clock. */
  readonly observer?: (clock: Clock) => (observation: IdleObservation) => void;
}

/** The defaults are those of the command line: 15 minutes, 64 connections with the control. */
export async function simulate(path: MemoryNatOptions, asked: Asked = {}): Promise<Run> {
  const virtual = fakeClock();
  const clock = nodeTimers(virtual, path.suspended);
  const nat = memoryNat(clock, path);
  const partner = memoryPartner(clock, asked.partner);
  const { maxIdleSeconds = 900, connections = 63, deadlineSeconds = null, deep = false } = asked;
  const { quick = false, resolutionSeconds } = asked;
  const wishes = { quick, ...(resolutionSeconds === undefined ? {} : { resolutionSeconds }) };
  const interrupted = new AbortController();
  const { abortAfterSeconds } = asked;
  if (abortAfterSeconds !== undefined) {
    void clock.sleep(abortAfterSeconds * 1000).then(() => interrupted.abort());
  }
  const options: IdleOptions = {
    endpoint: ENDPOINT,
    greetingMs: 400,
    limitsFor: asked.limitsFor ?? (() => ({ ...wishes, maxIdleSeconds, connections, deadlineSeconds })),
    partnerDialFor: () => (asked.partner === undefined ? null : partner.dial),
    knownSeconds: asked.knownSeconds ?? KNOWN_SECONDS,
    deep,
  };
  const tell = asked.observer?.(clock);
  const measured = await virtual.run(measureIdleTimeout(nat.dial, options, clock, interrupted.signal, tell));
  return { measured, path: nat, partner, wallSeconds: virtual.now() / 1000 };
}

/** The measurement of a run that must have connected. */
export function connected({ measured }: Run): Measured {
  if (!measured.connected) throw new Error(`not connected: ${measured.reason} (${measured.code})`);
  return measured;
}

/** Node's timers wait for 1 ms at least; a fraction of less than the clock can add would stop virtual time for ever. */
export function nodeTimers(clock: FakeClock, slept?: MemoryNatOptions['suspended']): Clock {
  return {
    now: () => clock.now(),
    suspendedMs: () => (slept !== undefined && clock.now() > slept.at * 1000 ? slept.for * 1000 : 0),
    sleep: (ms, signal) => clock.sleep(ms <= 0 ? 0 : Math.max(1, ms), signal),
  };
}
