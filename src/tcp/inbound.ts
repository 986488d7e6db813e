// After how many idle seconds does the path forget a connection when the far side speaks first? A ladder like the outbound
// one (climb.ts), but each rung waits for a word of its partner (netcheck serve) instead of asking for an ACK.

import type { Clock } from '../clock.ts';
import { type Bracket, bracketOf, type Rung } from './bracket.ts';
import { Control } from './control.ts';
import type { DialFailure, DialResult, Endpoint } from './dial.ts';
import type { IdleProbe } from './keepalive-probe.ts';
import {
  confirmClosing,
  firstPass,
  isEnough,
  isQuickAnswer,
  type LadderLimits,
  longestSeconds,
  resolutionFor,
  secondPass,
  spread,
} from './ladder.ts';
import { type LadderResult, ladderResult } from './ladder-result.ts';
import type { LadderObservation } from './observation.ts';
import { openPartner } from './open-partner.ts';
import type { PartnerConnection, PartnerDial } from './partner.ts';
import { askPartner } from './partner-probe.ts';
import { Places } from './places.ts';
import type { MeasuredRung } from './rung.ts';
import { SpeakingPartner } from './speaking-partner.ts';

export interface InboundOptions {
  readonly endpoint: Endpoint;
  /** Its connections are those beside the control; it has no deadline. */
  readonly limits: LadderLimits;
  /** Documented timeouts of well-known devices, which the first pass pins. */
  readonly knownSeconds: readonly number[];
  /** Whether a bracket that is confirmed may be narrowed once more: there is time as long as something else is measured. */
  readonly mayNarrowOn: () => boolean;
  /** Idle times to begin with, where something is known already; left out: as the outbound ladder begins. */
  readonly firstTimes?: readonly number[];
}

/** Narrowing beyond this follows a bracket that moves. */
const MOST_NARROWINGS = 4;
/** How many times an idle time another one may be to be waited for. */
const SOON = 1.2;
/** What a rung needs beside its idle time: opening, and the silence that proves a death. */
const RUNG_OVERHEAD_MS = 7000;

/** Measures; null when no partner could be reached. When `signal` aborts, what is known so far is returned. */
export async function measureInbound(
  dial: PartnerDial,
  options: InboundOptions,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: LadderObservation) => void = () => {},
): Promise<LadderResult | null> {
  const startedAt = clock.now();
  const open = (stop: AbortSignal) => openPartner(dial, options.endpoint, clock, stop);
  const dialled = await open(signal);
  if (!dialled.ok) return null;
  const control = new Control(new SpeakingPartner(dialled.connection, clock), clock, {
    roundTripMs: dialled.connectMs,
    tell,
  });
  const ladder = new InboundLadder(open, options, control, dialled.connectMs, clock, signal, tell);
  try {
    await ladder.run();
    tell({ event: 'climbed' });
    return ladderResult(startedAt, options.limits, ladder, control, signal);
  } finally {
    control.close();
  }
}

class InboundLadder {
  readonly rungs: MeasuredRung[] = [];
  readonly dialFailures: { reason: DialFailure; code: string }[] = [];
  readonly #places: Places;
  readonly #open: (stop: AbortSignal) => Promise<DialResult<PartnerConnection>>;
  readonly #options: InboundOptions;
  readonly #control: Control;
  #roundTripMs: number;
  readonly #clock: Clock;
  readonly #finished = new AbortController();
  readonly #stop: AbortSignal;
  readonly #deadlineAt: number;
  readonly #tell: (observation: LadderObservation) => void;
  /** Connections that proved alive, kept so until they are needed again. */
  readonly #warm = new Set<SpeakingPartner>();
  readonly #waiting = new Map<Rung, { connection: PartnerConnection | null }>();
  /** Rungs whose word is late: enough to begin narrowing, not enough to believe. */
  readonly #suspects = new Set<Rung>();
  #narrowings = 0;
  #begun = 0;
  #wake: () => void = () => {};

  constructor(
    open: (stop: AbortSignal) => Promise<DialResult<PartnerConnection>>,
    options: InboundOptions,
    control: Control,
    roundTripMs: number,
    clock: Clock,
    signal: AbortSignal,
    tell: (observation: LadderObservation) => void,
  ) {
    this.#open = open;
    this.#places = new Places(options.limits);
    this.#options = options;
    this.#control = control;
    this.#roundTripMs = roundTripMs;
    this.#clock = clock;
    this.#stop = AbortSignal.any([signal, this.#finished.signal]);
    this.#deadlineAt = clock.now() + longestSeconds(options.limits) * 1000;
    this.#tell = tell;
  }

  get opened(): number {
    return this.#places.opened;
  }

  /** Resolves when the bracket is narrow and confirmed, or nothing more can be learned in the time there is. */
  async run(): Promise<void> {
    const { limits, knownSeconds } = this.#options;
    const running = new Set<Promise<void>>();
    const narrowing = new Set<Promise<void>>();
    const start = (seconds: number, pass: 1 | 2): void => {
      const rung = this.#rung(seconds, pass).finally(() => {
        running.delete(rung);
        narrowing.delete(rung);
        this.#wake();
      });
      running.add(rung);
      if (pass === 2) narrowing.add(rung);
    };
    const idleTimes = this.#options.firstTimes ?? firstPass(limits, knownSeconds);
    this.#tell({ event: 'pass', pass: 1, idleTimes, passesLeft: MOST_NARROWINGS });
    for (const seconds of spread(idleTimes)) start(seconds, 1);
    while (running.size > 0 && !this.#stop.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (isEnough(bracketOf(this.rungs), limits)) break;
      const waitingSeconds = [...this.#waiting.keys()].map(({ idleSeconds }) => idleSeconds);
      if (limits.quick && isQuickAnswer(bracketOf(this.rungs), waitingSeconds)) break;
      const isSettled = this.#isSettled();
      // What still idles of a pass that has found its answer would only repeat it.
      if (narrowing.size > 0 && !isSettled) continue;
      narrowing.clear();
      const next = limits.quick ? [] : this.#narrower();
      if (next.length === 0 && isSettled) break;
      if (next.length === 0) continue;
      this.#narrowings++;
      this.#tell({ event: 'pass', pass: 2, idleTimes: next, passesLeft: MOST_NARROWINGS - this.#narrowings });
      for (const seconds of next) start(seconds, 2);
    }
    this.#finished.abort();
    await Promise.all(running);
    for (const partner of this.#warm) partner.close();
  }

  /** Idle times that would narrow or confirm what is known or suspected; empty when that is not worth another pass. */
  #narrower(): number[] {
    const { limits } = this.#options;
    const bracket = bracketOf([...this.rungs, ...(limits.replaced ? [] : this.#suspects)]);
    if (bracket.expiredSeconds === null || isEnough(bracket, limits) || this.#narrowings === MOST_NARROWINGS) return [];
    const known = bracketOf(this.rungs);
    const isConfirmed = known.deaths > 1 && known.expiredSeconds === bracket.expiredSeconds;
    if (this.#narrowings > 0 && isConfirmed && !this.#options.mayNarrowOn()) return [];
    if (limits.replaced) {
      if (this.#isConfirmedSoon(bracket)) return [];
      this.#leaveLonger(bracket.expiredSeconds);
    }
    const spare = this.#places.left() + this.#warm.size;
    if (bracket.onExpiry === 'closed-by-peer') return confirmClosing(bracket, spare);
    const confirmTop = bracket.deaths + this.#waitingBeyond(bracket).length < 2;
    const timeLeftMs = this.#deadlineAt - this.#clock.now() - RUNG_OVERHEAD_MS;
    const rungs = secondPass(bracket, spare, resolutionFor(bracket.survivedSeconds ?? 0, limits), confirmTop);
    return rungs.filter((seconds) => seconds * 1000 <= timeLeftMs);
  }

  /** Two connections died alike and no rung still idles that could move the bracket. */
  #isSettled(): boolean {
    const bracket = bracketOf(this.rungs);
    return bracket.deaths > 1 && this.#waitingBeyond(bracket).length === this.#waiting.size;
  }

  #waitingBeyond({ expiredSeconds }: Bracket): Rung[] {
    return [...this.#waiting.keys()].filter(
      ({ idleSeconds }) => expiredSeconds !== null && idleSeconds >= expiredSeconds,
    );
  }

  /** It is narrow, and one that idles only a little longer will tell whether it was an accident. */
  #isConfirmedSoon(bracket: Bracket): boolean {
    const { expiredSeconds } = bracket;
    const isNarrow = isEnough({ ...bracket, deaths: 2 }, this.#options.limits);
    const isSoon = this.#waitingBeyond(bracket).some(({ idleSeconds }) => idleSeconds < (expiredSeconds ?? 0) * SOON);
    return isNarrow && isSoon;
  }

  /** As in climb.ts: where connections are replaced, those that idle for longer than is too long make room. */
  #leaveLonger(expiredSeconds: number): void {
    for (const [rung, { connection }] of this.#waiting) {
      if (rung.idleSeconds <= expiredSeconds) continue;
      this.#waiting.delete(rung);
      connection?.close();
    }
  }

  async #rung(seconds: number, pass: 1 | 2): Promise<void> {
    const rung: Rung = { idleSeconds: seconds, outcome: 'silent-drop' };
    const number = ++this.#begun;
    const waiting: { connection: PartnerConnection | null } = { connection: null };
    this.#waiting.set(rung, waiting);
    try {
      const connection = await this.#take();
      if (connection === null) return;
      waiting.connection = connection;
      if (!this.#waiting.has(rung)) return connection.close();
      this.#tell({ event: 'idling', rung: number, forSeconds: seconds, pass });
      const { idleMs, outcome, code, asked } = await this.#ask(connection, seconds, rung, number);
      if (!this.#waiting.has(rung)) return;
      if (this.#stop.aborted && outcome === 'inconclusive') return connection.close();
      const { localPort } = connection;
      const endedAtMs = outcome === 'closed-by-peer' ? { endedAtMs: connection.ending?.atMs ?? this.#clock.now() } : {};
      const measured: MeasuredRung = {
        idleSeconds: idleMs / 1000,
        outcome,
        code,
        asked,
        pass,
        localPort,
        ...endedAtMs,
      };
      this.rungs.push(measured);
      this.#tell({ event: 'rung', rung: number, measured });
      if (outcome !== 'alive') return connection.close();
      const partner = new SpeakingPartner(connection, this.#clock);
      partner.startProbing();
      this.#warm.add(partner);
    } finally {
      this.#waiting.delete(rung);
      this.#suspects.delete(rung);
    }
  }

  /** A new connection while the budget lasts, then one that has already proved alive. */
  async #take(): Promise<PartnerConnection | null> {
    if (this.#places.left() === 0) {
      const [partner] = this.#warm;
      if (partner === undefined) return null;
      this.#warm.delete(partner);
      if (await partner.hush(this.#stop)) return partner.connection;
      partner.close();
      return null;
    }
    const place = this.#places.take();
    const dialled = await this.#open(this.#stop);
    if (dialled.ok) {
      const { connection } = dialled;
      // A handshake in which a packet was lost took longer than a round trip.
      this.#roundTripMs = Math.min(this.#roundTripMs, dialled.connectMs);
      this.#control.noteHandshake(dialled.connectMs);
      place.holdWhile(() => connection.ending === null);
      return connection;
    }
    place.giveBack();
    if (!this.#stop.aborted) this.dialFailures.push({ reason: dialled.reason, code: dialled.code });
    return null;
  }

  async #ask(connection: PartnerConnection, seconds: number, rung: Rung, number: number): Promise<IdleProbe> {
    const suspect = (): void => {
      this.#suspects.add(rung);
      this.#tell({ event: 'suspect', rung: number, forSeconds: seconds });
      this.#wake();
    };
    const startedAt = this.#clock.now();
    const askedAt = startedAt + seconds * 1000;
    const probe = await askPartner(connection, seconds, this.#roundTripMs, this.#clock, this.#stop, suspect);
    if (probe.outcome !== 'alive' && !this.#control.wasAwakeSince(startedAt))
      return { ...probe, outcome: 'inconclusive' };
    return this.#judge(probe, Math.min(askedAt, this.#clock.now()));
  }

  /** As outbound: a death counts only if the control was heard all through it and is heard again after it. */
  async #judge(probe: IdleProbe, askedAt: number): Promise<IdleProbe> {
    if (probe.outcome === 'alive' || probe.outcome === 'inconclusive') return probe;
    const isHeardAgain = await this.#control.answersAfter(this.#clock.now(), this.#stop);
    return isHeardAgain && this.#control.answeredThroughout(askedAt, this.#clock.now())
      ? probe
      : { ...probe, outcome: 'inconclusive' };
  }
}
