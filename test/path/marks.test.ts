// Marked packets on simulated paths, and where large ones vanish.

import { describe, expect, test } from 'vitest';
import { findVanishingPoint } from '../../src/path/large-packets.ts';
import { compareMarks, followMarks, type MarkedTally } from '../../src/path/marks.ts';
import type { Prober } from '../../src/path/probe.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryRouter, memoryPath } from '../support/memory-path.ts';

const ADDRESS = '10.0.9.9';
const NEVER = new AbortController().signal;

async function compare(second: Partial<MemoryRouter>, hostLoss = 0, oneAtATime = false): Promise<MarkedTally[]> {
  const clock = fakeClock();
  const routers = [{ address: '10.0.1.1' }, { address: '10.0.2.1', ...second }];
  const prober = memoryPath(clock, { address: ADDRESS, routers, hostLoss });
  const options = { dscps: [0, 18, 46], rounds: 10, intervalMs: 60, waitMs: 500, oneAtATime };
  return clock.run(compareMarks(() => prober, options, clock, NEVER));
}

const counts = (tallies: readonly MarkedTally[]): number[][] =>
  tallies.map(({ dscp, sent, answered }) => [dscp, sent, answered]);

describe('marks', () => {
  test('all alike: ten of each are enough', async () => {
    expect(counts(await compare({}))).toEqual([
      [0, 10, 10],
      [18, 10, 10],
      [46, 10, 10],
    ]);
  });

  test.each([false, true])('one that is dropped is told by ten, one at a time: %s', async (oneAtATime) => {
    expect(counts(await compare({ dropsDscp: 46 }, 0, oneAtATime))).toEqual([
      [0, 10, 10],
      [18, 10, 10],
      [46, 10, 0],
    ]);
  });

  test('a difference that may be chance is looked at longer', async () => {
    for (const [, sent] of counts(await compare({}, 0.3))) expect(sent).toBe(50);
  });

  test('what lets one packet through at even intervals lets no mark through more than another', async () => {
    const clock = fakeClock();
    let lastMs = Number.NEGATIVE_INFINITY;
    const ask: Prober['ask'] = async () => {
      const isLetThrough = clock.now() - lastMs >= 59;
      if (isLetThrough) lastMs = clock.now();
      return isLetThrough ? { kind: 'reply', from: ADDRESS, rttMs: 1 } : null;
    };
    const options = { dscps: [0, 18, 46], rounds: 9, intervalMs: 60, waitMs: 500, oneAtATime: false };
    const tallies = await clock.run(compareMarks(() => ({ ask }) as unknown as Prober, options, clock, NEVER));
    const shares = tallies.map(({ answered }) => answered);
    expect(Math.min(...shares) / Math.max(...shares)).toBeGreaterThan(0.5);
  });

  test('who answers for a marked packet tells which mark it had by then', async () => {
    const clock = fakeClock();
    const routers = [{ address: '10.0.1.1' }, { address: '10.0.2.1', dropsDscp: 46 }, { address: '10.0.3.1' }];
    const prober = memoryPath(clock, { address: ADDRESS, routers });
    const followed = await clock.run(followMarks(prober, [1, 2, 3], [18, 46], 500, NEVER));
    expect(followed.filter(({ sentDscp }) => sentDscp === 46).map(({ arrivedDscp }) => arrivedDscp)).toEqual([
      46,
      46,
      null,
    ]);
    expect(followed.filter(({ sentDscp }) => sentDscp === 18).map(({ arrivedDscp }) => arrivedDscp)).toEqual([
      18, 18, 18,
    ]);
  });
});

describe('large packets', () => {
  test.each([
    { name: 'behind the second hop', holes: [2], hops: [1, 2, 3], expected: { afterHop: 2, beforeHop: 3 } },
    { name: 'behind the first', holes: [1], hops: [1, 2, 3], expected: { afterHop: 1, beforeHop: 2 } },
    { name: 'nowhere that a router could tell', holes: [], hops: [1, 2, 3], expected: null },
    { name: 'behind the last that answers', holes: [3], hops: [1, 2, 3], expected: null },
  ])('vanish $name', async ({ holes, hops, expected }) => {
    const clock = fakeClock();
    const routers = [1, 2, 3].map((hop) => {
      return {
        address: `10.0.${hop}.1`,
        errorsAtOnce: 1,
        ...(holes.includes(hop) ? { mtuBytes: 1400, isBlackHole: true } : {}),
      };
    });
    const prober = memoryPath(clock, { address: ADDRESS, routers });
    const where = { hops, sizeBytes: 1500, waitMs: 250 };
    expect(await clock.run(findVanishingPoint(prober, where, clock, NEVER))).toEqual(expected);
  });
});
