// The virtual clock keeps the promises that every simulation is built on.

import { describe, expect, it } from 'vitest';
import { fakeClock } from './fake-clock.ts';

describe('fakeClock', () => {
  it('wakes sleepers by due time, then in the order in which they lay down', async () => {
    const clock = fakeClock();
    const woken: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push(`${name} ${clock.now()}`);
    };
    await clock.run(Promise.all([sleeper('c', 30), sleeper('a', 10), sleeper('b', 10), sleeper('d', 40)]));
    expect(woken).toEqual(['a 10', 'b 10', 'c 30', 'd 40']);
  });

  it('does not move while microtasks and ticks are still queued', async () => {
    const clock = fakeClock(5);
    const chain = async (): Promise<number> => {
      for (let step = 0; step < 1000; step++) await new Promise<void>((resolve) => process.nextTick(resolve));
      return clock.now();
    };
    const [at] = await clock.run(Promise.all([chain(), clock.sleep(50)]));
    expect(at).toBe(5);
    expect(clock.now()).toBe(55);
  });

  it('wakes at the moment of an abort, and never moves to the time that was slept for', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    void clock.sleep(700).then(() => controller.abort());
    await clock.run(clock.sleep(3_600_000, controller.signal));
    expect(clock.now()).toBe(700);
    await clock.run(clock.sleep(1000, controller.signal));
    expect(clock.now()).toBe(700);
    await clock.run(clock.sleep(1));
    expect(clock.now()).toBe(701);
  });

  it('gives zero and negative sleeps a turn without moving', async () => {
    const clock = fakeClock();
    await clock.run(clock.sleep(0));
    await clock.run(clock.sleep(-5));
    expect(clock.now()).toBe(0);
  });

  it('rejects with the work, and says when the work is stuck', async () => {
    const clock = fakeClock();
    await expect(clock.run(clock.sleep(3).then(() => Promise.reject(new Error('ENETDOWN'))))).rejects.toThrow(
      'ENETDOWN',
    );
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow('stuck at 3 ms');
  });

  it('simulates twenty minutes of sixty sleepers in seconds', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    let wakings = 0;
    const watch = async (phase: number): Promise<void> => {
      await clock.sleep(phase);
      while (clock.now() < 1_200_000) {
        await clock.sleep(250, controller.signal);
        wakings++;
      }
    };
    const realStart = performance.now();
    await clock.run(Promise.all(Array.from({ length: 60 }, (_, phase) => watch(phase))));
    expect(wakings).toBe((60 * 1_200_000) / 250);
    expect(performance.now() - realStart).toBeLessThan(20_000);
  });
});
