// The control connection: when the path was down, and that a lost answer here and there is not an outage.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { Control } from '../../src/tcp/control.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryNatOptions, memoryNat } from '../support/memory-nat.ts';
import { ENDPOINT, nodeTimers } from './simulate.ts';

/** A control over this path, kept for so many seconds and then looked at. */
async function controlFor<T>(
  path: MemoryNatOptions,
  seconds: number,
  look: (control: Control, clock: Clock) => T,
): Promise<T> {
  const virtual = fakeClock();
  const clock = nodeTimers(virtual);
  const work = async (): Promise<T> => {
    const dialled = await memoryNat(clock, path).dial(ENDPOINT, 5000, new AbortController().signal);
    if (!dialled.ok) throw new Error(dialled.code);
    const control = new Control(dialled.connection, clock);
    await clock.sleep(seconds * 1000);
    const seen = look(control, clock);
    control.close();
    return seen;
  };
  return virtual.run(work());
}

describe('the control connection', () => {
  test('answers throughout on a path that works, and keeps the middlebox awake', async () => {
    const path: MemoryNatOptions = { nat: { idleSeconds: 5, onExpiry: 'silent' } };
    const seen = await controlFor(path, 600, (control, clock) => ({
      lived: control.answeredThroughout(0, clock.now()),
      outages: control.outages,
      ending: control.ending,
    }));
    expect(seen).toEqual({ lived: true, outages: [], ending: null });
  });

  test('an outage is seen where it was, and nowhere else', async () => {
    const outage = fc.record({
      fromMs: fc.integer({ min: 5000, max: 40_000 }),
      lengthMs: fc.integer({ min: 3200, max: 50_000 }),
    });
    await fc.assert(
      fc.asyncProperty(outage, fc.integer({ min: 1, max: 300 }), async ({ fromMs, lengthMs }, rttMs) => {
        const [from, to] = [fromMs / 1000, (fromMs + lengthMs) / 1000];
        const path = { rttMs, outages: [{ from, to }] };
        const outages = await controlFor(path, 120, (control) => [...control.outages]);
        expect(outages).toHaveLength(1);
        expect(Math.abs((outages[0]?.fromMs ?? 0) / 1000 - from)).toBeLessThan(1.5 + rttMs / 500);
        expect(Math.abs((outages[0]?.toMs ?? 0) / 1000 - to)).toBeLessThan(1.5 + rttMs / 500);
      }),
      { numRuns: 40 },
    );
  });

  test('moments before and after the outage count as answered, those in it do not', async () => {
    const seen = await controlFor({ outages: [{ from: 20, to: 40 }] }, 120, (control) => [
      control.answeredThroughout(5000, 15_000),
      control.answeredThroughout(25_000, 28_000),
      control.answeredThroughout(15_000, 50_000),
      control.answeredThroughout(45_000, 60_000),
    ]);
    expect(seen).toEqual([true, false, false, true]);
  });

  test('a single lost answer is no outage', async () => {
    const outages = await controlFor({ outages: [{ from: 20.5, to: 21.3 }] }, 60, (control) => control.outages);
    expect(outages).toEqual([]);
  });

  test('two outages are two', async () => {
    const path = {
      outages: [
        { from: 20, to: 30 },
        { from: 50, to: 60 },
      ],
    };
    expect(await controlFor(path, 120, (control) => control.outages.length)).toBe(2);
  });

  test.each([
    { path: { serverRestartsAt: 30 }, how: 'reset', code: 'ECONNRESET' },
    { path: { serverClosesAfter: 30 }, how: 'closed-by-peer', code: null },
    { path: { outages: [{ from: 30, to: 999, unreachable: true }] }, how: 'unreachable', code: 'EHOSTUNREACH' },
    { path: { outages: [{ from: 30, to: 999 }] }, how: 'unanswered', code: 'ETIMEDOUT' },
  ] as const)('nothing counts as answered after its end: $how', async ({ path, how, code }) => {
    const seen = await controlFor(path, 200, (control, clock) => ({
      ending: control.ending,
      before: control.answeredThroughout(1000, 20_000),
      after: control.answeredThroughout(1000, clock.now()),
    }));
    expect(seen).toMatchObject({ ending: { how, code }, before: true, after: false });
  });
});
