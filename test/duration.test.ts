// Durations as people write and read them.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClock, formatSeconds, formatSecondsRange, parseDuration } from '../src/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['0', 0],
    ['1.5s', 1.5],
    ['200ms', 0.2],
    ['15m', 900],
    ['2h', 7200],
    ['1d', 86_400],
    ['0.5h', 1800],
    [' 5s ', 5],
  ])('%j is %d s', (text, seconds) => {
    expect(parseDuration(text)).toBeCloseTo(seconds, 12);
  });

  it.each([
    '',
    ' ',
    '-5',
    '+5',
    '5 s',
    '5S',
    '5min',
    's',
    '.5s',
    '5.',
    '1e3',
    '0x10',
    '1h30m',
    '5,5s',
    'NaN',
    'Infinity',
    '5s\n5s',
  ])('refuses %j', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  it('never throws, and what it gives is not negative', () => {
    fc.assert(fc.property(fc.string(), (text) => (parseDuration(text) ?? 0) >= 0));
  });

  it('a number in any unit is that many of the unit', () => {
    const units = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
    fc.assert(
      fc.property(fc.nat(100_000), fc.constantFrom('ms', 's', 'm', 'h', 'd'), (count, unit) => {
        expect(parseDuration(`${count}${unit}`)).toBeCloseTo(count * units[unit], 6);
      }),
    );
  });
});

describe('formatSeconds', () => {
  it.each([
    [0, '0 s'],
    [0.35, '0.35 s'],
    [0.0001234, '0.000123 s'],
    [6.2, '6.2 s'],
    [60, '60 s'],
    [95, '95 s'],
    [99.94, '99.9 s'],
    [100, '100 s'],
    [120, '2 min'],
    [121.4, '121 s'],
    [599, '599 s'],
    [600, '10 min'],
    [900, '15 min'],
    [905, '15 min 5 s'],
    [3600, '1 h'],
    [7440, '2 h 4 min'],
    [86_399.6, '24 h'],
  ])('%d is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it('is read back as nearly the same, and never blank', () => {
    const units: Record<string, number> = { s: 1, min: 60, h: 3600 };
    const readBack = (text: string): number =>
      [...text.matchAll(/([\d.]+) (s|min|h)/g)].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? Number.NaN),
        0,
      );
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1_000_000, noNaN: true }), (seconds) => {
        const back = readBack(formatSeconds(seconds));
        expect(Math.abs(back - seconds)).toBeLessThanOrEqual(Math.max(0.5, seconds / 200));
      }),
    );
  });
});

describe('formatSecondsRange', () => {
  it.each([
    [5.958, 6.442, '5.96 to 6.44 s'],
    [299.66, 302.312, '299.7 to 302.3 s'],
    [7196.4, 7268, '7196 to 7268 s'],
  ])('%s and %s', (from, to, text) => {
    expect(formatSecondsRange(from, to)).toBe(text);
  });
});

describe('formatClock', () => {
  it.each([
    [0, '0 s'],
    [5.956, '5.96 s'],
    [59.4, '59.4 s'],
    [59.5, '1m'],
    [80, '1m20s'],
    [119.7, '2m'],
    [900, '15m'],
    [3599.6, '1h00m'],
    [7440, '2h04m'],
    [86_400, '24h00m'],
  ])('%d s is %s', (seconds, text) => {
    expect(formatClock(seconds)).toBe(text);
  });
});
