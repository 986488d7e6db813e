// How much a few lost echoes prove: the verdict goes by the confidence interval, not by the plain ratio.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { lossInterval } from '../../src/diagnose/statistics.ts';
import { causeOf, echo } from './seen.ts';

describe('packet-loss', () => {
  test.each<{ sent: number; received: number; verdict: Verdict; says: RegExp }>([
    { sent: 10, received: 10, verdict: 'ruled-out', says: /^All 10 .* came back; a loss above 28% would have shown/ },
    { sent: 100, received: 100, verdict: 'ruled-out', says: /a loss above 3\.7% would have shown/ },
    { sent: 10, received: 9, verdict: 'possible', says: /^1 of 10 .* were lost: between 1\.8% and 40% of packets/ },
    { sent: 10, received: 8, verdict: 'likely', says: /^2 of 10/ },
    {
      sent: 10,
      received: 6,
      verdict: 'confirmed',
      says: /^4 of 10 .* were lost: between 17% and 69% of packets get lost/,
    },
    { sent: 1000, received: 980, verdict: 'possible', says: /^20 of 1000/ },
    { sent: 1000, received: 940, verdict: 'likely', says: /^60 of 1000/ },
    { sent: 10, received: 0, verdict: 'unknown', says: /^None of 10 .* no loss rate follows/ },
    { sent: 0, received: 0, verdict: 'unknown', says: /^No echo request was sent\.$/ },
  ])('$received of $sent back: $verdict', ({ sent, received, verdict, says }) => {
    const cause = causeOf('packet-loss', echo(sent, received));
    expect(cause).toMatchObject({ verdict, because: ['echo-1'] });
    expect(cause.summary).toMatch(says);
    if (verdict === 'possible' || verdict === 'unknown') expect(cause.missing).not.toEqual([]);
  });

  test('the interval holds the ratio, lies within 0 to 1, and narrows with more packets', () => {
    const counts = fc
      .integer({ min: 1, max: 10_000 })
      .chain((sent) => fc.tuple(fc.nat({ max: sent }), fc.constant(sent)));
    fc.assert(
      fc.property(counts, ([lost, sent]) => {
        const { lower, upper } = lossInterval(lost, sent);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
        expect(lower).toBeLessThanOrEqual(lost / sent + 1e-12);
        expect(upper).toBeGreaterThanOrEqual(lost / sent - 1e-12);
        const more = lossInterval(lost * 4, sent * 4);
        expect(more.upper - more.lower).toBeLessThan(upper - lower);
      }),
    );
  });

  test("is Wilson's interval: 2 of 10 are 5.7 % to 51 %", () => {
    const { lower, upper } = lossInterval(2, 10);
    expect([lower, upper]).toEqual([expect.closeTo(0.0567, 4), expect.closeTo(0.5098, 4)]);
  });
});
