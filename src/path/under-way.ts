// Probes whose answers are still awaited: each until its time is over, all of them until nothing worth waiting for is missing.

import type { Clock } from '../clock.ts';
import type { Answer } from './probe.ts';

interface Asked {
  readonly hop: number;
  readonly dueAtMs: number;
  /** Once: an answer, or null for none. */
  hear: (answer: Answer | null) => void;
}

export class UnderWay {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #asked = new Set<Asked>();
  #onNews: () => void = () => {};
  #failure: { readonly reason: unknown } | null = null;

  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** `hear` gets the answer, or null when it is counted as lost; nothing when all was interrupted before that. */
  follow(hop: number, asking: Promise<Answer | null>, waitMs: number, hear: (answer: Answer | null) => void): void {
    const asked: Asked = { hop, dueAtMs: this.#clock.now() + waitMs, hear };
    this.#asked.add(asked);
    const settle = (): boolean => this.#asked.delete(asked);
    asking.then(
      (answer) => {
        if (settle() && (answer !== null || !this.#signal.aborted)) hear(answer);
        this.#onNews();
      },
      (reason: unknown) => {
        settle();
        this.#failure ??= { reason };
        this.#onNews();
      },
    );
  }

  /** Resolves when `isOver`, when nothing is awaited, or after that time. @throws what a way of asking failed with. */
  async news(waitMs: number, isOver: () => boolean): Promise<void> {
    const over = new AbortController();
    const look = (): void => {
      if (isOver() || this.#asked.size === 0 || this.#failure !== null) over.abort();
    };
    this.#onNews = look;
    look();
    await this.#clock.sleep(waitMs, AbortSignal.any([this.#signal, over.signal]));
    this.#onNews = () => {};
    if (this.#failure !== null) throw this.#failure.reason;
  }

  /** Waits for the probes to hops up to that one, each for its time; those that stay unanswered are lost then. */
  async settled(upToHop: number): Promise<void> {
    const awaited = (): Asked[] => [...this.#asked].filter(({ hop }) => hop <= upToHop);
    const lastDueAtMs = Math.max(...awaited().map(({ dueAtMs }) => dueAtMs), this.#clock.now());
    await this.news(lastDueAtMs - this.#clock.now(), () => awaited().length === 0);
    if (this.#signal.aborted) return;
    for (const asked of awaited()) if (this.#asked.delete(asked)) asked.hear(null);
  }
}
