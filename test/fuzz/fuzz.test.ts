// Whatever comes from outside: no decoder crashes, hangs or grows. A short run here; FUZZ_INPUTS=1000000 makes it a long one
// (npm run fuzz), and FUZZ_SEED another one.

import { expect, test } from 'vitest';
import { mutate, seeded } from './mutate.ts';
import { TARGETS } from './targets.ts';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 10_000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
/** Generous: the machines are shared. A hang is one that never ends, or takes seconds. */
const HANG_MS = 1000;
const MOST_GROWTH_BYTES = 200 * 2 ** 20;

test.each(TARGETS)(
  '$name takes anything',
  ({ seeds, run }) => {
    expect(seeds.length).toBeGreaterThan(0);
    for (const seed of seeds) run(seed);
    const random = seeded(SEED);
    const before = process.memoryUsage().rss;
    let slowestMs = 0;
    for (let count = 0; count < INPUTS; count++) {
      const bytes = mutate(seeds, random);
      const startedAt = performance.now();
      try {
        run(bytes);
      } catch (error) {
        throw new Error(`input ${count} (${Buffer.from(bytes).toString('hex')}): ${(error as Error).message}`, {
          cause: error,
        });
      }
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
    expect(slowestMs).toBeLessThan(HANG_MS);
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_GROWTH_BYTES);
  },
  3_600_000,
);
