// How much a few lost echoes prove: the verdict goes by the confidence interval, not by the plain ratio.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { lossInterval } from '../../src/diagnose/statistics.ts';
import { causeOf, echo, idle } from './seen.ts';

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

  test.each<{ path: string; survived: number | null; advice: RegExp }>([
    { path: 'forgets nobody', survived: null, advice: /ServerAliveInterval 15 with ServerAliveCountMax 8 waits 135 s/ },
    { path: 'forgets after 300 s', survived: 299, advice: /ServerAliveInterval 15 with/ },
    {
      path: 'forgets after 7 s',
      survived: 6.75,
      advice: /ServerAliveInterval 2 with ServerAliveCountMax 29 waits 60 s/,
    },
    { path: 'forgets sooner than keepalives can be relied on', survived: 2, advice: /uplink\.$/ },
  ])('patient keepalives come soon enough on a path that $path', ({ survived, advice }) => {
    const onExpiry = 'silent-drop' as const;
    const forgets = survived === null ? {} : { expiredSeconds: survived + 1, onExpiry, deaths: 2 };
    const measured = idle({ survivedSeconds: survived ?? 900, ...forgets });
    expect(causeOf('packet-loss', echo(10, 6), measured).advice[0]).toMatch(advice);
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
