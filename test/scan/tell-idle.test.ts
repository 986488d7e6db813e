// What is told while an idle timeout is measured, in simulation: nothing that the result denies, and an end that holds.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventSchema } from '../../src/events.ts';
import { watch } from '../support/watched.ts';
import { connected } from '../tcp/simulate.ts';

const SIMULATED = { numRuns: 20 };
const idleSeconds = fc.double({ min: 2, max: 800, noNaN: true });
const onExpiry = fc.constantFrom('silent' as const, 'reset-on-next-packet' as const);
const nat = fc.record({ idleSeconds, onExpiry });
const rttMs = fc.integer({ min: 1, max: 300 });
const millisecond = (seconds: number | null): number | null =>
  seconds === null ? null : Math.round(seconds * 1000) / 1000;

describe('the events of a ladder', () => {
  test('keep to the contract, and the last bracket is that of the report', async () => {
    await fc.assert(
      fc.asyncProperty(fc.option(nat), rttMs, async (box, rtt) => {
        const run = await watch({ rttMs: rtt, ...(box === null ? {} : { nat: box }) });
        for (const event of run.events) expect(eventSchema.parse(event)).toEqual(event);
        const { bracket } = connected(run);
        expect(run.events.findLast(({ event }) => event === 'bracket')).toMatchObject({
          survivedSeconds: millisecond(bracket.survivedSeconds),
          expiredSeconds: millisecond(bracket.expiredSeconds),
          onExpiry: bracket.onExpiry,
          deaths: bracket.deaths,
        });
      }),
      SIMULATED,
    );
  });

  test('tell of each connection that it idles before what became of it, and of every one that was asked', async () => {
    await fc.assert(
      fc.asyncProperty(nat, rttMs, async (box, rtt) => {
        const run = await watch({ rttMs: rtt, nat: box });
        const idle = new Set<number>();
        let asked = 0;
        for (const event of run.events) {
          if (event.event === 'idling') idle.add(event.rung);
          if (event.event === 'suspect') expect(idle).toContain(event.rung);
          if (event.event !== 'rung') continue;
          expect(idle.delete(event.rung)).toBe(true);
          asked++;
        }
        expect(asked).toBe(connected(run).rungs.length);
      }),
      SIMULATED,
    );
  });

  test('promise no end that comes too early, however thoroughly it is measured', async () => {
    const wish = fc.constantFrom({}, { quick: true }, { deep: true });
    await fc.assert(
      fc.asyncProperty(fc.option(nat), rttMs, wish, async (box, rtt, asked) => {
        const run = await watch({ rttMs: rtt, ...(box === null ? {} : { nat: box }) }, asked);
        for (const event of run.events) {
          if (!('atMostSeconds' in event)) continue;
          expect(event.seconds + event.atMostSeconds).toBeGreaterThanOrEqual(run.wallSeconds - 0.05);
        }
      }),
      SIMULATED,
    );
  });

  test('promise an end soon once two connections have died', async () => {
    const run = await watch({ nat: { idleSeconds: 60, onExpiry: 'silent' } });
    const promised = run.events.flatMap((event) =>
      'atMostSeconds' in event ? [event.seconds + event.atMostSeconds] : [],
    );
    expect(promised[0]).toBeGreaterThan(2700);
    expect(promised.at(-1)).toBeLessThan(300);
  });

  test('tell of an outage when it is noticed, and when it is over', async () => {
    const { events } = await watch({ outages: [{ from: 20, to: 30 }] }, { maxIdleSeconds: 60 });
    const told = events.filter(({ event }) => event === 'outage');
    expect(told).toMatchObject([{ isOver: false }, { isOver: true }]);
    expect(told[0]?.seconds).toBeGreaterThan(22);
    expect(told[0]?.seconds).toBeLessThan(24);
    expect(told[1]?.seconds).toBeGreaterThan(30);
    expect(told[1]?.seconds).toBeLessThan(32);
  });

  test('tell of the hops and of the keepalive that is tried', async () => {
    const { events } = await watch({ nat: { idleSeconds: 30, onExpiry: 'silent' } });
    const order = ['hops', 'hop-search', 'trial-started', 'trial', 'hop'];
    const seen = new Set(events.map(({ event }) => event));
    for (const name of order) expect(seen).toContain(name);
  });
});
