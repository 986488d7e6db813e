// The passes of one ladder: which rungs are begun, on whose word it is narrowed, and when it is done.

import type { Clock } from '../clock.ts';
import { type Bracket, bracketOf, type Rung } from './bracket.ts';
import type { Control } from './control.ts';
import type { Connection } from './dial.ts';
import type { Idling } from './idling.ts';
import {
  BEYOND_CLOSING_SECONDS,
  confirmClosing,
  further,
  isEnough,
  isQuickAnswer,
  type LadderLimits,
  resolutionFor,
  secondPass,
  spread,
} from './ladder.ts';
import type { LadderObservation } from './observation.ts';
import { resetsOfOneAge } from './peer-resets.ts';
import type { ConnectionPool } from './pool.ts';
import { type MeasuredRung, measureRung, type Surroundings } from './rung.ts';

/** A probe that stays unanswered for this long, or for three times as long as the fastest handshake took, is suspicious. */
const SUSPICION_MS = 600;
const SUSPICION_ROUND_TRIPS = 3;
/** A bracket that keeps moving (timers that jitter, accidents) is narrowed this often at most. */
const MOST_SECOND_PASSES = 2;
/** Few connections narrow in small steps; their deadline bounds them instead. */
const MOST_SECOND_PASSES_OF_FEW = 8;
/** What a rung needs beside its idle time: opening, and three probes to prove a death. */
const RUNG_OVERHEAD_MS = 4500;
/** What was asked and what was measured of one rung differ by less than this; the next rung is farther away. */
const SAME_RUNG = 1.008;

/** A rung that idles. */
interface Waiting {
  readonly seconds: number;
  readonly since: number;
  /** Ends it without a word: its place is needed. */
  readonly left: AbortController;
  connection: Connection | null;
}

export class Climb {
  readonly rungs: MeasuredRung[] = [];
  readonly #pool: ConnectionPool;
  readonly #limits: LadderLimits;
  readonly #surroundings: Surroundings;
  readonly #control: Control;
  readonly #connectMs: number;
  readonly #clock: Clock;
  readonly #finished = new AbortController();
  readonly #stop: AbortSignal;
  readonly #deadlineAt: number;
  readonly #tell: (observation: LadderObservation) => void;
  readonly #waiting = new Set<Waiting>();
  /** Rungs that have stopped answering but are not yet judged: enough to begin narrowing, not enough to believe. */
  readonly #suspects = new Set<Rung>();
  #begun = 0;
  #wake: () => void = () => {};

  constructor(
    pool: ConnectionPool,
    limits: LadderLimits,
    idling: Idling,
    control: Control,
    connectMs: number,
    deadlineAt: number,
    clock: Clock,
    signal: AbortSignal,
    tell: (observation: LadderObservation) => void,
  ) {
    this.#pool = pool;
    this.#limits = limits;
    this.#control = control;
    this.#connectMs = connectMs;
    this.#clock = clock;
    this.#stop = AbortSignal.any([signal, this.#finished.signal]);
    this.#surroundings = { idling, control, clock, stop: this.#stop };
    this.#deadlineAt = deadlineAt;
    this.#tell = tell;
  }

  /** Resolves when the bracket is narrow and confirmed, or nothing more can be learned. */
  async run(idleTimes: readonly number[]): Promise<void> {
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
    const areFew = this.#limits.deadlineSeconds !== null || this.#limits.replaced === true;
    const most = areFew ? MOST_SECOND_PASSES_OF_FEW : MOST_SECOND_PASSES;
    this.#tell({ event: 'pass', pass: 1, idleTimes, passesLeft: this.#limits.quick ? 0 : most });
    for (const seconds of spread(idleTimes)) start(seconds, 1);
    // Rungs of the first pass above a bracket go on idling: should its deaths prove an accident, they are needed.
    let narrowedTo = 0;
    for (let secondPasses = 0; running.size > 0 && !this.#stop.aborted; ) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      if (isEnough(bracketOf(this.rungs), this.#limits)) break;
      if (
        this.#limits.quick &&
        isQuickAnswer(
          bracketOf(this.rungs),
          [...this.#waiting].map(({ seconds }) => seconds),
        )
      )
        break;
      for (const seconds of this.#further()) start(seconds, 1);
      if (narrowing.size > 0 && this.#believedExpiry() > narrowedTo * SAME_RUNG) {
        // The suspicion or the death that it began with has proved an accident: it neither counts nor stands in the way.
        narrowing.clear();
        secondPasses--;
      }
      const isLast = this.#limits.quick || secondPasses >= (this.#keepalivesCount() ? most : 1);
      if (narrowing.size > 0 && !(isLast && this.#isSettled())) continue;
      const next = isLast ? [] : this.#narrower();
      if (next.length === 0 && this.#isSettled()) break;
      if (next.length === 0) continue;
      secondPasses++;
      narrowedTo = this.#believedExpiry();
      this.#tell({ event: 'pass', pass: 2, idleTimes: next, passesLeft: most - secondPasses });
      for (const seconds of next) start(seconds, 2);
    }
    this.#finished.abort();
    await Promise.all(running);
  }

  /** Else no connection can be used twice, and what is left of them makes no further pass worth its time. */
  #keepalivesCount(): boolean {
    const { replaced = false } = this.#limits;
    return replaced || this.#control.speaks === 'keepalive' || this.#control.ofKeepalives.lost === null;
  }

  /** What goes on being asked while nothing has died, with connections that can be replaced. */
  #further(): number[] {
    const { survivedSeconds, expiredSeconds } = bracketOf(this.rungs);
    const { spare, dialFailures } = this.#pool;
    const isRefused = dialFailures.length > 0;
    if (!this.#limits.replaced || survivedSeconds === null || expiredSeconds !== null || isRefused) return [];
    const now = this.#clock.now();
    const idlers = [...this.#waiting].map(({ seconds, since }) => ({
      seconds,
      leftSeconds: seconds - (now - since) / 1000,
    }));
    const left = (this.#deadlineAt - now - RUNG_OVERHEAD_MS) / 1000;
    return further(this.#limits, survivedSeconds, idlers, spare).filter((seconds) => seconds <= left);
  }

  /** Connections that can be replaced are few: those that idle for longer than is known to be too long give up their place. */
  #leaveLonger(expiredSeconds: number): void {
    for (const waiting of this.#waiting) {
      if (waiting.seconds <= expiredSeconds) continue;
      this.#waiting.delete(waiting);
      waiting.left.abort();
      waiting.connection?.close();
    }
  }

  /** By which it is narrowed: a suspicion is enough, unless what still idles has to make room for it. */
  #believed(): Bracket {
    return this.#limits.replaced ? bracketOf(this.rungs) : this.suspected();
  }

  /** What is known by now, suspects included. */
  suspected(): Bracket {
    return bracketOf([...this.rungs, ...this.#suspects]);
  }

  /** Shortest idle time that seems to be too long by now; infinite when there is none. */
  #believedExpiry(): number {
    return this.#believed().expiredSeconds ?? Number.POSITIVE_INFINITY;
  }

  /** Idle times that would narrow what is known or suspected; empty when there is nothing to narrow or to do it with. */
  #narrower(): number[] {
    const bracket = this.#believed();
    if (this.#limits.replaced && bracket.expiredSeconds !== null && !isEnough(bracket, this.#limits)) {
      this.#leaveLonger(bracket.expiredSeconds);
    }
    const { spare } = this.#pool;
    const timeLeftMs = this.#deadlineAt - this.#clock.now() - RUNG_OVERHEAD_MS;
    const inTime = (seconds: number): boolean => seconds * 1000 <= timeLeftMs;
    if (bracket.expiredSeconds === null) return spare > 0 ? this.#beyondResets().filter(inTime) : [];
    if (isEnough(bracket, this.#limits)) return [];
    const { expiredSeconds, onExpiry } = bracket;
    const longer = [...this.#waiting].filter(({ seconds }) => seconds > expiredSeconds).length;
    const confirmTop = bracket.deaths + longer < 2;
    if (onExpiry === 'closed-by-peer') return confirmClosing(bracket, spare);
    // As fine as the lower end asks for: the timeout may be just above it, and a further pass would cost another T.
    const rungs = secondPass(bracket, spare, resolutionFor(bracket.survivedSeconds ?? 0, this.#limits), confirmTop);
    return rungs.filter(inTime);
  }

  /** Whether a connection of another age is reset after as long too, where a timer of the far side seems to reset all. */
  #beyondResets(): number[] {
    const resets = resetsOfOneAge(this.rungs, this.#control.resetAfterMs);
    return resets === null || resets.isConfirmed ? [] : [resets.ageSeconds + BEYOND_CLOSING_SECONDS];
  }

  /** Two connections died alike and no rung still idles that could move the bracket: the longer ones only repeat it. */
  #isSettled(): boolean {
    const { expiredSeconds, deaths } = bracketOf(this.rungs);
    return (
      expiredSeconds !== null && deaths > 1 && [...this.#waiting].every(({ seconds }) => seconds >= expiredSeconds)
    );
  }

  #suspicionMs(): number {
    return Math.max(SUSPICION_MS, SUSPICION_ROUND_TRIPS * Math.min(this.#connectMs, this.#pool.fastestConnectMs));
  }

  async #rung(seconds: number, pass: 1 | 2): Promise<void> {
    const left = new AbortController();
    const waiting: Waiting = { seconds, since: this.#clock.now(), left, connection: null };
    const number = ++this.#begun;
    const suspect: Rung = { idleSeconds: seconds, outcome: 'silent-drop' };
    this.#waiting.add(waiting);
    try {
      const taken = await this.#pool.take(this.#stop);
      if (taken === null) return;
      const { connection, isNew } = taken;
      waiting.connection = connection;
      this.#control.noteHandshake(this.#pool.fastestConnectMs);
      if (left.signal.aborted) return connection.close();
      this.#tell({ event: 'idling', rung: number, forSeconds: seconds, pass });
      const onSuspicion = (): void => {
        this.#suspects.add(suspect);
        this.#tell({ event: 'suspect', rung: number, forSeconds: seconds });
        this.#wake();
      };
      const plan = {
        connection,
        isNew,
        seconds,
        pass,
        suspicionMs: this.#suspicionMs(),
        left: left.signal,
        onSuspicion,
      };
      const measured = await measureRung(plan, this.#surroundings);
      if (measured === null) return connection.close();
      this.rungs.push(measured);
      this.#tell({ event: 'rung', rung: number, measured });
      if (measured.outcome !== 'alive') return connection.close();
      this.#pool.giveBack(connection);
    } finally {
      this.#waiting.delete(waiting);
      this.#suspects.delete(suspect);
    }
  }
}
