// A virtual Clock: time stands still while anything can still run, and jumps to the next due sleeper when all wait.
//
//   const clock = fakeClock();
//   const result = await clock.run(sweep(link, options, clock, signal));   // hours in a moment
//   void clock.sleep(500).then(() => controller.abort());                  // something at a moment: sleep before run()
//   await clock.run(clock.sleep(60_000));                                  // let a minute pass
//
// Nothing happens outside run(). Sleepers that are due at the same moment wake in the order in which they lay down.
// run() rejects when the promise can't settle any more, because nobody sleeps: a test never hangs.

import type { Clock } from '../../src/clock.ts';

export interface FakeClock extends Clock {
  /** Lets time pass until `work` settles, and settles like it. One at a time. */
  run<T>(work: Promise<T>): Promise<T>;
}

/** Steps in which time does not move, before a loop of sleep(0) is called one. */
const MOST_STANDSTILLS = 1_000_000;

export function fakeClock(startMs = 0): FakeClock {
  let nowMs = startMs;
  let running = false;
  const sleepers = new SleeperQueue();
  const sleepersBySignal = new WeakMap<AbortSignal, Set<Sleeper>>();

  const sharingAbort = (signal: AbortSignal): Set<Sleeper> => {
    const known = sleepersBySignal.get(signal);
    if (known) return known;
    // One listener per signal, not per sleep: ten thousand listeners on one signal would be slow to remove.
    const sharing = new Set<Sleeper>();
    sleepersBySignal.set(signal, sharing);
    signal.addEventListener('abort', () => {
      for (const sleeper of sharing) sleeper.wake();
    });
    return sharing;
  };

  const wakeNext = (): boolean => {
    const dueMs = sleepers.nextDueMs();
    if (dueMs === null) return false;
    nowMs = Math.max(nowMs, dueMs);
    while (sleepers.nextDueMs() === dueMs) sleepers.pop()?.wake();
    return true;
  };

  return {
    now: () => nowMs,
    suspendedMs: () => 0,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const sharing = signal ? sharingAbort(signal) : null;
        const sleeper: Sleeper = {
          dueMs: nowMs + Math.max(0, ms),
          awake: false,
          wake() {
            if (sleeper.awake) return;
            sleeper.awake = true;
            sharing?.delete(sleeper);
            resolve();
          },
        };
        sharing?.add(sleeper);
        sleepers.push(sleeper);
      });
    },
    async run(work) {
      if (running) throw new Error('run() is already under way; give it one promise, Promise.all() for several');
      running = true;
      let settled = false;
      const settle = (): void => {
        settled = true;
      };
      work.then(settle, settle);
      try {
        let standstills = 0;
        for (await everythingThatCanRun(); !settled; await everythingThatCanRun()) {
          const before = nowMs;
          if (!wakeNext()) throw new Error(`stuck at ${nowMs} ms: the promise is pending and nobody sleeps`);
          standstills = nowMs === before ? standstills + 1 : 0;
          if (standstills > MOST_STANDSTILLS) throw new Error(`time stands still at ${nowMs} ms: a loop of sleep(0)?`);
        }
      } finally {
        running = false;
      }
      return work;
    },
  };
}

interface Sleeper {
  readonly dueMs: number;
  awake: boolean;
  wake(): void;
}

/** setImmediate comes after every microtask and every nextTick, those that they queue included. */
function everythingThatCanRun(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** A binary heap by due time, then by order of coming. Sleepers that an abort woke stay in it until they surface. */
class SleeperQueue {
  readonly #heap: { readonly sleeper: Sleeper; readonly order: number }[] = [];
  #pushed = 0;

  push(sleeper: Sleeper): void {
    this.#heap.push({ sleeper, order: this.#pushed++ });
    for (let child = this.#heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) break;
      this.#swap(child, parent);
      child = parent;
    }
  }

  nextDueMs(): number | null {
    while (this.#heap[0]?.sleeper.awake) this.pop();
    return this.#heap[0]?.sleeper.dueMs ?? null;
  }

  pop(): Sleeper | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || this.#heap.length === 0) return first?.sleeper;
    this.#heap[0] = last;
    for (let parent = 0; ; ) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.#heap.length && this.#isBefore(child, least)) least = child;
      }
      if (least === parent) return first.sleeper;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (!left || !right) return false;
    return (
      left.sleeper.dueMs - right.sleeper.dueMs < 0 ||
      (left.sleeper.dueMs === right.sleeper.dueMs && left.order < right.order)
    );
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (!left || !right) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
