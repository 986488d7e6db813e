// Sends many frames at a steady pace, or as fast as the link takes them, without ever losing one to a full queue.

import type { Clock } from '../clock.ts';
import type { Link } from './link.ts';

/** Frames handed to the link at a time; more would delay reading what comes back. */
const BATCH = 256;
/** How long to wait when the link takes no more, or until the next frames are due. */
const BREATH_MS = 2;
/** Time's worth of frames that may go out back to back: more than timers are late, less than a switch minds. */
const LONGEST_BURST_MS = 50;

/**
 * Sends `count` frames, made one by one as they are due; resolves when the last was taken or `stop` aborts.
 * `ratePerSecond` null is unpaced. Rejects with the link's error.
 */
export async function sendPaced(
  link: Link,
  count: number,
  frameAt: (index: number) => Uint8Array,
  ratePerSecond: number | null,
  clock: Clock,
  stop: AbortSignal,
  onSent: (from: number, to: number) => void,
): Promise<void> {
  const allowance = new Allowance(ratePerSecond, clock);
  for (let next = 0; next < count && !stop.aborted; ) {
    const length = Math.min(BATCH, count - next, allowance.now());
    const frames = Array.from({ length }, (_, index) => frameAt(next + index));
    const taken = length === 0 ? 0 : link.send(frames);
    allowance.spend(taken);
    onSent(next, next + taken);
    next += taken;
    // A whole batch taken: more may be due at once, and one turn of the event loop lets answers be read.
    if (next < count) await clock.sleep(taken === BATCH ? 0 : BREATH_MS, stop);
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
