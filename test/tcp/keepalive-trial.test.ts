// The trial of the advised keepalive: it outlives every timeout, and what disturbs it is not held against it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { keepaliveSeconds } from '../../src/keepalive.ts';
import type { Bracket } from '../../src/tcp/bracket.ts';
import { Control } from '../../src/tcp/control.ts';
import { type KeepaliveTrial, tryKeepalive } from '../../src/tcp/keepalive-trial.ts';
import { keptByKeepalives } from '../../src/tcp/kept.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryNatOptions, memoryNat } from '../support/memory-nat.ts';
import { connected, ENDPOINT, nodeTimers, simulate } from './simulate.ts';

const SIMULATED = { numRuns: 40, endOnFailure: true };
const seconds = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((ms) => ms / 1000);

/** One trial by itself, with what the ladder says at each moment. */
async function tried(
  path: MemoryNatOptions,
  bracketAt: (seconds: number) => Partial<Bracket>,
): Promise<KeepaliveTrial | null> {
  const virtual = fakeClock();
  const clock: Clock = nodeTimers(virtual);
  const work = async (): Promise<KeepaliveTrial | null> => {
    const signal = new AbortController().signal;
    const { dial } = memoryNat(clock, path);
    const [kept, control] = [await dial(ENDPOINT, 5000, signal), await dial(ENDPOINT, 5000, signal)];
    if (!kept.ok || !control.ok) throw new Error('not connected');
    const none: Bracket = { survivedSeconds: null, expiredSeconds: null, onExpiry: null, deaths: 0, variesSeconds: 0 };
    const bracket = (): Bracket => ({ ...none, ...bracketAt(clock.now() / 1000) });
    const byKeepalives = keptByKeepalives(kept.connection, clock);
    return tryKeepalive(byKeepalives, bracket, new Control(control.connection, clock), clock, signal);
  };
  return virtual.run(work());
}

describe('the advised keepalive', () => {
  test('is a third of what was lived through, and a second at least', () => {
    expect([null, 0, 2.9, 5.9, 6, 299.9].map(keepaliveSeconds)).toEqual([1, 1, 1, 1, 2, 99]);
  });

  test('outlives 1.1 T, whatever T, and is no longer than what is advised in the end', async () => {
    const place = fc.record({
      idleSeconds: seconds(2, 800),
      loss: fc.constantFrom(0, 0.02),
      seed: fc.nat({ max: 9999 }),
    });
    await fc.assert(
      fc.asyncProperty(place, async ({ idleSeconds, ...path }) => {
        const measured = connected(await simulate({ ...path, nat: { idleSeconds, onExpiry: 'silent' } }));
        // Two keepalives in a row that are lost may end it, and say so: nothing was proved then.
        if (path.loss > 0 && measured.trial?.outcome !== 'alive') return;
        expect(measured.trial?.outcome).toBe('alive');
        expect(measured.trial?.lastedSeconds).toBeGreaterThan(1.08 * idleSeconds);
        expect(measured.trial?.intervalSeconds).toBeLessThanOrEqual(keepaliveSeconds(measured.bracket.survivedSeconds));
      }),
      { ...SIMULATED, seed: 20_240_101 },
    );
  });

  test('dies when it is longer than the timeout', async () => {
    const path = { nat: { idleSeconds: 20, onExpiry: 'silent' } } as const;
    const trial = await tried(path, () => ({ survivedSeconds: 90, expiredSeconds: 100 }));
    expect(trial).toMatchObject({ intervalSeconds: 30, outcome: 'silent-drop' });
  });

  test('begins anew when the timeout proves to be longer', async () => {
    const trial = await tried({}, (now) =>
      now < 3
        ? { survivedSeconds: 3, expiredSeconds: 4 }
        : now < 20
          ? { survivedSeconds: 18 }
          : { survivedSeconds: 30, expiredSeconds: 40 },
    );
    expect(trial).toMatchObject({ intervalSeconds: 10, outcome: 'alive', lastedSeconds: expect.closeTo(44, 0) });
  });

  test('is not blamed for an outage or for a server that restarts', async () => {
    const bracket = () => ({ survivedSeconds: 30, expiredSeconds: 40 });
    expect(await tried({ outages: [{ from: 30, to: 90 }] }, bracket)).toMatchObject({ outcome: 'inconclusive' });
    expect(await tried({ serverRestartsAt: 20 }, bracket)).toMatchObject({ outcome: 'inconclusive' });
    expect(await tried({ serverClosesAfter: 20 }, bracket)).not.toMatchObject({ outcome: 'alive' });
  });
});
