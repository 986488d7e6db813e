// What happens thousands of times a second is told now and then.

import type { Clock } from '../clock.ts';

const INTERVAL_MS = 1000;

/** Passes on the first value, and then at most one a second. What comes last may not be passed on. */
export function seldom<T>(clock: Clock, tell: (value: T) => void): (value: T) => void {
  let nextAt = Number.NEGATIVE_INFINITY;
  return (value) => {
    const now = clock.now();
    if (now < nextAt) return;
    nextAt = now + INTERVAL_MS;
    tell(value);
  };
}
