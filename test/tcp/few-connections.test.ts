// A ladder with few connections, each of which makes room for another one when it ends, as logged-in sessions do.

import { describe, expect, test } from 'vitest';
import { bracketOf } from '../../src/tcp/bracket.ts';
import { further, type LadderLimits } from '../../src/tcp/ladder.ts';
import { connected, simulate } from './simulate.ts';

const limits: LadderLimits = { maxIdleSeconds: 900, connections: 5, replaced: true, deadlineSeconds: null };

describe('what goes on being asked while nothing has died', () => {
  const idlers = [
    { seconds: 195, leftSeconds: 153 },
    { seconds: 900, leftSeconds: 858 },
  ];

  test('is between what lived and what idles, and ends before that does', () => {
    for (const free of [1, 2, 3]) {
      const begun = further(limits, 42, idlers, free);
      expect(begun.length).toBeLessThanOrEqual(free);
      for (const seconds of begun) expect(seconds).toBeLessThan(seconds < 195 ? 153 : 858);
    }
    expect(further(limits, 42, idlers, 2)).not.toEqual([]);
  });

  test('is the longest, where a death that had ended it proved an accident', () => {
    expect(further(limits, 42, [], 1)).toEqual([900]);
  });

  test('is nothing without a place, nor when the longest was lived through', () => {
    expect(further(limits, 42, idlers, 0)).toEqual([]);
    expect(further(limits, 899.9, [], 4)).toEqual([]);
    expect(further(limits, 899.9, [{ seconds: 300, leftSeconds: 10 }], 4)).toEqual([]);
  });
});

describe('six connections at once', () => {
  test.each([7, 30, 65, 300, 720])('find a timeout of %i s, and never open more', async (timeoutSeconds) => {
    const nat = { idleSeconds: timeoutSeconds, onExpiry: 'silent' } as const;
    const run = await simulate({ nat }, { limitsFor: () => limits, partner: { nat } });
    const { bracket, complete } = connected(run);
    expect(complete).toBe(true);
    expect(bracket.deaths).toBeGreaterThan(1);
    expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(timeoutSeconds + 0.1);
    expect(bracket.expiredSeconds ?? 0).toBeGreaterThanOrEqual(timeoutSeconds - 0.1);
    expect((bracket.expiredSeconds ?? 999) - (bracket.survivedSeconds ?? 0)).toBeLessThanOrEqual(
      Math.max(1, timeoutSeconds * 0.05),
    );
    expect(run.wallSeconds).toBeLessThan(5 * 908 + 60);
  });

  test('find none where none is', async () => {
    const run = await simulate({}, { limitsFor: () => limits, partner: {} });
    const { bracket, rungs } = connected(run);
    expect(bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
    expect(bracketOf(rungs).survivedSeconds).toBeGreaterThan(899);
    expect(run.wallSeconds).toBeLessThan(920);
  });
});
