// One climb of the ladder with what is measured beside it: of the whole path, or of what lies beyond a hop that is kept awake.

import type { Clock } from '../clock.ts';
import {
  type Awake,
  type Beside,
  isForgotten,
  measureAfterwards,
  measureBeside,
  NOTHING_BESIDE,
  type Peer,
  reservedFor,
} from './beside.ts';
import { bracketOf } from './bracket.ts';
import { Climb } from './climb.ts';
import type { Control } from './control.ts';
import type { Dial, Endpoint } from './dial.ts';
import { awakeUpTo, LEFT_ALONE } from './idling.ts';
import { firstPass, type LadderLimits, longestSeconds } from './ladder.ts';
import { type LadderResult, ladderResult } from './ladder-result.ts';
import type { IdleObservation } from './observation.ts';
import { resetsOfOneAge, withPeerResets } from './peer-resets.ts';
import { ConnectionPool } from './pool.ts';

/** What one level needs of the measurement that it is a part of. */
export interface Measuring {
  readonly dial: Dial;
  readonly endpoint: Endpoint;
  readonly control: Control;
  readonly connectMs: number;
  readonly peer: Peer;
  /** Documented timeouts of well-known devices, which the first pass pins. */
  readonly knownSeconds: readonly number[];
  readonly clock: Clock;
  /** When the measurement began, on the clock. */
  readonly startedAt: number;
  /** The user's. */
  readonly signal: AbortSignal;
  /** The user's, or the end of the time that the peer grants. */
  readonly stop: AbortSignal;
  readonly tell: (observation: IdleObservation) => void;
}

export interface Level extends LadderResult, Beside {
  /** The connections were reset after the same time as the control, which keepalives had kept busy. */
  readonly despiteKeepalives: boolean;
}

/** `awake` null: the connections idle untouched. `beganAt` is when its time began to run; `onClimbed` is called when only what is beside goes on. */
export async function measureLevel(
  measuring: Measuring,
  limits: LadderLimits,
  awake: Awake | null,
  beganAt: number,
  onClimbed: () => void = () => {},
): Promise<Level> {
  const { dial, endpoint, control, connectMs, peer, knownSeconds, clock, startedAt, signal, stop, tell } = measuring;
  const pool = new ConnectionPool(dial, endpoint, limits, reservedFor(limits));
  const deadlineAt = beganAt + longestSeconds(limits) * 1000;
  const idling = awake === null ? LEFT_ALONE : awakeUpTo(awake.hop, awake.everySeconds, peer.greets);
  const climb = new Climb(pool, limits, idling, control, connectMs, deadlineAt, clock, stop, tell);
  const enough = new AbortController();
  const besideStop = AbortSignal.any([stop, enough.signal]);
  const suspected = () => climb.suspected();
  try {
    const beside =
      reservedFor(limits) === 0
        ? NOTHING_BESIDE
        : measureBeside(dial, endpoint, pool, suspected, awake, control, peer, clock, besideStop, tell);
    if (awake !== null) tell({ event: 'deeper', awakeHop: awake.hop });
    await climb.run(firstPass(limits, knownSeconds));
    tell({ event: 'climbed' });
    onClimbed();
    if (!isForgotten(bracketOf(climb.rungs), peer)) enough.abort();
    void clock.sleep(deadlineAt - clock.now(), besideStop).then(() => enough.abort());
    const isAfterwards = limits.replaced === true && limits.quick !== true;
    const measuredBeside = isAfterwards
      ? await measureAfterwards(dial, endpoint, pool, suspected, control, peer, clock, besideStop, tell)
      : await beside;
    const resets = resetsOfOneAge(climb.rungs, control.resetAfterMs);
    const rungs = withPeerResets(climb.rungs, resets);
    const { opened, dialFailures } = pool;
    const result = ladderResult(startedAt, limits, { rungs, opened, dialFailures }, control, signal);
    return { ...result, ...measuredBeside, despiteKeepalives: resets?.isConfirmed === true };
  } finally {
    enough.abort();
    pool.close();
  }
}
