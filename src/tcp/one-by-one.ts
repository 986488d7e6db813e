// The ladder with a single connection, where each one costs somebody a word (a password that is typed): idle times one after
// the other on the connection that lived through the one before, and one more connection when the first is lost.
//
//   first connection    3.75 ── 7.5 ── 15 ── 30 ✗        doubling, so that all of it takes twice the longest
//   second connection   18.9 ── 23.8 ── 30 ✗             in between, and the one that died again

import type { Clock } from '../clock.ts';
import { bracketOf } from './bracket.ts';
import type { Connection, Dial, DialFailure, Endpoint } from './dial.ts';
import { askIdleConnection, endedProbe, type IdleProbe, lateSeconds } from './keepalive-probe.ts';
import type { LadderLimits } from './ladder.ts';
import type { LadderResult } from './ladder-result.ts';
import type { LadderObservation } from './observation.ts';
import type { PartnerConnection } from './partner.ts';
import { askPartner } from './partner-probe.ts';
import { CONNECT_TIMEOUT_MS } from './pool.ts';
import type { MeasuredRung } from './rung.ts';
import { Vigil } from './vigil.ts';

export type AskableConnection = Connection & PartnerConnection;

export interface OneByOneOptions {
  readonly endpoint: Endpoint;
  /** Of these the longest idle time, and `quick`: then the first connection is the only one. */
  readonly limits: LadderLimits;
  /** Opens a connection of which nothing is wanted, when one died: whether the path works. */
  readonly reach: Dial;
  /** The far side speaks of its own accord: nothing longer can be learned. */
  readonly isKeptAwake: () => boolean;
  readonly onConnected?: (greeting: Uint8Array, connectMs: number) => void;
}

export type OneByOne =
  | {
      readonly connected: true;
      readonly greeting: Uint8Array;
      readonly connectMs: number;
      readonly outbound: LadderResult;
      /** Asked about once, where a connection is left for it: the longest time; null where none is. */
      readonly inbound: LadderResult | null;
    }
  | { readonly connected: false; readonly reason: DialFailure; readonly code: string };

export type Direction = 'outbound' | 'inbound';

const LONGEST_BEGIN_SECONDS = 15;
const SHARE_TO_BEGIN_WITH = 1 / 8;
const STEP = 2;
const STEPS_BETWEEN = 2;
const GLANCE_MS = 250;
const OVERDUE_MS = 2000;
const SUSPICION_MS = 600;

/** Measures. When `signal` aborts, what is known so far is returned. */
export async function measureOneByOne(
  dial: Dial<AskableConnection>,
  options: OneByOneOptions,
  clock: Clock,
  signal: AbortSignal,
  tell: (direction: Direction, observation: LadderObservation) => void = () => {},
): Promise<OneByOne> {
  const dialled = await dial(options.endpoint, CONNECT_TIMEOUT_MS, signal);
  if (!dialled.ok) return { connected: false, reason: dialled.reason, code: dialled.code };
  const { connection, connectMs } = dialled;
  const greeting = connection.state().greeting;
  options.onConnected?.(greeting, connectMs);
  const measuring = new Measuring(options, connectMs, clock, signal, tell);
  const times = doublingTimes(options.limits.maxIdleSeconds);
  let last = connection;
  try {
    if (await measuring.climb(last, times, 1)) {
      const inbound = options.limits.quick ? null : await measuring.askTheOtherWay(last, times.at(-1) ?? 0);
      return { connected: true, greeting, connectMs, outbound: measuring.outbound(), inbound };
    }
    const { expiredSeconds, survivedSeconds } = bracketOf(measuring.rungs);
    if (expiredSeconds !== null && !options.limits.quick && !signal.aborted) {
      last.close();
      const again = await measuring.open(dial);
      if (again !== null) {
        last = again;
        const longer = times.filter((seconds) => seconds > expiredSeconds);
        await measuring.climb(last, [...between(survivedSeconds, expiredSeconds), expiredSeconds, ...longer], 2);
      }
    }
    return { connected: true, greeting, connectMs, outbound: measuring.outbound(), inbound: null };
  } finally {
    last.close();
  }
}

/** From a small part of the longest time up to it. */
function doublingTimes(maxIdleSeconds: number): number[] {
  const times: number[] = [];
  const first = Math.min(LONGEST_BEGIN_SECONDS, maxIdleSeconds * SHARE_TO_BEGIN_WITH);
  for (let seconds = first; seconds < maxIdleSeconds / Math.SQRT2; seconds *= STEP) times.push(seconds);
  return [...times, maxIdleSeconds];
}

function between(survivedSeconds: number | null, expiredSeconds: number): number[] {
  const from = survivedSeconds ?? expiredSeconds / STEP ** (STEPS_BETWEEN + 1);
  const step = (expiredSeconds / from) ** (1 / (STEPS_BETWEEN + 1));
  return Array.from({ length: STEPS_BETWEEN }, (_, index) => from * step ** (index + 1));
}

class Measuring {
  readonly rungs: MeasuredRung[] = [];
  readonly #inbound: MeasuredRung[] = [];
  readonly #dialFailures: { reason: DialFailure; code: string }[] = [];
  readonly #options: OneByOneOptions;
  readonly #roundTripMs: number;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #signal: AbortSignal;
  readonly #vigil: Vigil;
  readonly #tell: (direction: Direction, observation: LadderObservation) => void;
  #opened = 1;

  constructor(
    options: OneByOneOptions,
    roundTripMs: number,
    clock: Clock,
    signal: AbortSignal,
    tell: (direction: Direction, observation: LadderObservation) => void,
  ) {
    this.#options = options;
    this.#roundTripMs = roundTripMs;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#signal = signal;
    this.#vigil = new Vigil(clock);
    this.#tell = tell;
  }

  async open(dial: Dial<AskableConnection>): Promise<AskableConnection | null> {
    const dialled = await dial(this.#options.endpoint, CONNECT_TIMEOUT_MS, this.#signal);
    this.#opened++;
    if (dialled.ok) return dialled.connection;
    this.#dialFailures.push({ reason: dialled.reason, code: dialled.code });
    return null;
  }

  /** Whether the connection lived through all of these times, ascending. */
  async climb(connection: AskableConnection, times: readonly number[], pass: 1 | 2): Promise<boolean> {
    this.#tell('outbound', { event: 'pass', pass, idleTimes: times, passesLeft: pass === 1 ? 1 : 0 });
    for (const seconds of times) {
      const rung = this.rungs.length + 1;
      this.#tell('outbound', { event: 'idling', rung, forSeconds: seconds, pass });
      const suspect = (): void => this.#tell('outbound', { event: 'suspect', rung, forSeconds: seconds });
      const takenAt = this.#clock.now();
      const probe = await this.#idleAndAsk(connection, seconds, suspect);
      const measured = probe === null ? null : await this.#judge(probe, connection, takenAt, pass);
      if (measured === null) return false;
      this.rungs.push(measured);
      this.#tell('outbound', { event: 'rung', rung, measured });
      if (measured.outcome !== 'alive') return false;
    }
    return true;
  }

  async askTheOtherWay(connection: AskableConnection, seconds: number): Promise<LadderResult | null> {
    if (this.#signal.aborted) return null;
    this.#tell('inbound', { event: 'pass', pass: 1, idleTimes: [seconds], passesLeft: 0 });
    this.#tell('inbound', { event: 'idling', rung: 1, forSeconds: seconds, pass: 1 });
    const suspect = (): void => this.#tell('inbound', { event: 'suspect', rung: 1, forSeconds: seconds });
    const takenAt = this.#clock.now();
    // What the shell said when it was logged in to.
    while (connection.takeLine() !== null);
    const probe = await askPartner(connection, seconds, this.#roundTripMs, this.#clock, this.#signal, suspect);
    const measured = await this.#judge(probe, connection, takenAt, 1);
    if (measured === null) return null;
    this.#inbound.push(measured);
    this.#tell('inbound', { event: 'rung', rung: 1, measured });
    this.#tell('inbound', { event: 'climbed' });
    return this.#result(this.#inbound);
  }

  outbound(): LadderResult {
    this.#tell('outbound', { event: 'climbed' });
    return this.#result(this.rungs);
  }

  /** null when it is of no use to wait on. */
  async #idleAndAsk(
    connection: AskableConnection,
    seconds: number,
    onSuspicion: () => void,
  ): Promise<IdleProbe | null> {
    const overdue = this.#clock.now() + seconds * 1000 + OVERDUE_MS;
    for (;;) {
      this.#vigil.look();
      const { idleMs, ending } = connection.state();
      if (ending !== null) return endedProbe(connection);
      if (this.#options.isKeptAwake()) return null;
      const remainingMs = seconds * 1000 - idleMs;
      if (remainingMs <= 0 || this.#clock.now() >= overdue) break;
      await this.#clock.sleep(Math.min(remainingMs, GLANCE_MS), this.#signal);
      if (this.#signal.aborted) return null;
    }
    const probe = await askIdleConnection(
      connection,
      this.#clock,
      this.#signal,
      SUSPICION_MS,
      onSuspicion,
      lateSeconds(this.#roundTripMs),
    );
    connection.stopProbing();
    return probe;
  }

  /** There is no control beside it: a connect tells, when one died, whether the path works. */
  async #judge(
    probe: IdleProbe,
    connection: AskableConnection,
    takenAt: number,
    pass: 1 | 2,
  ): Promise<MeasuredRung | null> {
    const { idleMs, outcome, code, asked } = probe;
    if (outcome !== 'alive' && this.#signal.aborted) return null;
    const isDead = outcome === 'silent-drop' || outcome === 'reset';
    const isTimed = outcome === 'alive' || this.#vigil.wasAwakeSince(takenAt);
    const isSound = isTimed && (!isDead || (await this.#reaches()));
    const { localPort } = connection;
    const endedAtMs =
      outcome === 'closed-by-peer' ? { endedAtMs: connection.state().ending?.atMs ?? this.#clock.now() } : {};
    return {
      idleSeconds: idleMs / 1000,
      outcome: isSound ? outcome : 'inconclusive',
      code,
      asked,
      localPort,
      pass,
      ...endedAtMs,
    };
  }

  async #reaches(): Promise<boolean> {
    const dialled = await this.#options.reach(this.#options.endpoint, CONNECT_TIMEOUT_MS, this.#signal);
    if (dialled.ok) dialled.connection.close();
    return dialled.ok;
  }

  #result(rungs: readonly MeasuredRung[]): LadderResult {
    return {
      limits: this.#options.limits,
      rungs: rungs.toSorted((a, b) => a.idleSeconds - b.idleSeconds),
      bracket: bracketOf(rungs),
      outages: [],
      suspensions: this.#vigil.suspensions.map(({ untilMs, forMs }) => ({
        untilSeconds: (untilMs - this.#startedAt) / 1000,
        forSeconds: forMs / 1000,
      })),
      controlEnding: null,
      controlSpeaks: 'keepalive',
      connectionsOpened: this.#opened,
      dialFailures: this.#dialFailures,
      complete: !this.#signal.aborted,
    };
  }
}
