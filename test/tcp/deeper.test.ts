// Slower timers behind a faster one, through simulated paths: each is found at its hop, and nothing where there is none.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Middlebox } from '../support/memory-nat.ts';
import { connected, type Measured, simulate } from './simulate.ts';

const SIMULATED = { numRuns: 30, endOnFailure: true };
const HOPS = 6;

const onExpiry = fc.constantFrom('silent' as const, 'reset-on-next-packet' as const);
/** Each at a hop of its own, farther away than the one before, and slower by half or more. */
const cascade: fc.Arbitrary<Middlebox[]> = fc
  .record({
    hops: fc.uniqueArray(fc.integer({ min: 1, max: HOPS }), { minLength: 1, maxLength: 3 }),
    first: fc.integer({ min: 10, max: 60 }),
    factors: fc.array(fc.double({ min: 1.6, max: 3, noNaN: true }), { minLength: 3, maxLength: 3 }),
    endings: fc.array(onExpiry, { minLength: 3, maxLength: 3 }),
  })
  .map(({ hops, first, factors, endings }) =>
    hops
      .toSorted((a, b) => a - b)
      .map((hop, index) => ({
        hop,
        idleSeconds: first * factors.slice(0, index).reduce((product, factor) => product * factor, 1),
        onExpiry: endings[index] ?? 'silent',
      })),
  );

/** The hop that forgets at each level, and the idle times between which it does. */
function found(measured: Measured): { hop: number | null; from: number; to: number | null; awakeHop: number | null }[] {
  const levels = [{ level: measured, awakeHop: null }, ...measured.deeper];
  return levels.map(({ level, awakeHop }) => ({
    hop: level.enforcer?.hop ?? null,
    from: level.bracket.survivedSeconds ?? 0,
    to: level.bracket.expiredSeconds,
    awakeHop,
  }));
}

test('every box of a cascade is found, nearest first, each with its own time', async () => {
  await fc.assert(
    fc.asyncProperty(cascade, async (boxes) => {
      const [nat, ...farther] = boxes as [Middlebox, ...Middlebox[]];
      const run = await simulate({ hops: HOPS, nat, farther }, { deep: true });
      const levels = found(connected(run));
      for (const [index, { hop, idleSeconds }] of boxes.entries()) {
        expect(levels[index]).toMatchObject({ hop, awakeHop: index === 0 ? null : boxes[index - 1]?.hop });
        expect(levels[index]?.from).toBeLessThanOrEqual(idleSeconds + 0.03);
        expect(levels[index]?.to).toBeGreaterThanOrEqual(idleSeconds - 0.03);
      }
      // Beyond the last one nothing forgets, which is asked unless it is the far host's own.
      const last = boxes.at(-1)?.hop === HOPS ? [] : [expect.objectContaining({ hop: null, to: null })];
      expect(levels.slice(boxes.length)).toEqual(last);
      for (const connection of run.path.connections) expect(connection.closedAtMs).not.toBeNull();
    }),
    SIMULATED,
  );
});

test('a box that is impatient with what is sent again and again is kept awake all the same', async () => {
  const nat = { idleSeconds: 1200, onExpiry: 'silent', hop: 2, unansweredSeconds: 300 } as const;
  const run = await simulate({ hops: 4, nat }, { deep: true, maxIdleSeconds: 2400 });
  expect(found(connected(run))).toEqual([
    expect.objectContaining({ hop: 2 }),
    expect.objectContaining({ hop: null, to: null, awakeHop: 2 }),
  ]);
});

test('nothing is looked for behind a hop that was not found', async () => {
  const silent = { idleSeconds: 20, onExpiry: 'silent', hop: 2 } as const;
  const cut = await simulate({ hops: 4, nat: silent, outages: [{ from: 30, to: 40 }] }, { deep: true });
  expect(connected(cut).deeper).toEqual([]);
  const sound = await simulate({ hops: 4 }, { deep: true, maxIdleSeconds: 30 });
  expect(connected(sound).deeper).toEqual([]);
});

test('an outage while the rest of the path is asked is no timeout', async () => {
  const nat = { idleSeconds: 8, onExpiry: 'silent', hop: 2 } as const;
  const cut = fc.integer({ min: 28, max: 80 });
  await fc.assert(
    fc.asyncProperty(cut, async (from) => {
      const outages = [{ from, to: from + 20 }];
      const run = await simulate({ hops: 4, nat, outages }, { deep: true, maxIdleSeconds: 60 });
      for (const { level } of connected(run).deeper) expect(level.bracket.expiredSeconds).toBeNull();
    }),
    SIMULATED,
  );
});
