// Where loss begins: by what still arrives behind a hop, in intervals, never by comparing two percentages.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lossOnPath, seldomAnswering } from '../../src/diagnose/loss-on-path.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { HOST, hop, path } from './seen.ts';

type Hop = EvidenceOf<'path'>['hops'][number];

const asked = (received: number, sent = 1000): Hop['asked'] => ({ sent, received, rttMs: null });

/** Three routers, as they were asked themselves, and the host. */
function seen(routers: readonly (number | null)[], host: number, sent = 1000): EvidenceOf<'path'> {
  const hops = routers.map((received, index) =>
    received === null
      ? hop(index + 1, { addresses: [], received: 0, rttMs: null, asked: null })
      : hop(index + 1, { asked: asked(received, sent) }),
  );
  return path({ hops: [...hops, hop(hops.length + 1, { addresses: [HOST], sent, received: host, asked: null })] });
}

describe('where loss begins', () => {
  test.each([
    { name: 'between hops 1 and 2', routers: [1000, 903, 899], host: 901, afterHop: 1, byHop: 2 },
    { name: 'between you and your gateway', routers: [904, 903, 899], host: 901, afterHop: 0, byHop: 1 },
    { name: 'on the last stretch', routers: [1000, 999, 1000], host: 900, afterHop: 3, byHop: 4 },
    { name: 'somewhere behind a silent hop', routers: [1000, null, 902], host: 901, afterHop: 1, byHop: 3 },
    { name: 'behind a hop that answers seldom', routers: [1000, 500, 1000], host: 900, afterHop: 3, byHop: 4 },
    { name: 'in two places: at the first', routers: [1000, 950, 955], host: 900, afterHop: 1, byHop: 2 },
    { name: 'where no router says anything', routers: [null, null, null], host: 900, afterHop: 0, byHop: 4 },
  ])('$name', ({ routers, host, afterHop, byHop }) => {
    expect(lossOnPath(seen(routers, host))).toMatchObject({ afterHop, byHop, lost: 1000 - host, sent: 1000 });
  });

  test('three of ten are too few to place', () => {
    expect(lossOnPath(seen([10, 9, 7], 7, 10))).toMatchObject({ afterHop: 0, byHop: 4 });
  });

  test('nothing is lost where the host answers everything, whatever a hop does', () => {
    expect(lossOnPath(seen([1000, 300, 1000], 1000))).toBeNull();
    expect(seldomAnswering(path({ hops: [hop(1, { sent: 40, received: 8 }), ...path().hops.slice(1)] }))).toEqual([1]);
    expect(seldomAnswering(seen([1000, 900, 900], 900))).toEqual([]);
  });

  test('nothing follows from a host that was not reached', () => {
    expect(lossOnPath(path({ reached: false, endedBecause: 'silence' }))).toBeNull();
  });

  // Simulated paths: each stretch loses its share of what gets so far, going and coming.
  test('what it says of a simulated path is true', () => {
    const world = fc.record({
      seed: fc.integer(),
      at: fc.integer({ min: 1, max: 4 }),
      share: fc.constantFrom(0.03, 0.1, 0.3),
      seldom: fc.constantFrom(0, 0, 2, 3),
    });
    fc.assert(
      fc.property(world, ({ seed, at, share, seldom }) => {
        const next = seededRandom(seed);
        const counted = (distance: number): number => {
          let received = 0;
          for (let packet = 0; packet < 1000; packet++) {
            const isLost = distance >= at && next() < share;
            const isUnsent = distance === seldom && next() < 0.5;
            if (!isLost && !isUnsent) received++;
          }
          return received;
        };
        const loss = lossOnPath(seen([counted(1), counted(2), counted(3)], counted(4)));
        expect(loss?.afterHop).toBeLessThan(at);
        expect(loss?.byHop).toBeGreaterThanOrEqual(at);
        expect(loss?.lower).toBeLessThan(share * 1.5);
      }),
      { numRuns: 300, seed: 6 },
    );
  });
});
