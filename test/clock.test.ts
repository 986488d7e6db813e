// The real clock tells time asleep from time awake, and from a wall clock that was set.

import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../src/clock.ts';

describe('systemClock', () => {
  test('tells the same time asleep at every reading while the machine is awake', async () => {
    const before = systemClock.suspendedMs();
    for (let reading = 0; reading < 200; reading++) {
      expect(Math.abs(systemClock.suspendedMs() - before)).toBeLessThan(200);
    }
    await systemClock.sleep(50);
    expect(Math.abs(systemClock.suspendedMs() - before)).toBeLessThan(200);
  });

  test('is not moved by a wall clock that is set', () => {
    const [now, suspendedMs] = [systemClock.now(), systemClock.suspendedMs()];
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    try {
      expect(systemClock.now() - now).toBeLessThan(1000);
      expect(Math.abs(systemClock.suspendedMs() - suspendedMs)).toBeLessThan(200);
    } finally {
      vi.useRealTimers();
    }
  });
});
