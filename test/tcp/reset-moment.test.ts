// Whether a reset answers the next packet or comes by itself, from what became of the rungs.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bracketOf } from '../../src/tcp/bracket.ts';
import { type ResetMoment, resetMoment } from '../../src/tcp/reset-moment.ts';
import type { MeasuredRung } from '../../src/tcp/rung.ts';
import { connected, simulate } from './simulate.ts';

function rung(idleSeconds: number, outcome: MeasuredRung['outcome'], asked: boolean): MeasuredRung {
  return { idleSeconds, outcome, asked, code: outcome === 'alive' ? null : 'ECONNRESET', localPort: 40_000, pass: 1 };
}

describe('resetMoment', () => {
  test.each<{ seen: string; rungs: readonly MeasuredRung[]; moment: ResetMoment | null }>([
    { seen: 'nothing reset', rungs: [rung(5, 'alive', true), rung(7, 'silent-drop', true)], moment: null },
    {
      seen: 'each reset when asked',
      rungs: [rung(5, 'alive', true), rung(7, 'reset', true), rung(9, 'reset', true)],
      moment: 'next-packet',
    },
    {
      seen: 'each reset by itself after as long',
      rungs: [rung(5, 'alive', true), rung(6, 'reset', false), rung(6.01, 'reset', false)],
      moment: 'expiry',
    },
    {
      seen: 'one that was being asked when the reset came',
      rungs: [rung(5.99, 'reset', true), rung(6, 'reset', false)],
      moment: 'expiry',
    },
    {
      seen: 'one reset by itself, and others that were not until they were asked, much later',
      rungs: [rung(6, 'reset', false), rung(9, 'reset', true)],
      moment: null,
    },
    {
      seen: 'an early accident among those that were asked',
      rungs: [rung(2, 'reset', false), rung(5, 'alive', true), rung(7, 'reset', true)],
      moment: 'next-packet',
    },
  ])('$seen: $moment', ({ rungs, moment }) => {
    expect(resetMoment(rungs, bracketOf(rungs))).toBe(moment);
  });

  test('is told of any simulated middlebox that resets', async () => {
    const seconds = fc.integer({ min: 3000, max: 300_000 }).map((ms) => ms / 1000);
    const onExpiry = fc.constantFrom('reset-on-next-packet' as const, 'reset-at-expiry' as const);
    await fc.assert(
      fc.asyncProperty(seconds, onExpiry, fc.integer({ min: 1, max: 250 }), async (idleSeconds, how, rttMs) => {
        const { rungs, bracket } = connected(await simulate({ nat: { idleSeconds, onExpiry: how }, rttMs }));
        expect(resetMoment(rungs, bracket)).toBe(how === 'reset-at-expiry' ? 'expiry' : 'next-packet');
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
