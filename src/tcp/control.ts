// The control connection: kept busy beside the idle ones, it tells a path that was down from a path that forgot.

import type { Clock } from '../clock.ts';
import type { Connection, Ending } from './dial.ts';
import { lateSeconds } from './keepalive-probe.ts';
import type { ControlObservation } from './observation.ts';
import { type Suspension, Vigil } from './vigil.ts';

/**
 * The control is probed every second. Two answers in a row may be lost before this much silence counts as an outage;
 * a rung's own probes go on for 3 s, so an outage that silences all of them is always longer than this.
 */
const OUTAGE_MS = 2600;
const SAMPLE_MS = 200;
/** A second and the longest round trip that is usual: after so much silence one answer is missing. */
const MISSING_MS = 1500;
/** A keepalive probe leaves after a second of silence: what is heard after so much is its answer, and no greeting. */
const SILENCE_MS = 900;
/** How often an awaited answer is looked for. */
const GLANCE_MS = 50;
/** Probes in a row that may stay unanswered before the kernel gives the control up: the longest outage it outlives. */
const UNANSWERED_PROBES = 120;

/** A time in which the path did not answer the control, in milliseconds of the clock. */
export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a control needs of a connection: that it can be kept busy, by payload where it says so, and heard. */
export type Watched = Pick<Connection, 'state' | 'startProbing' | 'close'> & { readonly speaks?: 'payload' };

export interface ControlOptions {
  /** When the connection came about, on the clock; left out: now. */
  readonly openedAtMs?: number;
  /** Of its handshake: answers that take long are no outage; left out: they take no time worth counting. */
  readonly roundTripMs?: number;
  readonly ofKeepalives?: Control;
  readonly tell?: (observation: ControlObservation) => void;
}

export class Control {
  /** With what it is kept busy. Some boxes take no notice of keepalives, which are empty. */
  readonly speaks: 'keepalive' | 'payload';
  /** The control of what keepalives keep awake: itself, unless it speaks payload and has one of that kind beside it. */
  readonly ofKeepalives: Control;
  readonly #connection: Watched;
  readonly #clock: Clock;
  readonly #tell: (observation: ControlObservation) => void;
  readonly #stop = new AbortController();
  readonly #outages: { fromMs: number; toMs: number }[] = [];
  readonly #openedAtMs: number;
  #roundTripMs: number;
  readonly #vigil: Vigil;
  #endedAtMs: number | null = null;
  #missingAtMs = Number.NEGATIVE_INFINITY;
  #heardAtMs = Number.POSITIVE_INFINITY;
  #hasAnswered = false;
  #isOut = false;

  constructor(connection: Watched, clock: Clock, options: ControlOptions = {}) {
    const { openedAtMs = clock.now(), roundTripMs = 0, ofKeepalives, tell = () => {} } = options;
    this.speaks = connection.speaks ?? 'keepalive';
    this.ofKeepalives = ofKeepalives ?? this;
    this.#roundTripMs = roundTripMs;
    this.#connection = connection;
    this.#clock = clock;
    this.#tell = tell;
    this.#openedAtMs = openedAtMs;
    this.#vigil = new Vigil(clock);
    connection.startProbing(UNANSWERED_PROBES);
    void this.#watch();
  }

  /** Whether the path answered the control all through these moments. Later than the control's end: no. */
  answeredThroughout(fromMs: number, toMs: number): boolean {
    this.#sample();
    if (this.#endedAtMs !== null && this.#endedAtMs <= toMs) return false;
    return !this.#outages.some((outage) => outage.fromMs < toMs && outage.toMs > fromMs);
  }

  /** The longest time without an answer that touched these moments; 0 when there was none. */
  longestOutageMs(fromMs: number, toMs: number): number {
    this.#sample();
    const touching = this.#outages.filter((outage) => outage.fromMs < toMs && outage.toMs > fromMs);
    return Math.max(0, ...touching.map((outage) => outage.toMs - outage.fromMs));
  }

  /** Waits for an answer that came after this moment: proof that the path works now. False when none comes in time. */
  async answersAfter(sinceMs: number, signal: AbortSignal): Promise<boolean> {
    for (const deadline = this.#clock.now() + this.#outageMs; this.#clock.now() < deadline && !signal.aborted; ) {
      const { ending, lastHeardMs } = this.#connection.state();
      if (ending !== null) return false;
      if (this.#clock.now() - lastHeardMs > sinceMs) return true;
      await this.#clock.sleep(GLANCE_MS, signal);
    }
    return false;
  }

  /** Whether an answer was missing since then, which is no outage yet: the path loses packets. */
  hasMissedSince(sinceMs: number): boolean {
    this.#sample();
    return this.#missingAtMs >= sinceMs;
  }

  /** By how much its answers are later than usual (keepalive-probe.ts). */
  get lateSeconds(): number {
    return lateSeconds(this.#roundTripMs);
  }

  /** What another handshake took: one in which a packet was lost took longer than a round trip. */
  noteHandshake(ms: number): void {
    this.#roundTripMs = Math.min(this.#roundTripMs, ms);
    if (this.ofKeepalives !== this) this.ofKeepalives.noteHandshake(ms);
  }

  /**
   * Whether answers to what keeps it busy were missing, and none ever came: there are paths on which nobody answers an empty probe.
   * A peer that never stops talking is sent none.
   */
  get hasNeverAnswered(): boolean {
    return this.hasMissedSince(0) && !this.#hasAnswered;
  }

  /** Whether this machine was not suspended since then: else what died has idled for longer than our clock says. */
  wasAwakeSince(sinceMs: number): boolean {
    return this.#vigil.wasAwakeSince(sinceMs);
  }

  get suspensions(): readonly Suspension[] {
    return this.#vigil.suspensions;
  }

  get outages(): readonly Outage[] {
    return this.#outages;
  }

  /** How old it was when it was reset; null when it was not. */
  get resetAfterMs(): number | null {
    return this.ending?.how === 'reset' ? this.ending.atMs - this.#openedAtMs : null;
  }

  get ending(): Ending | null {
    return this.#connection.state().ending;
  }

  /** How it was lost by now: it ended, or has been silent for as long as an outage is; null while it is answered. */
  get lost(): Ending['how'] | null {
    const { ending, lastHeardMs } = this.#connection.state();
    return ending?.how ?? (lastHeardMs < this.#outageMs ? null : 'unanswered');
  }

  close(): void {
    this.#stop.abort();
    this.#connection.close();
    if (this.ofKeepalives !== this) this.ofKeepalives.close();
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      this.#vigil.look();
      this.#sample();
      await this.#clock.sleep(SAMPLE_MS, this.#stop.signal);
    }
  }

  #sample(): void {
    if (this.#stop.signal.aborted || this.#endedAtMs !== null) return;
    const now = this.#clock.now();
    const { ending, lastHeardMs } = this.#connection.state();
    if (ending !== null) {
      this.#endedAtMs = now;
      this.#tell({ event: 'control-ended', how: ending.how });
      return;
    }
    if (now - lastHeardMs - this.#heardAtMs > SILENCE_MS) this.#hasAnswered = true;
    this.#heardAtMs = now - lastHeardMs;
    if (lastHeardMs >= MISSING_MS + this.lateSeconds * 1000) this.#missingAtMs = now;
    if (lastHeardMs >= this.#outageMs) this.#noteOutage(now - lastHeardMs, now);
    this.#tellOutage(lastHeardMs >= this.#outageMs);
  }

  get #outageMs(): number {
    return OUTAGE_MS + this.lateSeconds * 1000;
  }

  #noteOutage(fromMs: number, now: number): void {
    const last = this.#outages.at(-1);
    if (last !== undefined && Math.abs(last.fromMs - fromMs) < this.#outageMs) last.toMs = now;
    else this.#outages.push({ fromMs, toMs: now });
  }

  /** Once when it is noticed, and once when it is over. */
  #tellOutage(isOut: boolean): void {
    const last = this.#outages.at(-1);
    if (isOut === this.#isOut || last === undefined) return;
    this.#isOut = isOut;
    this.#tell({ event: 'outage', isOver: !isOut, lastedSeconds: (last.toMs - last.fromMs) / 1000 });
  }
}
