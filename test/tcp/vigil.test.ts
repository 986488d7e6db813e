// When the machine slept, from a clock that tells how long it has slept in all.

import { expect, test } from 'vitest';
import { Vigil } from '../../src/tcp/vigil.ts';
import { fakeClock } from '../support/fake-clock.ts';

test('each sleep is told once, with its end; the noise of the clock is none', async () => {
  let suspendedMs = 7000;
  const virtual = fakeClock();
  const clock = { ...virtual, suspendedMs: () => suspendedMs };
  const vigil = new Vigil(clock);
  const after = async (ms: number, asleepMs: number): Promise<void> => {
    await virtual.run(virtual.sleep(ms));
    suspendedMs += asleepMs;
    vigil.look();
  };
  await after(1000, 20);
  await after(1000, -30);
  expect(vigil.wasAwakeSince(0)).toBe(true);
  await after(1000, 60_000);
  await after(1000, 10);
  await after(1000, 5000);
  expect(vigil.suspensions).toEqual([
    { untilMs: 3000, forMs: 59_990 },
    { untilMs: 5000, forMs: 5010 },
  ]);
  expect([2999, 3001, 4999, 5001].map((sinceMs) => vigil.wasAwakeSince(sinceMs))).toEqual([false, false, false, true]);
});
