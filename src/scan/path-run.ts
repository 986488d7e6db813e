// What the parts of --path have in common: the hops, the path MTU and the marks are measured side by side.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { Trace } from '../path/index.ts';
import type { PathStep } from '../plan/index.ts';
import type { PathWays } from './path-ways.ts';

export interface PathRun {
  readonly step: PathStep;
  readonly address: string;
  readonly ways: PathWays;
  readonly trace: Trace;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (observation: StepObservation) => void;
}

/** An answer that is late by so many round trips of the host will not come, and none is expected before that time. */
const ROUND_TRIPS = 4;
const SHORTEST_WAIT_MS = 250;

/** How long to wait for an answer, in ms, when it is known how long the host takes to answer. */
export function patience(waitMs: number, roundTripMs: number): number {
  return Math.min(waitMs, Math.max(SHORTEST_WAIT_MS, ROUND_TRIPS * roundTripMs));
}
