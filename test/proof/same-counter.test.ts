// One counter or two: what interleaved IP identifications prove, and when they prove nothing.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sameCounter } from '../../src/proof/index.ts';
import { seededRandom } from '../support/memory-lan.ts';

const at = (ids: readonly number[], offsetMs: number) => ids.map((id, index) => ({ atMs: index * 8 + offsetMs, id }));
const compare = (a: readonly number[], b: readonly number[]) => sameCounter(at(a, 0), at(b, 4));

describe('sameCounter', () => {
  it.each([
    ['same', 'one Linux with two legs', [17935, 17938, 17941, 17945, 17947], [17936, 17940, 17943, 17946, 17949]],
    ['same', 'across the wrap', [65530, 65534, 2], [65532, 0, 4]],
    [
      'different',
      'two Linux machines (measured)',
      [17935, 17938, 17940, 17942, 17944],
      [51107, 51109, 51111, 51112, 51115],
    ],
    ['different', 'two busy counters', [100, 400, 800], [30_000, 30_300, 30_500]],
    ['unknown', "Don't Fragment and no counter", [0, 0, 0], [0, 0, 0]],
    ['unknown', 'one constant', [7, 7, 7], [100, 101, 102]],
    ['unknown', 'random ids', [4711, 60_000, 123, 33_333], [9, 40_000, 20_000, 11]],
    ['unknown', 'two that overlap', [100, 101, 102, 103], [100, 101, 102, 103]],
    ['unknown', 'replies that overtook each other', [10, 14, 18], [13, 15, 16]],
    ['unknown', 'too few replies', [10, 14], [12, 16]],
    ['unknown', 'none', [], []],
  ])('%s: %s', (expected, _, a, b) => {
    expect(compare(a, b)).toBe(expected);
    expect(sameCounter(at(b, 4), at(a, 0))).toBe(expected);
  });

  it('finds one counter wherever it stands and however fast it is, as long as steps are small', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffff),
        fc.array(fc.integer({ min: 1, max: 250 }), { minLength: 6, maxLength: 10 }),
        (start, steps) => {
          let id = start;
          const ids = steps.map((step) => {
            id = (id + step) % 0x1_0000;
            return id;
          });
          const [a, b] = [ids.filter((_, index) => index % 2 === 0), ids.filter((_, index) => index % 2 === 1)];
          expect(compare(a, b)).toBe('same');
        },
      ),
    );
  });

  it('takes two Linux machines for one less than once in 10,000 times', () => {
    const random = seededRandom(7);
    const counts = { same: 0, different: 0, unknown: 0 };
    for (let trial = 0; trial < 20_000; trial++) {
      const machine = (): number[] => {
        let id = Math.floor(random() * 0x1_0000);
        return Array.from({ length: 5 }, () => {
          id = (id + 1 + Math.floor(random() * 4)) % 0x1_0000;
          return id;
        });
      };
      counts[compare(machine(), machine())]++;
    }
    expect(counts.same).toBeLessThanOrEqual(2);
    expect(counts.unknown).toBeLessThan(40);
  });
});
