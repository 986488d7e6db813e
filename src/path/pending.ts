// Probes that are under way: each waits for its answer or for the end of its time.

import type { Clock } from '../clock.ts';
import type { Answer } from './probe.ts';

interface Waiting {
  sentAtMs: number;
  readonly settle: (answer: Answer | null) => void;
}

/**
 * A machine that kept us waiting wakes us by the clock first: answers that came in time may lie unread then. A raw socket hands
 * over one in each turn of the event loop.
 */
const TURNS_TO_READ = 32;

/** By a key that comes back with the answer. */
export class Pending<K> {
  readonly #clock: Clock;
  readonly #waiting = new Map<K, Waiting>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls `send` with what is to be called when the packet leaves, and waits. */
  async wait(
    key: K,
    waitMs: number,
    signal: AbortSignal,
    send: (onSend: () => void) => Promise<void>,
  ): Promise<Answer | null> {
    const answered = new AbortController();
    let answer: Answer | null = null;
    const waiting: Waiting = {
      sentAtMs: this.#clock.now(),
      settle: (given) => {
        answer ??= given;
        answered.abort();
      },
    };
    this.#waiting.set(key, waiting);
    const onSend = (): void => {
      waiting.sentAtMs = this.#clock.now();
    };
    send(onSend).catch((error: Error) => waiting.settle({ kind: 'unsent', because: error.message }));
    // By hand: AbortSignal.any would leave a trace on `signal` for each of thousands of probes.
    const giveUp = (): void => answered.abort();
    signal.addEventListener('abort', giveUp);
    if (!signal.aborted) await this.#clock.sleep(waitMs, answered.signal);
    for (let turn = 0; turn < TURNS_TO_READ && !answered.signal.aborted; turn++) await this.#clock.sleep(0);
    signal.removeEventListener('abort', giveUp);
    this.#waiting.delete(key);
    return answer;
  }

  /** Milliseconds since that probe was sent; null when nobody waits for it, any more or at all. */
  elapsedMs(key: K): number | null {
    const waiting = this.#waiting.get(key);
    return waiting === undefined ? null : this.#clock.now() - waiting.sentAtMs;
  }

  /** The first answer counts. */
  settle(key: K, answer: Answer): void {
    this.#waiting.get(key)?.settle(answer);
  }
}
