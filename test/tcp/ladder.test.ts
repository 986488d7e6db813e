// The ladder is arithmetic: what it may ask, and what the answers mean, holds for every budget and every outcome.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bracketOf,
  firstPass,
  type LadderLimits,
  type Rung,
  resolutionFor,
  secondPass,
  spread,
} from '../../src/tcp/ladder.ts';
import { KNOWN_SECONDS } from './simulate.ts';

const milliseconds = (seconds: number): number => Math.round(seconds * 1000) / 1000;
const secondsBetween = (min: number, max: number) =>
  fc.integer({ min: min * 1000, max: max * 1000 }).map((ms) => ms / 1000);

const limits: fc.Arbitrary<LadderLimits> = fc.record({
  maxIdleSeconds: secondsBetween(1, 86_400),
  connections: fc.integer({ min: 1, max: 999 }),
  deadlineSeconds: fc.constant(null),
});

const outcome = fc.constantFrom('alive', 'silent-drop', 'reset', 'closed-by-peer', 'inconclusive');
/** One outcome for each idle time. */
const rungs: fc.Arbitrary<Rung[]> = fc.uniqueArray(fc.record({ idleSeconds: secondsBetween(1, 1000), outcome }), {
  selector: ({ idleSeconds }) => idleSeconds,
  maxLength: 40,
});

describe('the first pass', () => {
  test('ascends to the longest idle time, within the connections that it may open', () => {
    fc.assert(
      fc.property(limits, (limit) => {
        const asked = firstPass(limit, KNOWN_SECONDS);
        expect(asked).toEqual(asked.toSorted((a, b) => a - b));
        expect(asked.at(-1)).toBe(limit.maxIdleSeconds);
        expect(asked[0]).toBeGreaterThanOrEqual(Math.min(2, limit.maxIdleSeconds));
        expect(asked.length).toBeLessThanOrEqual(limit.connections);
      }),
    );
  });

  test('leaves at most a fifth between two rungs, once there are connections enough', () => {
    fc.assert(
      fc.property(secondsBetween(2, 7200), (maxIdleSeconds) => {
        const asked = firstPass({ maxIdleSeconds, connections: 95, deadlineSeconds: null }, KNOWN_SECONDS);
        for (const [index, seconds] of asked.slice(1).entries()) {
          expect(seconds / (asked[index] as number)).toBeLessThanOrEqual(1.201);
        }
      }),
    );
  });

  test.each([
    { known: 60, around: [59.4, 60.6] },
    { known: 300, around: [297, 303] },
    { known: 350, around: [346.5, 353.5] },
    { known: 10, around: [9.5, 10.5] },
  ])('stands just inside and just outside a known timeout of $known s', ({ known, around }) => {
    const asked = firstPass({ maxIdleSeconds: 900, connections: 100, deadlineSeconds: null }, [known, known]);
    expect(asked).toEqual(expect.arrayContaining(around));
  });

  test('spends a pair on no timeout that is longer than the longest idle time', () => {
    const limit: LadderLimits = { maxIdleSeconds: 300, connections: 100, deadlineSeconds: null };
    expect(firstPass(limit, [300, 3600])).toEqual(firstPass(limit, []));
  });

  test('asks sshd, of which four connections may be asked, at four times up to 90 s', () => {
    const limit: LadderLimits = { maxIdleSeconds: 90, connections: 4, deadlineSeconds: 100 };
    expect(firstPass(limit, KNOWN_SECONDS)).toEqual([5.18, 13.416, 34.749, 90]);
  });
});

describe('the second pass', () => {
  const bracket = fc
    .record({ survived: fc.option(secondsBetween(1, 900)), width: secondsBetween(2, 300) })
    .map(({ survived, width }) => ({
      survivedSeconds: survived,
      expiredSeconds: milliseconds((survived ?? 0) + width),
      onExpiry: 'reset' as const,
      deaths: 1,
      variesSeconds: 0,
    }));

  test('stays inside the bracket and ascends, to its top where that is to be confirmed', () => {
    fc.assert(
      fc.property(bracket, fc.integer({ min: 1, max: 60 }), fc.boolean(), (found, connections, confirmTop) => {
        const asked = secondPass(found, connections, resolutionFor(found.expiredSeconds, {}), confirmTop);
        expect(asked.length).toBeLessThanOrEqual(connections);
        expect(asked).toEqual(asked.toSorted((a, b) => a - b));
        for (const seconds of asked) expect(seconds).toBeGreaterThan(found.survivedSeconds ?? 0);
        // The top is asked just beyond: at the very moment a connection may be alive or dead.
        const [top = 0, ...inside] = asked.toReversed();
        for (const seconds of confirmTop ? inside : asked) expect(seconds).toBeLessThan(found.expiredSeconds);
        if (confirmTop) expect(top).toBe(milliseconds(found.expiredSeconds + 0.1));
      }),
    );
  });

  test('narrows to the resolution when there are connections for it', () => {
    const found = {
      survivedSeconds: 240,
      expiredSeconds: 300,
      onExpiry: 'reset',
      deaths: 1,
      variesSeconds: 0,
    } as const;
    expect(secondPass(found, 60, 3, true)).toHaveLength(20);
    expect(secondPass(found, 4, 3, true)).toEqual([255, 270, 285, 300.1]);
    expect(secondPass(found, 4, 3, false)).toEqual([252, 264, 276, 288]);
  });

  test('has nothing to ask without a death or without a connection', () => {
    const lived = { survivedSeconds: 900, expiredSeconds: null, onExpiry: null, deaths: 0, variesSeconds: 0 } as const;
    expect(secondPass(lived, 60, 1, true)).toEqual([]);
    expect(
      secondPass({ survivedSeconds: 1, expiredSeconds: 9, onExpiry: 'reset', deaths: 1, variesSeconds: 0 }, 0, 1, true),
    ).toEqual([]);
  });
});

describe('the bracket', () => {
  test('is the same for the rungs in any order', () => {
    fc.assert(
      fc.property(
        rungs.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(bracketOf(shuffled)).toEqual(bracketOf(all));
        },
      ),
    );
  });

  test('survived is shorter than expired, and both are rungs', () => {
    fc.assert(
      fc.property(rungs, (all) => {
        const { survivedSeconds, expiredSeconds, onExpiry, deaths } = bracketOf(all);
        if (survivedSeconds !== null) {
          expect(all).toContainEqual({ idleSeconds: survivedSeconds, outcome: 'alive' });
        }
        if (expiredSeconds === null) {
          expect({ onExpiry, deaths }).toEqual({ onExpiry: null, deaths: 0 });
          return;
        }
        expect(expiredSeconds).toBeGreaterThan(survivedSeconds ?? 0);
        expect(all).toContainEqual({ idleSeconds: expiredSeconds, outcome: onExpiry });
        expect(deaths).toBeGreaterThan(0);
      }),
    );
  });

  test('a death is an accident when a longer idle time was lived through, and inconclusive is no death', () => {
    const alive = { idleSeconds: 100, outcome: 'alive' } as const;
    const none = { survivedSeconds: 100, expiredSeconds: null, onExpiry: null, deaths: 0, variesSeconds: 0 };
    expect(bracketOf([{ idleSeconds: 80, outcome: 'silent-drop' }, alive])).toEqual(none);
    expect(bracketOf([alive, { idleSeconds: 200, outcome: 'inconclusive' }])).toEqual(none);
  });

  test('who was asked in the moment in which several others died proves nothing', () => {
    const died = (idleSeconds: number): Rung => ({ idleSeconds, outcome: 'reset' });
    const lived = (idleSeconds: number): Rung => ({ idleSeconds, outcome: 'alive' });
    const found = { survivedSeconds: 250, expiredSeconds: 300, onExpiry: 'reset', deaths: 2, variesSeconds: 0 };
    expect(bracketOf([lived(250), died(300), died(300.001), lived(300.004)])).toEqual(found);
    // One death may be an accident, and a tenth of a second later it is no photo finish.
    expect(bracketOf([lived(250), died(300), lived(300.004)])).toMatchObject({ survivedSeconds: 300.004 });
    expect(bracketOf([lived(250), died(300), died(300), lived(300.2)])).toMatchObject({ survivedSeconds: 300.2 });
  });

  test('only deaths of one kind confirm each other', () => {
    const died = (idleSeconds: number, how: Rung['outcome']): Rung => ({ idleSeconds, outcome: how });
    expect(bracketOf([died(50, 'reset'), died(60, 'silent-drop'), died(70, 'reset')])).toEqual({
      survivedSeconds: null,
      expiredSeconds: 50,
      onExpiry: 'reset',
      deaths: 2,
      variesSeconds: 0,
    });
  });
});

describe('a timeout that varies', () => {
  const rung = (idleSeconds: number, outcome: Rung['outcome']): Rung => ({ idleSeconds, outcome });

  test('from the shortest death to a longer life', () => {
    const rungs = [rung(299, 'alive'), rung(302, 'silent-drop'), rung(305, 'alive'), rung(308, 'silent-drop')];
    expect(bracketOf(rungs)).toMatchObject({ survivedSeconds: 305, expiredSeconds: 308, variesSeconds: 3 });
  });

  test('is not what one accident far below makes of it', () => {
    expect(bracketOf([rung(100, 'silent-drop'), rung(305, 'alive'), rung(308, 'reset')]).variesSeconds).toBe(0);
  });
});

describe('a quick ladder', () => {
  test('uses all its connections for the first pass, and has steps as even as can be', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 999 }), (connections) => {
        const asked = firstPass(
          { maxIdleSeconds: 900, connections, deadlineSeconds: null, quick: true },
          KNOWN_SECONDS,
        );
        expect(asked).toHaveLength(connections);
        expect(asked).toEqual(asked.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('spread', () => {
  test('is the same idle times, the longest and the shortest first, then halves', () => {
    fc.assert(
      fc.property(fc.uniqueArray(secondsBetween(1, 900)), (times) => {
        const ascending = times.toSorted((a, b) => a - b);
        const order = spread(ascending);
        expect(order.toSorted((a, b) => a - b)).toEqual(ascending);
        expect(order.slice(0, 2)).toEqual([ascending.at(-1), ascending[0]].slice(0, order.length));
      }),
    );
    expect(spread([1, 2, 3, 4, 5, 6, 7])).toEqual([7, 1, 4, 2, 5, 3, 6]);
  });
});

describe('connections that the peer closed', () => {
  const closed = (idleSeconds: number, endedAtMs: number): Rung => ({
    idleSeconds,
    outcome: 'closed-by-peer',
    endedAtMs,
  });

  test('at one moment count once: the service may have been stopped', () => {
    expect(bracketOf([closed(5, 5000), closed(5.01, 5200), closed(5, 5900)]).deaths).toBe(1);
  });

  test('at two moments after as long count twice', () => {
    expect(bracketOf([closed(5, 5000), closed(5.01, 5200), closed(5, 10_900)]).deaths).toBe(2);
  });
});
