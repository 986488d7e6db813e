// Time as a parameter: logic takes a Clock, so that tests can run hours of waiting in a moment.

import { setImmediate as nextTurn, setTimeout as timer } from 'node:timers/promises';

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, whatever happens to the wall clock. */
  now(): number;
  /** Resolves after `ms`; 0 gives the event loop one turn, in which sockets are read. When `signal` aborts it resolves at once: waiting is over, nothing failed. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
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
