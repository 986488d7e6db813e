// Time as a parameter: logic takes a Clock, so that tests can run hours of waiting in a moment.

import { uptime } from 'node:os';
import { setImmediate as nextTurn, setTimeout as timer } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, whatever happens to the wall clock. */
  now(): number;
  /**
   * Milliseconds that this machine has spent suspended, since an arbitrary start: `now()` stands still meanwhile. No step
   * of the wall clock is taken for it.
   */
  suspendedMs(): number;
  /** Resolves after `ms`; 0 gives the event loop one turn, in which sockets are read. When `signal` aborts it resolves at once: waiting is over, nothing failed. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Aborts `ms` from now, or with `signal`; disposing of it gives the wait up. */
export function deadline(clock: Clock, ms: number, signal: AbortSignal): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (signal.aborted) abort();
  else void clock.sleep(ms, AbortSignal.any([controller.signal, signal])).then(abort);
  return { signal: controller.signal, [Symbol.dispose]: abort };
}

export const systemClock: Clock = {
  now: () => performance.now(),
  suspendedMs,
  async sleep(ms, signal) {
    if (signal?.aborted) return;
    try {
      if (ms <= 0) await nextTurn();
      else await timer(ms, undefined, signal ? { signal } : {});
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  },
};

/** Two clocks can't be read at once: what came between two readings closer together than this is no error worth telling. */
const TOGETHER_MS = 20;
const TRIES = 5;

/** CLOCK_BOOTTIME, which counts on while the machine is suspended, minus CLOCK_MONOTONIC, which does not (clock_gettime(2)). */
function suspendedMs(): number {
  for (let attempt = 1; ; attempt++) {
    const before = performance.now();
    const bootMs = uptime() * 1000;
    const after = performance.now();
    if (after - before < TOGETHER_MS || attempt === TRIES) return bootMs - after;
  }
}
