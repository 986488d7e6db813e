// Time as a parameter: logic takes a Clock, so that tests can run hours of waiting in a moment.

import { setImmediate as nextTurn, setTimeout as timer } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, whatever happens to the wall clock. */
  now(): number;
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
