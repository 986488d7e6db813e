// Whatever comes from outside: no decoder crashes, hangs or grows. A short run here; FUZZ_INPUTS=1000000 makes it a long one
// (npm run fuzz), and FUZZ_SEED another one.

import { expect, test } from 'vitest';
import { mutate, seeded } from './mutate.ts';
import { TARGETS } from './targets.ts';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 10_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** A decoder that takes as long has found an input that it can't cope with. */
const HANG_MS = 100;
/** The machines are shared: what was slow is tried again, and the quickest time counts. */
const TRIES = 5;
const MOST_GROWTH_BYTES = 200 * 2 ** 20;

test.each(TARGETS)(
  '$name takes anything',
  ({ seeds, run }) => {
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds) run(seed);
    const random = seeded(SEED);
    const before = process.memoryUsage().rss;
    for (let count = 0; count < INPUTS; count++) {
      const bytes = mutate(seeds, random);
      try {
        let tookMs = timeOf(run, bytes);
        for (let tries = 1; tookMs > HANG_MS && tries < TRIES; tries++) tookMs = Math.min(tookMs, timeOf(run, bytes));
        if (tookMs > HANG_MS) throw new Error(`it took ${tookMs} ms`);
      } catch (error) {
        throw new Error(`input ${count} (${Buffer.from(bytes).toString('hex')}): ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH_BYTES);
  },
  3_600_000,
);

function timeOf(run: (bytes: Uint8Array) => void, bytes: Uint8Array): number {
  const startedAt = performance.now();
  run(bytes);
  return performance.now() - startedAt;
}
