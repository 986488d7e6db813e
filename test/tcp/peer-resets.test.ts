// A timer of the far side resets all at one age; a restart resets all at one moment.

import { describe, expect, test } from 'vitest';
import { resetsOfOneAge, withPeerResets } from '../../src/tcp/peer-resets.ts';
import type { MeasuredRung } from '../../src/tcp/rung.ts';

const CODE = 'ECONNRESET';

function reset(idleSeconds: number, atSeconds: number): MeasuredRung {
  const endedAtMs = atSeconds * 1000;
  return { idleSeconds, outcome: 'inconclusive', code: CODE, asked: false, localPort: 40_000, pass: 1, endedAtMs };
}

function alive(idleSeconds: number): MeasuredRung {
  return { idleSeconds, outcome: 'alive', code: null, asked: true, localPort: 40_000, pass: 1 };
}

const { endedAtMs: _, ...onUsedConnection } = reset(10, 10.4);

describe('resetsOfOneAge', () => {
  test.each<{ seen: string; rungs: MeasuredRung[]; control: number | null; isConfirmed: boolean | null }>([
    { seen: 'two moments', rungs: [alive(8), reset(10, 10.4), reset(10, 20.4)], control: 10, isConfirmed: true },
    { seen: 'one moment', rungs: [alive(8), reset(10, 10.4), reset(10, 10.4)], control: 10, isConfirmed: false },
    {
      seen: 'a timer that jitters a little',
      rungs: [reset(10, 10.4), reset(10.3, 20.7)],
      control: 9.9,
      isConfirmed: true,
    },
    { seen: 'ages that differ', rungs: [reset(10, 10.4), reset(12, 22.4)], control: 10, isConfirmed: null },
    { seen: 'a control of another age', rungs: [reset(10, 12), reset(10, 22)], control: 12, isConfirmed: null },
    { seen: 'one that lived on', rungs: [reset(10, 10.4), reset(10, 20.4), alive(11)], control: 10, isConfirmed: null },
    {
      seen: 'a control that was not reset',
      rungs: [reset(10, 10.4), reset(10, 20.4)],
      control: null,
      isConfirmed: null,
    },
    { seen: 'connections that were used before', rungs: [onUsedConnection], control: 10, isConfirmed: null },
    { seen: 'nothing', rungs: [alive(900)], control: null, isConfirmed: null },
  ])('$seen: $isConfirmed', ({ rungs, control, isConfirmed }) => {
    const resets = resetsOfOneAge(rungs, control === null ? null : control * 1000);
    expect(resets?.isConfirmed ?? null).toBe(isConfirmed);
    const outcomes = new Set(withPeerResets(rungs, resets).map(({ outcome }) => outcome));
    expect(outcomes.has('reset')).toBe(isConfirmed === true);
  });
});
