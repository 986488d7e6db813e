// Whatever comes from outside: no decoder crashes, hangs or grows. A short run here, over what is kept in fixtures/corpus and
// then over inputs made of it. npm run fuzz is a long one:
//
//   FUZZ_INPUTS=1000000   so many inputs for each target that takes microseconds, fewer for the slower ones
//   FUZZ_SEED=2           other inputs
//   FUZZ_GUIDED=20000     so many of them guided by coverage first; FUZZ_KEEP=1 keeps those that reach new code
//   FUZZ_REPORT=path      figures, one JSON object a line

import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { corpusOf, folderOf, keep } from './corpus.ts';
import { Coverage } from './guided.ts';
import { mutate, seeded } from './mutate.ts';
import type { FuzzTarget } from './target.ts';
import { TARGETS } from './targets.ts';

const INPUTS = Number(process.env.FUZZ_INPUTS ?? 4000);
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const GUIDED = Number(process.env.FUZZ_GUIDED ?? 0);
/** Of the processor's time: a decoder that takes as long has found an input that it can't cope with. */
const HANG_MS = 100;
/** The machines are shared, and code is slow until it is compiled: what was slow is tried again, and the quickest time counts. */
const TRIES = 5;
const MOST_GROWTH_BYTES = 200 * 2 ** 20;
const AT_ONCE = 250;
/** Of the slowest, so many are timed again for the figures. */
const SLOWEST_KEPT = 16;
/** What is kept is read by people and copied by git. */
const LONGEST_KEPT_BYTES = 2048;
const MOST_KEPT = 24;

test.each(TARGETS)(
  '$name takes anything',
  (target) => {
    const { name, share = 1 } = target;
    const random = seeded(SEED);
    expect(target.seeds.length).toBeGreaterThan(0);
    const before = process.memoryUsage().rss;
    const slow: { readonly bytes: Uint8Array; readonly tookMs: number }[] = [];
    const run = (bytes: Uint8Array): void => {
      const tookMs = tried(target, bytes);
      if (slow.length === SLOWEST_KEPT && tookMs <= (slow.at(-1)?.tookMs ?? 0)) return;
      slow.push({ bytes, tookMs });
      slow.sort((a, b) => b.tookMs - a.tookMs).splice(SLOWEST_KEPT);
    };
    const seeds = [...target.seeds, ...corpusOf(name)];
    for (const seed of seeds) run(seed);
    const startedAt = performance.now();
    const guided = Math.ceil(GUIDED * Math.max(share, 0.05));
    const grown = GUIDED > 0 ? grow(target, seeds, guided, random) : { seeds, blocks: null };
    const count = Math.ceil(INPUTS * share);
    for (let each = 0; each < count; each++) run(mutate(grown.seeds, random, target));
    const grownBytes = process.memoryUsage().rss - before;
    const told = { name, inputs: count + (GUIDED > 0 ? guided : 0), seeds: grown.seeds.length, blocks: grown.blocks };
    const slowestMs = Math.max(...slow.map(({ bytes }) => quickestMs(target, bytes)));
    tell({ ...told, slowestMs, grownMb: grownBytes / 2 ** 20, seconds: (performance.now() - startedAt) / 1000 });
    expect(grownBytes).toBeLessThan(MOST_GROWTH_BYTES);
  },
  3_600_000,
);

test('each has a folder of its own, and what is kept stays small', () => {
  const kept = TARGETS.flatMap(({ name }) => corpusOf(name)).reduce((sum, { length }) => sum + length, 0);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(300_000);
  expect(new Set(TARGETS.map(({ name }) => folderOf(name))).size).toBe(TARGETS.length);
});

/** In how many milliseconds on the wall. @throws Error that names the input, which is in the corpus from then on. */
function tried(target: FuzzTarget, bytes: Uint8Array): number {
  const { name, run } = target;
  try {
    const startedAt = performance.now();
    run(bytes);
    const tookMs = performance.now() - startedAt;
    const atBestMs = tookMs > HANG_MS ? quickestMs(target, bytes) : tookMs;
    if (atBestMs > HANG_MS) throw new Error(`it took ${atBestMs} ms`);
    return atBestMs;
  } catch (error) {
    keep(name, bytes);
    throw new Error(`${JSON.stringify(Buffer.from(bytes).toString('latin1'))}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Of the processor's time, whatever else the machine does. */
function quickestMs({ run }: FuzzTarget, bytes: Uint8Array): number {
  const times = Array.from({ length: TRIES }, () => {
    const before = process.cpuUsage();
    run(bytes);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return Math.min(...times);
}

/** Seeds and what of their offspring reached new code, generation by generation. */
function grow(
  target: FuzzTarget,
  given: readonly Uint8Array[],
  inputs: number,
  random: () => number,
): { readonly seeds: Uint8Array[]; readonly blocks: number } {
  using coverage = new Coverage();
  // Compiled code that is counted is slow: no hangs are looked for here.
  const run = (bytes: Uint8Array): void => {
    try {
      target.run(bytes);
    } catch {
      tried(target, bytes);
    }
  };
  coverage.newcomers(given, run);
  const seeds = [...given];
  let kept = corpusOf(target.name).length;
  for (let done = 0; done < inputs; done += AT_ONCE) {
    const batch = Array.from({ length: Math.min(AT_ONCE, inputs - done) }, () => mutate(seeds, random, target));
    for (const found of coverage.newcomers(batch, run)) {
      seeds.push(found);
      if (process.env.FUZZ_KEEP === undefined || found.length > LONGEST_KEPT_BYTES || kept++ >= MOST_KEPT) continue;
      keep(target.name, found);
    }
  }
  return { seeds, blocks: coverage.blocks };
}

function tell(figures: Readonly<Record<string, string | number | null>>): void {
  if (process.env.FUZZ_REPORT !== undefined) appendFileSync(process.env.FUZZ_REPORT, `${JSON.stringify(figures)}\n`);
}
