// After how many idle seconds does the path forget a connection? One connection per candidate time, all at once, so that
// the first answer costs one timeout T and not the many of a search with a single connection; a second pass narrows it.

import type { Clock } from '../clock.ts';
import { type Beside, isForgotten, measureBeside, reservedFor } from './beside.ts';
import { Climb, type IdleProgress } from './climb.ts';
import { Control } from './control.ts';
import type { Connection, Dial, DialFailure, Endpoint } from './dial.ts';
import { bracketOf, firstPass, type LadderLimits, longestSeconds } from './ladder.ts';
import { type LadderResult, ladderResult } from './ladder-result.ts';
import { CONNECT_TIMEOUT_MS, ConnectionPool } from './pool.ts';

export interface IdleOptions {
  readonly endpoint: Endpoint;
  /** How long to wait for the peer to speak first, which tells what it is. */
  readonly greetingMs: number;
  /** What may be asked of a peer that greeted with these bytes (perhaps none). */
  readonly limitsFor: (greeting: Uint8Array) => LadderLimits;
  /** Called when the peer has had its time to greet: what else can be measured of it begins now, beside this. */
  readonly onGreeting?: (greeting: Uint8Array, connectMs: number) => void;
  /** Called when the ladder is done: only what is measured beside it may still go on. */
  readonly onClimbed?: () => void;
  /** Documented timeouts of well-known devices, which the first pass pins. */
  readonly knownSeconds: readonly number[];
}

export type IdleMeasurement =
  | { readonly connected: false; readonly reason: DialFailure; readonly code: string }
  | (LadderResult & Beside & { readonly connected: true; readonly connectMs: number; readonly greeting: Uint8Array });

/** Measures; never rejects for what the network does. When `signal` aborts, what is known so far is returned. */
export async function measureIdleTimeout(
  dial: Dial,
  options: IdleOptions,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (progress: IdleProgress) => void = () => {},
): Promise<IdleMeasurement> {
  const startedAt = clock.now();
  const dialled = await dial(options.endpoint, CONNECT_TIMEOUT_MS, signal);
  if (!dialled.ok) return { connected: false, reason: dialled.reason, code: dialled.code };
  const { connection } = dialled;
  const greeting = await awaitGreeting(connection, options.greetingMs, clock, signal);
  const limits = options.limitsFor(greeting);
  options.onGreeting?.(greeting, dialled.connectMs);
  const control = new Control(connection, clock);
  const closing = new AbortController();
  if (limits.deadlineSeconds !== null) {
    const remainingMs = startedAt + limits.deadlineSeconds * 1000 - clock.now();
    void clock.sleep(remainingMs, closing.signal).then(() => closing.abort());
  }
  const stop = AbortSignal.any([signal, closing.signal]);
  const pool = new ConnectionPool(dial, options.endpoint, limits, reservedFor(limits));
  const deadlineAt = startedAt + longestSeconds(limits) * 1000;
  const climb = new Climb(pool, limits, control, dialled.connectMs, deadlineAt, clock, stop, onProgress);
  const idle = new AbortController();
  try {
    const beside =
      reservedFor(limits) === 0
        ? { enforcer: null, trial: null }
        : measureBeside(
            dial,
            options.endpoint,
            pool,
            () => climb.suspected(),
            control,
            greeting.length > 0,
            clock,
            AbortSignal.any([stop, idle.signal]),
          );
    await climb.run(firstPass(limits, options.knownSeconds));
    options.onClimbed?.();
    if (!isForgotten(bracketOf(climb.rungs))) idle.abort();
    void clock.sleep(deadlineAt - clock.now(), closing.signal).then(() => idle.abort());
    const { enforcer, trial } = await beside;
    const { rungs } = climb;
    const { opened, dialFailures } = pool;
    const result = ladderResult(startedAt, limits, { rungs, opened, dialFailures }, control, signal);
    return { connected: true, connectMs: dialled.connectMs, greeting, ...result, enforcer, trial };
  } finally {
    closing.abort();
    idle.abort();
    pool.close();
    control.close();
  }
}

async function awaitGreeting(
  connection: Connection,
  waitMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const deadline = clock.now() + waitMs;
  for (;;) {
    const { greeting, ending } = connection.state();
    if (greeting.length > 0 || ending !== null || clock.now() >= deadline || signal.aborted) return greeting;
    await clock.sleep(20, signal);
  }
}
