// After how many idle seconds does the path forget a connection? One connection per candidate time, all at once, so that
// the first answer costs one timeout T and not the many of a search with a single connection; a second pass narrows it.

import type { Clock } from '../clock.ts';
import type { Peer } from './beside.ts';
import { Control } from './control.ts';
import { type DeeperLevel, measureDeeper } from './deeper.ts';
import type { Connection, Dial, DialFailure, Ending, Endpoint } from './dial.ts';
import type { LadderLimits } from './ladder.ts';
import { type Level, type Measuring, measureLevel } from './level.ts';
import type { IdleObservation } from './observation.ts';
import type { PartnerDial } from './partner.ts';
import { PayloadSpeaker } from './payload.ts';
import { CONNECT_TIMEOUT_MS } from './pool.ts';

/** After so long a SYN is sent again (RFC 6298): a handshake that took longer tells no round trip. */
const SYN_AGAIN_MS = 1000;

export interface IdleOptions {
  readonly endpoint: Endpoint;
  /** How long to wait for the peer to speak first, which tells what it is, beside the round trip that its word takes. */
  readonly greetingMs: number;
  /** What may be asked of a peer that greeted with these bytes (perhaps none). */
  readonly limitsFor: (greeting: Uint8Array) => LadderLimits;
  /** How to speak to a peer that greeted so; null, or left out: it is no partner, and gets not a byte of payload. */
  readonly partnerDialFor?: (greeting: Uint8Array) => PartnerDial | null;
  /** Called when the peer has had its time to greet: what else can be measured of it begins now, beside this. */
  readonly onGreeting?: (greeting: Uint8Array, connectMs: number) => void;
  /** Called when the ladder is done: only what is measured beside it may still go on. */
  readonly onClimbed?: () => void;
  /** Documented timeouts of well-known devices, which the first pass pins. */
  readonly knownSeconds: readonly number[];
  /** Looks for slower timers beyond the hop that forgets first. */
  readonly deep?: boolean;
  /** When it aborts nothing more can be learned: what is known by then is the result. */
  readonly enough?: AbortSignal;
}

export type IdleMeasurement =
  | { readonly connected: false; readonly reason: DialFailure | 'closed'; readonly code: string | null }
  | (Level & {
      readonly connected: true;
      readonly connectMs: number;
      readonly greeting: Uint8Array;
      /** What was found beyond the hop that forgets first, nearest first; empty when it was not asked for. */
      readonly deeper: readonly DeeperLevel[];
    });

const NEVER = new AbortController().signal;

/** Measures; never rejects for what the network does. When `signal` aborts, what is known so far is returned. */
export async function measureIdleTimeout(
  dial: Dial,
  options: IdleOptions,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: IdleObservation) => void = () => {},
): Promise<IdleMeasurement> {
  const startedAt = clock.now();
  const { endpoint, knownSeconds, deep = false, enough = NEVER } = options;
  const dialled = await dial(endpoint, CONNECT_TIMEOUT_MS, signal);
  if (!dialled.ok) return { connected: false, reason: dialled.reason, code: dialled.code };
  const { connection, connectMs } = dialled;
  const openedAt = clock.now();
  const greeting = await awaitGreeting(
    connection,
    options.greetingMs + (connectMs < SYN_AGAIN_MS ? connectMs : 0),
    clock,
    signal,
  );
  const { ending } = connection.state();
  if (ending !== null) return { connected: false, reason: turnedAway(ending), code: ending.code };
  const limits = options.limitsFor(greeting);
  options.onGreeting?.(greeting, connectMs);
  const closing = new AbortController();
  if (limits.deadlineSeconds !== null) {
    const remainingMs = startedAt + limits.deadlineSeconds * 1000 - clock.now();
    void clock.sleep(remainingMs, closing.signal).then(() => closing.abort());
  }
  const stop = AbortSignal.any([signal, closing.signal, enough]);
  const partnerDial = options.partnerDialFor?.(greeting) ?? null;
  const speaker = partnerDial === null ? null : new PayloadSpeaker(partnerDial, endpoint, clock);
  const closesNothing = speaker !== null && limits.replaced !== true;
  const peer: Peer = { greets: greeting.length > 0, speaker, closesNothing };
  const keepalives = new Control(connection, clock, {
    openedAtMs: openedAt,
    roundTripMs: connectMs,
    ...(speaker === null ? { tell } : {}),
  });
  const control = (await speaker?.control(limits, keepalives, stop, tell)) ?? keepalives;
  const measuring: Measuring = {
    dial,
    endpoint,
    control,
    connectMs,
    peer,
    knownSeconds,
    clock,
    startedAt,
    signal,
    stop,
    tell,
  };
  try {
    const left = control === keepalives ? limits : { ...limits, connections: limits.connections - 1 };
    const level = await measureLevel(measuring, left, null, startedAt, options.onClimbed);
    const deeper = deep ? await measureDeeper(measuring, left, level) : [];
    return { connected: true, connectMs, greeting, ...level, deeper };
  } finally {
    closing.abort();
    control.close();
  }
}

/** How a peer ends what it has just accepted. */
function turnedAway({ how }: Ending): DialFailure | 'closed' {
  if (how === 'closed-by-peer') return 'closed';
  return how === 'unanswered' ? 'timed-out' : how;
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
