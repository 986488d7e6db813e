// Sends many frames at a steady pace, or as fast as the link takes them, without ever losing one to a full queue.

import type { Clock } from '../clock.ts';
import type { Link } from './link.ts';
import { MINIMUM_FRAME_LENGTH } from './packet.ts';

/** Frames handed to the link at a time; more would delay reading what comes back. */
const BATCH = 512;
/** How long to wait when the link takes no more, or until the next frames are due. */
const BREATH_MS = 2;
/** Time's worth of frames that may go out back to back: more than timers are late, less than a switch minds. */
const LONGEST_BURST_MS = 50;

/** Calls under way when nothing is paced: as many as libuv has threads, so that the kernel never waits for the next. */
const SENDERS_UNPACED = 4;

/**
 * Sends `count` frames, written one by one just before they go; resolves when the last was taken or `stop` aborts.
 * `ratePerSecond` null is unpaced. `onSent` is told which were taken. Rejects with the link's error.
 */
export async function sendPaced(
  link: Link,
  count: number,
  write: (index: number, frame: Uint8Array) => void,
  ratePerSecond: number | null,
  clock: Clock,
  stop: AbortSignal,
  onSent: (indexes: readonly number[]) => void,
): Promise<void> {
  const allowance = new Allowance(ratePerSecond, clock);
  const backlog = new Backlog(count);
  let failed = false;
  const send = async (): Promise<void> => {
    // Written anew for each call: those of a /16 would keep the garbage collector busy instead of us.
    const written: Uint8Array[] = [];
    const frameAt = (index: number, slot: number): Uint8Array => {
      written[slot] ??= new Uint8Array(MINIMUM_FRAME_LENGTH);
      write(index, written[slot]);
      return written[slot];
    };
    while (!backlog.isEmpty && !stop.aborted && !failed) {
      const indexes = backlog.take(Math.min(BATCH, allowance.now()));
      allowance.spend(indexes.length);
      const taken = indexes.length === 0 ? 0 : await link.send(indexes.map(frameAt));
      onSent(indexes.slice(0, taken));
      const refused = indexes.slice(taken);
      backlog.putBack(refused);
      allowance.spend(-refused.length);
      // A whole batch taken: more may be due at once, and one turn of the event loop lets answers be read.
      if (!backlog.isEmpty) await clock.sleep(taken === BATCH ? 0 : BREATH_MS, stop);
    }
  };
  const fail = (error: unknown): never => {
    failed = true;
    throw error;
  };
  const senders = Array.from({ length: ratePerSecond === null ? SENDERS_UNPACED : 1 }, () => send().catch(fail));
  // Nothing may be under way any more when this ends, or the link could be closed below it.
  const failure = (await Promise.allSettled(senders)).find((result) => result.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** Indexes that are still to be sent: from 0 up, and again what the link refused. */
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
  readonly #clock: Clock;
  #tokens = 1;
  #countedAt: number;

  constructor(ratePerSecond: number | null, clock: Clock) {
    this.#perMs = ratePerSecond === null ? Number.POSITIVE_INFINITY : ratePerSecond / 1000;
    this.#most = Math.max(1, this.#perMs * LONGEST_BURST_MS);
    this.#clock = clock;
    this.#countedAt = clock.now();
  }

  /** Frames that may be sent now. */
  now(): number {
    if (this.#perMs === Number.POSITIVE_INFINITY) return BATCH;
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#most, this.#tokens + (now - this.#countedAt) * this.#perMs);
    this.#countedAt = now;
    return Math.floor(this.#tokens);
  }

  spend(frames: number): void {
    this.#tokens -= frames;
  }
}
