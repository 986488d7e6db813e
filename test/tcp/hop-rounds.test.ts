// Rounds of asking about hops: whichever hop forgets is found, with few connections, and soon where it is near.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forgettingHop } from '../../src/tcp/enforcer.ts';
import { nextHops } from '../../src/tcp/hop-rounds.ts';
import { connected, simulate } from './simulate.ts';

type Known = { readonly hop: number; readonly outcome: 'alive' | 'silent-drop' }[];

function search(count: number, forgets: number, connections: number): { hop: number | null; rounds: number[][] } {
  let known: Known = [];
  const rounds: number[][] = [];
  for (;;) {
    const asked = nextHops(count, known, connections);
    if (asked.length === 0) return { hop: forgettingHop(known), rounds };
    rounds.push(asked);
    const told = asked.map((hop) => ({ hop, outcome: hop < forgets ? ('silent-drop' as const) : ('alive' as const) }));
    known = [...known, ...told].sort((a, b) => a.hop - b.hop);
  }
}

describe('rounds', () => {
  test('find any hop of any path, ask about none twice, and never with more connections than there are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 32 }), fc.nat(31), fc.integer({ min: 2, max: 8 }), (count, nth, most) => {
        const forgets = 1 + (nth % count);
        const { hop, rounds } = search(count, forgets, most);
        expect(hop).toBe(forgets);
        expect(new Set(rounds.flat()).size).toBe(rounds.flat().length);
        for (const round of rounds) expect(round.length).toBeLessThanOrEqual(most);
      }),
    );
  });

  test('are one where there is a connection for each hop, or the hop is near, and at most three to hop 32 with five', () => {
    expect(search(4, 4, 5).rounds).toEqual([[0, 1, 2, 3, 4]]);
    expect(search(12, 2, 5).rounds).toHaveLength(1);
    for (let forgets = 1; forgets <= 32; forgets++) expect(search(32, forgets, 5).rounds.length).toBeLessThanOrEqual(3);
  });

  test('end where no hop can be told', () => {
    const alive = { hop: 0, outcome: 'alive' as const };
    expect(nextHops(9, [alive, { hop: 9, outcome: 'alive' }], 5)).toEqual([]);
    expect(
      nextHops(
        9,
        [
          { hop: 0, outcome: 'silent-drop' },
          { hop: 9, outcome: 'silent-drop' },
        ],
        5,
      ),
    ).toEqual([]);
  });
});

test.each([
  [6, 5],
  [9, 9],
  [14, 8],
  [3, 2],
])('six sessions find hop %#: of %i hops the %ith', async (hops, hop) => {
  const nat = { idleSeconds: 60, onExpiry: 'silent' } as const;
  const limits = { maxIdleSeconds: 900, connections: 5, replaced: true, deadlineSeconds: null };
  const run = await simulate(
    { nat: { ...nat, hop }, hops, greeting: new TextEncoder().encode('netcheck-serve/1\r\n') },
    { limitsFor: () => limits, partner: { nat } },
  );
  expect(connected(run).enforcer).toMatchObject({ hop });
});
