// TCP timestamps as clocks: offsets modulo 2^32, and how near is one clock.

import { describe, expect, it } from 'vitest';
import { clockOffset } from '../../src/proof/clock-offset.ts';
import { sameClock } from '../../src/proof/index.ts';

describe('clockOffset', () => {
  it.each([
    [1000, 400.4, 600],
    [100, 400, 2 ** 32 - 300],
    [0, 0, 0],
    [5, 2 ** 32 + 5, 0],
  ])('timestamp %d at %d ms is %d ahead', (timestamp, nowMs, offset) => {
    expect(clockOffset(timestamp, nowMs)).toBe(offset);
  });
});

describe('sameClock', () => {
  it.each([
    [1_843_738_448, 1_843_738_452, true],
    [0, 50, true],
    [0, 51, false],
    [2 ** 32 - 20, 20, true],
    [20, 2 ** 32 - 20, true],
    [0, 2 ** 31, false],
  ])('%d and %d: %s', (a, b, same) => {
    expect(sameClock(a, b)).toBe(same);
  });
});
