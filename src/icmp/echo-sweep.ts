// Echo requests to many hosts at once: rounds at a pace, of which the later ones ask only who has not answered.

import type { Clock } from '../clock.ts';
import { sendPaced } from '../pace.ts';
import { type EchoWire, isFull, type Outgoing } from './echo-wire.ts';
import { EchoWriter } from './echo-writer.ts';
import { SweepTable, type SweptHosts } from './sweep-table.ts';

export interface EchoSweepOptions {
  readonly hosts: SweptHosts;
  readonly rounds: number;
  /** Every round asks everybody; else only those who have not answered. */
  readonly repeatAnswered: boolean;
  /** null: unpaced. */
  readonly ratePerSecond: number | null;
  /** How long to wait for the last answer. */
  readonly waitMs: number;
  readonly dataBytes: number;
}

export interface EchoSweepResult {
  readonly table: SweepTable;
  readonly requestsSent: number;
  readonly rounds: number;
  readonly elapsedMs: number;
  /** Of these, after the last request. */
  readonly waitedMs: number;
  /** Answers lost because we did not read in time; null where the system does not say. */
  readonly kernelDrops: number | null;
  /** Answers were lost, then who had not answered was asked again without a loss. */
  readonly dropsMadeUp: boolean;
  readonly complete: boolean;
}

/** Requests handed over at a time: at full speed many; at a pace few, because all of them count from the same moment. */
const BATCH = 256;
const PACED_BATCH = 16;
/** Rounds added when answers were lost unread. */
const MOST_EXTRA_ROUNDS = 2;
/** Pace of such a round: slow enough for what overflowed before. */
const CAREFUL_RATE_PER_SECOND = 5000;
/** Between two rounds: so many of the slowest round trips so far, within these limits. */
const SLOWEST_TIMES = 3;
const SHORTEST_PAUSE_MS = 100;
/**
 * Nothing was taken for so long: what is full does not get room by waiting. A neighbour table gives up on silent
 * addresses after 3 s, and takes others then.
 */
const STALLED_MS = 10_000;

/** Over an open wire, which stays open. Ends early, with what was heard so far, when `signal` aborts. */
export function echoSweep(
  wire: EchoWire,
  options: EchoSweepOptions,
  clock: Clock,
  signal: AbortSignal,
  random: () => number,
  onProgress: (sent: number, received: number) => void = () => {},
): Promise<EchoSweepResult> {
  return new EchoSweep(wire, options, clock, signal, random, onProgress).run();
}

class EchoSweep {
  readonly #wire: EchoWire;
  readonly #options: EchoSweepOptions;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onProgress: (sent: number, received: number) => void;
  readonly #writer: EchoWriter;
  readonly #table: SweepTable;
  readonly #stalled = new AbortController();
  readonly #dropsAtStart: number;
  #dropsBefore: number;
  #round = -1;
  #requestsSent = 0;
  #lastSentAt: number;
  #settled = new AbortController();
  /** Whether all requests of the round have been sent, so that who is settled may end the waiting. */
  #listening = false;

  constructor(
    wire: EchoWire,
    options: EchoSweepOptions,
    clock: Clock,
    signal: AbortSignal,
    random: () => number,
    onProgress: (sent: number, received: number) => void,
  ) {
    this.#wire = wire;
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#writer = new EchoWriter(wire.version, wire.identifier, options.dataBytes, random);
    this.#table = new SweepTable(options.hosts);
    this.#dropsAtStart = wire.drops();
    this.#dropsBefore = this.#dropsAtStart;
    this.#lastSentAt = clock.now();
  }

  async run(): Promise<EchoSweepResult> {
    const startedAt = this.#clock.now();
    this.#listen();
    await this.#askAndListen();
    this.#wire.listen({ onReply: () => {}, onRefusal: () => {} });
    const endedAt = this.#clock.now();
    const drops = this.#wire.drops();
    const complete = !this.#signal.aborted;
    return {
      table: this.#table.ended(complete ? null : endedAt - this.#options.waitMs),
      requestsSent: this.#requestsSent,
      rounds: this.#round + 1,
      elapsedMs: endedAt - startedAt,
      waitedMs: endedAt - this.#lastSentAt,
      kernelDrops: drops - this.#dropsAtStart,
      dropsMadeUp: complete && drops > this.#dropsAtStart && drops === this.#dropsBefore,
      complete,
    };
  }

  #listen(): void {
    const { hosts } = this.#options;
    this.#wire.listen({
      onReply: ({ data, from, sequence, atMs }) => {
        const position = this.#writer.serialOf(data);
        if (position === null || !hosts.isAt(position, from)) return;
        this.#table.answered(position, sequence, atMs);
        this.#afterNews();
      },
      onRefusal: ({ to, from, type, code, sequence }) => {
        const position = hosts.positionOf(to);
        if (position < 0 || sequence > this.#round) return;
        this.#table.refused(position, { from, type, code });
        this.#afterNews();
      },
    });
  }

  async #askAndListen(): Promise<void> {
    const { rounds, waitMs } = this.#options;
    while (this.#round + 1 < rounds && !this.#stopped) {
      const isLast = this.#round + 2 === rounds;
      await this.#ask(this.#options.ratePerSecond, this.#options.repeatAnswered);
      await this.#await(isLast ? waitMs : this.#pauseMs());
      if (!this.#options.repeatAnswered && this.#table.isSettled) break;
    }
    for (let extra = 0; extra < MOST_EXTRA_ROUNDS && this.#wereLost && !this.#stopped; extra++) {
      if (this.#table.isSettled) break;
      const { ratePerSecond } = this.#options;
      await this.#ask(Math.min(ratePerSecond ?? CAREFUL_RATE_PER_SECOND, CAREFUL_RATE_PER_SECOND), false);
      await this.#await(waitMs);
    }
    // Whoever has not answered was asked after the last loss, or nobody is left.
    if (this.#table.isSettled) this.#dropsBefore = this.#wire.drops();
  }

  get #stopped(): boolean {
    return this.#signal.aborted || this.#stalled.signal.aborted;
  }

  get #wereLost(): boolean {
    return this.#wire.drops() > this.#dropsBefore;
  }

  #pauseMs(): number {
    return Math.min(this.#options.waitMs, Math.max(SHORTEST_PAUSE_MS, SLOWEST_TIMES * this.#table.slowestMs));
  }

  async #ask(ratePerSecond: number | null, everybody: boolean): Promise<void> {
    const positions = this.#table.positions(everybody || this.#round < 0);
    this.#dropsBefore = this.#wire.drops();
    this.#round++;
    this.#listening = false;
    this.#settled = new AbortController();
    let takenAt = this.#clock.now();
    // By sender, written anew for each call.
    const slots: Outgoing[][] = [];
    const offer = async (indexes: readonly number[], sender: number): Promise<number> => {
      slots[sender] ??= [];
      const own = slots[sender];
      const asked = indexes.map((index) => positions[index] as number);
      // Before they go, because answers may be heard before the call returns.
      const now = this.#clock.now();
      for (const position of asked) this.#table.asks(position, this.#round, now);
      const { taken, atMs, code } = await this.#wire.send(
        asked.map((position, slot) => this.#write(position, own, slot)),
      );
      for (const position of asked.slice(0, taken)) this.#table.asks(position, this.#round, atMs);
      for (const position of asked.slice(taken)) this.#table.wasNotAsked(position, this.#round);
      this.#requestsSent += taken;
      if (taken > 0) {
        takenAt = this.#clock.now();
        this.#lastSentAt = takenAt;
        this.#onProgress(this.#requestsSent, this.#table.answeredCount);
        return taken;
      }
      if (!isFull(code)) {
        // This one can't be sent at all; the others may.
        this.#table.couldNotAsk(asked[0] as number, code ?? 'unknown');
        return 1;
      }
      if (this.#clock.now() - takenAt > STALLED_MS) {
        this.#table.ranFull(code ?? 'unknown');
        this.#stalled.abort();
      }
      return 0;
    };
    const stop = AbortSignal.any([this.#signal, this.#stalled.signal]);
    await sendPaced(
      positions.length,
      offer,
      { ratePerSecond, batch: ratePerSecond === null ? BATCH : PACED_BATCH },
      this.#clock,
      stop,
    );
    this.#listening = true;
    this.#afterNews();
  }

  /** The position is the serial number, the round the sequence number. */
  #write(position: number, slots: Outgoing[], slot: number): Outgoing {
    const { hosts } = this.#options;
    slots[slot] ??= { to: hosts.bytesAt(position), bytes: this.#writer.blank() };
    const { to, bytes } = slots[slot];
    this.#writer.write(this.#round, position, bytes);
    return { to: hosts.bytesAt(position, to), bytes };
  }

  #await(ms: number): Promise<void> {
    return this.#clock.sleep(ms, AbortSignal.any([this.#signal, this.#stalled.signal, this.#settled.signal]));
  }

  #afterNews(): void {
    if (this.#listening && this.#table.isSettledIn(this.#options.repeatAnswered ? this.#round : null)) {
      this.#settled.abort();
    }
  }
}
