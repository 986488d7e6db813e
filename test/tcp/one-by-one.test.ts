// The ladder with one connection at a time: whatever the path forgets after, the bracket holds it, and few connections are used.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Dial } from '../../src/tcp/dial.ts';
import { type AskableConnection, measureOneByOne, type OneByOne } from '../../src/tcp/one-by-one.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryNatOptions, memoryNat } from '../support/memory-nat.ts';
import { ENDPOINT, nodeTimers } from './simulate.ts';

interface Run {
  readonly measured: Extract<OneByOne, { connected: true }>;
  readonly dialled: number;
  readonly seconds: number;
}

/** The far side speaks when asked, and is heard: nothing on the way forgets that. */
async function simulate(path: MemoryNatOptions, maxIdleSeconds = 900, quick = false): Promise<Run> {
  const virtual = fakeClock();
  const clock = nodeTimers(virtual, path.suspended);
  const nat = memoryNat(clock, path);
  let dialled = 0;
  const dial: Dial<AskableConnection> = async (...asked) => {
    dialled++;
    const result = await nat.dial(...asked);
    if (!result.ok) return result;
    const { connection } = result;
    let dueAt = Number.POSITIVE_INFINITY;
    const speaking = {
      get ending() {
        return connection.state().ending;
      },
      isAcknowledged: () => true,
      takeLine: () => {
        if (clock.now() < dueAt) return null;
        dueAt = Number.POSITIVE_INFINITY;
        return 'spoken';
      },
      sendLine: (line: string) => {
        dueAt = clock.now() + Number(line.split(' ')[1]) * 1000;
      },
    };
    const both = Object.defineProperties(connection, Object.getOwnPropertyDescriptors(speaking)) as AskableConnection;
    return { ...result, connection: both };
  };
  const limits = { maxIdleSeconds, connections: 1, replaced: true, deadlineSeconds: null, quick } as const;
  const options = { endpoint: ENDPOINT, limits, reach: nat.dial, isKeptAwake: () => false };
  const never = new AbortController().signal;
  const measured = await virtual.run(measureOneByOne(dial, options, clock, never));
  if (!measured.connected) throw new Error(measured.code);
  return { measured, dialled, seconds: virtual.now() / 1000 };
}

/** What the simulated path takes, and as much again for reading the clock. */
const ROUND_TRIP_SECONDS = 0.05;

describe('with one connection at a time', () => {
  test('any timeout is within the bracket, confirmed by the second connection and within the announced time', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 20, max: 850 }),
        fc.constantFrom('silent' as const, 'reset-on-next-packet' as const),
        async (idleSeconds, onExpiry) => {
          const { measured, dialled, seconds } = await simulate({ nat: { idleSeconds, onExpiry } });
          const { survivedSeconds, expiredSeconds, deaths } = measured.outbound.bracket;
          // The NAT counts from when it sees a packet, we from when we know of it: a round trip apart.
          expect(survivedSeconds).toBeLessThanOrEqual(idleSeconds + ROUND_TRIP_SECONDS);
          expect(expiredSeconds).toBeGreaterThanOrEqual(idleSeconds - ROUND_TRIP_SECONDS);
          expect((expiredSeconds ?? 0) / (survivedSeconds ?? 1)).toBeLessThan(1.3);
          expect([deaths, dialled, measured.inbound]).toEqual([2, 2, null]);
          expect(seconds).toBeLessThan(60 + 10 * 908);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a path that forgets nothing takes one connection, twice the longest time and once more for the other way', async () => {
    const { measured, dialled, seconds } = await simulate({});
    expect(measured.outbound.bracket.survivedSeconds).toBeGreaterThan(899);
    expect(measured.inbound?.bracket.survivedSeconds).toBe(900);
    expect(dialled).toBe(1);
    expect(seconds).toBeLessThan(3 * 920);
  });

  test('a quick answer takes one connection, and is not confirmed', async () => {
    const { measured, dialled } = await simulate({ nat: { idleSeconds: 300, onExpiry: 'silent' } }, 900, true);
    expect(measured.outbound.bracket).toMatchObject({ deaths: 1 });
    expect(dialled).toBe(1);
  });

  test('an outage that lasts is no death', async () => {
    const { measured } = await simulate({ outages: [{ from: 200, to: 2000 }] });
    expect(measured.outbound.bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
    expect(measured.outbound.rungs.at(-1)?.outcome).toBe('inconclusive');
  });

  test('an accident is told from a timeout by the second connection', async () => {
    const { measured } = await simulate({ accident: { connection: 0, at: 100 } });
    expect(measured.outbound.bracket.survivedSeconds).toBeGreaterThan(899);
    expect(measured.outbound.bracket.deaths).toBe(0);
  });

  test('a sleep of this machine is no timeout', async () => {
    const { measured } = await simulate({
      nat: { idleSeconds: 300, onExpiry: 'silent' },
      suspended: { at: 20, for: 600 },
    });
    expect(measured.outbound.bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
    expect(measured.outbound.suspensions).toHaveLength(1);
  });
});
