// Sends many packets at a steady pace, or as fast as they are taken, without ever losing one to a full queue.

import type { Clock } from './clock.ts';

/** How long to wait when no more are taken, or until the next are due. */
const BREATH_MS = 2;
/** Time's worth of packets that may go out back to back: more than timers are late, less than a switch minds. */
const LONGEST_BURST_MS = 50;

/** Calls under way when nothing is paced: as many as libuv has threads, so that the kernel never waits for the next. */
const SENDERS_UNPACED = 4;

/**
 * Hands packets over, of which only the indexes are known here; resolves with how many were taken, from the first on. Each
 * `sender`, from 0, has one call under way at a time.
 */
export type Offer = (indexes: readonly number[], sender: number) => Promise<number>;

export interface Pace {
  /** null: unpaced. */
  readonly ratePerSecond: number | null;
  /** Packets handed over at a time; more would delay reading what comes back. */
  readonly batch: number;
}

/**
 * Offers `count` packets, again those that were refused; resolves when the last was taken or `stop` aborts. Nothing is under
 * way any more then. Rejects with the first error of `offer`.
 */
export async function sendPaced(
  count: number,
  offer: Offer,
  { ratePerSecond, batch }: Pace,
  clock: Clock,
  stop: AbortSignal,
): Promise<void> {
  const allowance = new Allowance(ratePerSecond, batch, clock);
  const backlog = new Backlog(count);
  let failed = false;
  const send = async (sender: number): Promise<void> => {
    while (!backlog.isEmpty && !stop.aborted && !failed) {
      const indexes = backlog.take(Math.min(batch, allowance.now()));
      allowance.spend(indexes.length);
      const taken = indexes.length === 0 ? 0 : await offer(indexes, sender);
      const refused = indexes.slice(taken);
      backlog.putBack(refused);
      allowance.spend(-refused.length);
      // A whole batch taken: more may be due at once, and one turn of the event loop lets answers be read.
      if (!backlog.isEmpty) await clock.sleep(taken === batch ? 0 : BREATH_MS, stop);
    }
  };
  const fail = (error: unknown): never => {
    failed = true;
    throw error;
  };
  const senders = Array.from({ length: ratePerSecond === null ? SENDERS_UNPACED : 1 }, (_, sender) =>
    send(sender).catch(fail),
  );
  // Nothing may be under way any more when this ends, or the socket could be closed below it.
  const failure = (await Promise.allSettled(senders)).find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** Indexes that are still to be sent: from 0 up, and again what was refused. */
class Backlog {
  readonly #count: number;
  #next = 0;
  #refused: number[] = [];

  constructor(count: number) {
    this.#count = count;
  }

  get isEmpty(): boolean {
    return this.#next === this.#count && this.#refused.length === 0;
  }

  take(most: number): number[] {
    const again = this.#refused.splice(0, most);
    const fresh = Math.min(most - again.length, this.#count - this.#next);
    for (let index = 0; index < fresh; index++) again.push(this.#next++);
    return again;
  }

  putBack(indexes: readonly number[]): void {
    this.#refused.push(...indexes);
  }
}

/** A token bucket: what was not sent while the queue was full is not made up for in one burst. */
class Allowance {
  readonly #perMs: number;
  readonly #most: number;
  readonly #batch: number;
  readonly #clock: Clock;
  #tokens = 1;
  #countedAt: number;

  constructor(ratePerSecond: number | null, batch: number, clock: Clock) {
    this.#perMs = ratePerSecond === null ? Number.POSITIVE_INFINITY : ratePerSecond / 1000;
    this.#most = Math.max(1, this.#perMs * LONGEST_BURST_MS);
    this.#batch = batch;
    this.#clock = clock;
    this.#countedAt = clock.now();
  }

  /** Packets that may be sent now. */
  now(): number {
    if (this.#perMs === Number.POSITIVE_INFINITY) return this.#batch;
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#countedAt) * this.#perMs);
    this.#countedAt = now;
    return Math.floor(this.#tokens);
  }

  spend(packets: number): void {
    this.#tokens -= packets;
  }
}
