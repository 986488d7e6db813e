// The path MTU of simulated paths: exact, whoever says so or nobody; and never a guess where packets get lost.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findPathMtu, type PathMtu } from '../../src/path/path-mtu.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryPathOptions, type MemoryRouter, memoryPath } from '../support/memory-path.ts';

const ADDRESS = '10.0.9.9';

interface Found extends PathMtu {
  readonly seconds: number;
}

async function find(second: Partial<MemoryRouter>, world: Partial<MemoryPathOptions> = {}): Promise<Found> {
  const clock = fakeClock();
  const routers = [{ address: '10.0.1.1' }, { address: '10.0.2.1', ...second }, { address: '10.0.3.1' }];
  const prober = memoryPath(clock, { address: ADDRESS, routers, ...world });
  const options = { interfaceMtuBytes: 1500, leastBytes: 576, waitMs: 1000 };
  const found = await clock.run(findPathMtu(prober, options, clock, new AbortController().signal));
  return { ...found, seconds: clock.now() / 1000 };
}

describe('findPathMtu', () => {
  test('the interface’s own size gets through', async () => {
    expect(await find({})).toMatchObject({ mtuBytes: 1500, reported: null, isBlackHole: false, failed: null });
  });

  test('what this machine kept back is no silence of the host, of packets of a usual size too', async () => {
    const found = await find({}, { keepsBack: (number) => number < 3 });
    expect(found).toMatchObject({ mtuBytes: null, isBlackHole: false, unsentBecause: 'EPERM' });
    // One that is answered says as much as three.
    expect(await find({}, { keepsBack: (number) => number < 2 })).toMatchObject({
      mtuBytes: 1500,
      unsentBecause: null,
    });
  });

  test('a narrow link is found by what its router says, and proved', async () => {
    const found = await find({ mtuBytes: 1400 });
    const reported = { from: '10.0.2.1', mtuBytes: 1400 };
    expect(found).toMatchObject({ mtuBytes: 1400, reported, isBlackHole: false, passedBytes: 1400 });
    expect(found.seconds).toBeLessThan(0.5);
  });

  test('a router that does not say how narrow its link is costs a few tries more', async () => {
    const reported = { from: '10.0.2.1', mtuBytes: null };
    expect(await find({ mtuBytes: 1006, tellsNoMtu: true })).toMatchObject({
      mtuBytes: 1006,
      reported,
      isBlackHole: false,
    });
  });

  test('a router that says a size which does not fit either makes a black hole, and is told', async () => {
    for (const tellsMtuBytes of [1450, 1500, 9000]) {
      const reported = { from: '10.0.2.1', mtuBytes: tellsMtuBytes };
      const found = await find({ mtuBytes: 1400, tellsMtuBytes });
      expect(found).toMatchObject({ mtuBytes: 1400, reported, isBlackHole: true, failed: { bytes: 1401 } });
    }
    // Narrower than it is: TCP goes by that, too, and gets through.
    expect(await find({ mtuBytes: 1400, tellsMtuBytes: 296 })).toMatchObject({ mtuBytes: 1400, isBlackHole: false });
  });

  test('a path that takes nothing of what every link must is not a host that answers nothing', async () => {
    expect(await find({ mtuBytes: 500, isBlackHole: true })).toMatchObject({ isAnswered: true, passedBytes: null });
    expect(await find({}, { isSilent: true })).toMatchObject({ isAnswered: false, passedBytes: null });
  });

  test('a limit on how many a second get through is taken for no black hole', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const found = await find({}, { answersPerSecond: 10, hostLoss: 0.5, seed });
      expect(found.isBlackHole, `seed ${seed}`).toBe(false);
    }
  });

  test('of two narrow links the narrower counts, be it a black hole behind one that speaks', async () => {
    const first = { address: '10.0.1.1', mtuBytes: 1450 };
    const both = { routers: [first, { address: '10.0.2.1', mtuBytes: 1300 }] };
    expect(await find({}, both)).toMatchObject({ mtuBytes: 1300, reported: { from: '10.0.2.1', mtuBytes: 1300 } });
    const mute = { routers: [first, { address: '10.0.2.1', mtuBytes: 1300, isBlackHole: true }] };
    expect(await find({}, mute)).toMatchObject({ mtuBytes: 1300, reported: null, isBlackHole: true });
  });

  test('a host that answers nothing: routers may still say what does not fit, and nothing is proved', async () => {
    expect(await find({ mtuBytes: 1400 }, { isSilent: true })).toMatchObject({
      mtuBytes: 1400,
      reported: { from: '10.0.2.1' },
      passedBytes: null,
      isBlackHole: false,
    });
    expect(await find({}, { isSilent: true })).toMatchObject({ mtuBytes: null, passedBytes: null, isBlackHole: false });
  });

  test('any black hole is found exactly, quickly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 576, max: 1499 }), async (mtuBytes) => {
        const found = await find({ mtuBytes, isBlackHole: true });
        expect(found).toMatchObject({ mtuBytes, isBlackHole: true, reported: null, failed: { bytes: mtuBytes + 1 } });
        expect(found.failed?.times).toBeGreaterThanOrEqual(5);
        expect(found.seconds).toBeLessThan(3);
      }),
      { numRuns: 60 },
    );
  });

  // The worst a path can do: lose packets by chance. Then it may be that nothing can be told, but never that loss is a size.
  test('loss is never taken for a black hole, nor hides one', async () => {
    const told = { exact: 0, nothing: 0 };
    const world = fc.record({
      seed: fc.integer(),
      hostLoss: fc.constantFrom(0.05, 0.2, 0.4),
      mtuBytes: fc.constantFrom(1500, 1500, 1400, 1280),
      isBlackHole: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(world, async ({ seed, hostLoss, mtuBytes, isBlackHole }) => {
        const found = await find({ mtuBytes, isBlackHole }, { hostLoss, seed });
        if (found.mtuBytes === null) {
          told.nothing++;
          expect(found.isBlackHole).toBe(false);
          return;
        }
        told.exact++;
        expect(found).toMatchObject({ mtuBytes, isBlackHole: isBlackHole && mtuBytes < 1500 });
      }),
      { numRuns: 300, seed: 11 },
    );
    expect(told.nothing).toBeLessThan(told.exact / 10);
  });
});
