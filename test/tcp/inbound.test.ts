// The inbound measurement through simulated middleboxes: whatever T is, it is found; where there is none, none is; and
// outages, a partner that stalls or is stopped, and accidents are never a timeout.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shareConnections } from '../../src/scan/inbound.ts';
import { measureInbound } from '../../src/tcp/inbound.ts';
import type { LadderResult } from '../../src/tcp/ladder-result.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryPartner, type MemoryPartnerOptions, memoryPartner } from '../support/memory-partner.ts';
import { ENDPOINT, KNOWN_SECONDS, nodeTimers } from './simulate.ts';

const SIMULATED = { numRuns: 30, endOnFailure: true };
/** Three passes of it must fit into those of the longest idle time. */
const T_MAX = 600;

interface Asked {
  readonly maxIdleSeconds?: number;
  readonly connections?: number;
  /** Something else is measured for so long beside it; always by default. */
  readonly othersSeconds?: number;
  readonly quick?: boolean;
  readonly abortAfterSeconds?: number;
}

interface Run {
  readonly measured: LadderResult;
  readonly path: MemoryPartner;
  readonly wallSeconds: number;
}

/** The default is what 64 on the command line leave for it. */
async function simulate(options: MemoryPartnerOptions, asked: Asked = {}): Promise<Run> {
  const {
    maxIdleSeconds = 900,
    connections = shareConnections(64).inbound,
    othersSeconds = Number.POSITIVE_INFINITY,
    abortAfterSeconds,
  } = asked;
  const virtual = fakeClock();
  const clock = nodeTimers(virtual);
  const path = memoryPartner(clock, options);
  const interrupted = new AbortController();
  if (abortAfterSeconds !== undefined) void clock.sleep(abortAfterSeconds * 1000).then(() => interrupted.abort());
  const limits = { maxIdleSeconds, connections, deadlineSeconds: null, quick: asked.quick ?? false };
  const mayNarrowOn = (): boolean => clock.now() < othersSeconds * 1000;
  const inbound = { endpoint: ENDPOINT, limits, knownSeconds: KNOWN_SECONDS, mayNarrowOn };
  const measured = await virtual.run(measureInbound(path.dial, inbound, clock, interrupted.signal));
  if (measured === null) throw new Error('no partner');
  return { measured, path, wallSeconds: virtual.now() / 1000 };
}

const between = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((ms) => ms / 1000);
/** Short and long timeouts alike: evenly by their logarithm. */
const timeout = fc.integer({ min: 0, max: 10_000 }).map((part) => 2 * (T_MAX / 2) ** (part / 10_000));
const onExpiry = fc.constantFrom(
  'silent' as const,
  'reset' as const,
  'reset-at-expiry' as const,
  'closes-at-expiry' as const,
);
const rttMs = fc.integer({ min: 1, max: 250 });
const seed = fc.integer({ min: 1, max: 1_000_000 });
const nat = fc.record({ idleSeconds: timeout, onExpiry, revives: fc.boolean() });

const OUTCOME = {
  silent: 'silent-drop',
  reset: 'reset',
  'reset-at-expiry': 'reset',
  'closes-at-expiry': 'closed-by-peer',
} as const;

/** `vagueSeconds`: by how much repetitions may blur how long a connection had idled at the middlebox. */
function expectFound({ measured }: Run, options: MemoryPartnerOptions, vagueSeconds: number, width: number): void {
  const { idleSeconds = Number.NaN, onExpiry: how = 'silent' } = options.nat ?? {};
  const { survivedSeconds, expiredSeconds, deaths, onExpiry: seen } = measured.bracket;
  expect(seen).toBe(OUTCOME[how]);
  expect(deaths).toBeGreaterThan(1);
  expect(survivedSeconds ?? 0).toBeLessThanOrEqual(idleSeconds + vagueSeconds);
  expect(expiredSeconds ?? 0).toBeGreaterThanOrEqual(idleSeconds - vagueSeconds);
  // Of a FIN the kernel tells the moment.
  const from = how === 'closes-at-expiry' ? idleSeconds - vagueSeconds : (survivedSeconds ?? 0);
  expect((expiredSeconds ?? 0) - from).toBeLessThanOrEqual(width);
}

describe('a middlebox that forgets after T', () => {
  test('T is found to 1 % while there are time and connections', async () => {
    await fc.assert(
      fc.asyncProperty(nat, rttMs, async (middlebox, rtt) => {
        const path = { nat: middlebox, rttMs: rtt };
        const run = await simulate(path, { connections: 60 });
        const { idleSeconds } = middlebox;
        expectFound(run, path, rtt / 1000 + 0.15, Math.max(1.1, idleSeconds / 90));
        expect(run.wallSeconds).toBeLessThanOrEqual(5 * idleSeconds + 40);
        expect(run.path.open).toBe(0);
      }),
      SIMULATED,
    );
  });

  test('a quick answer takes one pass', async () => {
    await fc.assert(
      fc.asyncProperty(nat, rttMs, async (middlebox, rtt) => {
        const run = await simulate({ nat: middlebox, rttMs: rtt }, { connections: 35, quick: true });
        const { idleSeconds } = middlebox;
        expect(new Set(run.measured.rungs.map(({ pass }) => pass))).toEqual(new Set([1]));
        expect(run.measured.bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(idleSeconds + rtt / 1000 + 0.15);
        expect(run.measured.bracket.expiredSeconds ?? 0).toBeGreaterThanOrEqual(idleSeconds - rtt / 1000 - 0.15);
        // The silence that proves a death is 4 s and eight round trips; the partner is asked, and answers, in three more.
        expect(run.wallSeconds).toBeLessThanOrEqual(1.22 * idleSeconds + 7 + (11 * rtt) / 1000);
      }),
      SIMULATED,
    );
  });

  test('that closes what idles is confirmed within 2.4 T, whatever else is measured', async () => {
    await fc.assert(
      fc.asyncProperty(timeout, rttMs, async (idleSeconds, rtt) => {
        const path = {
          nat: { idleSeconds, onExpiry: 'closes-at-expiry', countsPayloadOnly: true },
          rttMs: rtt,
        } as const;
        const run = await simulate(path);
        expectFound(run, path, rtt / 1000 + 0.15, 1.1);
        expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * idleSeconds + 10);
      }),
      SIMULATED,
    );
  });

  test('to 8 % within 2.9 T when the other direction is soon done', async () => {
    await fc.assert(
      fc.asyncProperty(nat, rttMs, async (middlebox, rtt) => {
        const path = { nat: middlebox, rttMs: rtt };
        const run = await simulate(path, { othersSeconds: 0 });
        expectFound(run, path, rtt / 1000 + 0.15, Math.max(1.1, middlebox.idleSeconds / 12));
        expect(run.wallSeconds).toBeLessThanOrEqual(2.9 * middlebox.idleSeconds + 16);
      }),
      SIMULATED,
    );
  });

  test('a path that loses 2 % changes nothing but that T is some seconds more vague', async () => {
    await fc.assert(
      fc.asyncProperty(nat, rttMs, seed, async (middlebox, rtt, number) => {
        const path = { nat: middlebox, rttMs: rtt, loss: 0.02, seed: number };
        expectFound(await simulate(path), path, 3.5, Math.max(4, middlebox.idleSeconds / 20));
      }),
      { ...SIMULATED, seed: 20_240_101 },
    );
  });

  test('no more connections are opened than allowed, and what died is confirmed with few', async () => {
    await fc.assert(
      fc.asyncProperty(nat, fc.integer({ min: 2, max: 40 }), async (middlebox, connections) => {
        const run = await simulate({ nat: middlebox }, { connections });
        expect(run.path.dialled).toBeLessThanOrEqual(connections + 1);
        expect(run.measured.connectionsOpened).toBe(run.path.dialled);
        const { survivedSeconds, expiredSeconds } = run.measured.bracket;
        expect(survivedSeconds ?? 0).toBeLessThanOrEqual(middlebox.idleSeconds + 0.2);
        expect(expiredSeconds ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(middlebox.idleSeconds - 0.2);
      }),
      SIMULATED,
    );
  });
});

describe('a path that forgets nothing', () => {
  test('nothing expires, with loss or without', async () => {
    const loss = fc.constantFrom(0, 0.02);
    await fc.assert(
      fc.asyncProperty(between(5, 900), loss, rttMs, seed, async (maxIdleSeconds, lost, rtt, number) => {
        const run = await simulate({ loss: lost, rttMs: rtt, seed: number }, { maxIdleSeconds });
        expect(run.measured.bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
        expect(run.measured.bracket.survivedSeconds).toBeGreaterThanOrEqual(maxIdleSeconds - 3);
        expect(run.wallSeconds).toBeLessThan(maxIdleSeconds + 10);
      }),
      { ...SIMULATED, seed: 20_240_101 },
    );
  });

  test('an outage is never a timeout, wherever it falls', async () => {
    const cut = fc.record({ from: between(0.5, 120), length: between(0.1, 2000) });
    await fc.assert(
      fc.asyncProperty(cut, rttMs, async ({ from, length }, rtt) => {
        const outages = [{ from, to: from + length }];
        const { measured, wallSeconds } = await simulate({ rttMs: rtt, outages }, { maxIdleSeconds: 120 });
        expect(measured.bracket.expiredSeconds).toBeNull();
        expect(wallSeconds).toBeLessThan(2 * 120 + 25);
      }),
      { ...SIMULATED, numRuns: 60 },
    );
  });

  test('a partner that stands still, or is stopped, is never a timeout', async () => {
    const stall = fc.record({ from: between(1, 120), length: between(0.1, 200) });
    await fc.assert(
      fc.asyncProperty(stall, between(1, 130), async ({ from, length }, stopsAt) => {
        const stalled = await simulate({ stalls: { from, to: from + length } }, { maxIdleSeconds: 120 });
        expect(stalled.measured.bracket.expiredSeconds).toBeNull();
        const stopped = await simulate({ stopsAt }, { maxIdleSeconds: 120 });
        expect(stopped.measured.bracket.expiredSeconds).toBeNull();
      }),
      { ...SIMULATED, numRuns: 40 },
    );
  });

  test('sessions that somebody ends at one moment are one death, of that moment', async () => {
    await fc.assert(
      fc.asyncProperty(between(10, 60), async (sweptAt) => {
        const { measured } = await simulate({ sweptAt }, { maxIdleSeconds: 120 });
        const moments = measured.rungs.flatMap(({ endedAtMs = null }) =>
          endedAtMs === null ? [] : [endedAtMs / 1000],
        );
        for (const moment of moments) expect(moment).toBeCloseTo(sweptAt, 2);
        expect(measured.bracket.deaths).toBeLessThan(2);
      }),
      SIMULATED,
    );
  });

  test('one connection that was lost by accident is not believed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), between(1, 60), async (connection, at) => {
        const { measured } = await simulate({ accident: { connection, at } }, { maxIdleSeconds: 120 });
        expect(measured.bracket.deaths).toBeLessThan(2);
      }),
      SIMULATED,
    );
  });
});

describe('otherwise', () => {
  test('an interruption gives what is known so far, at once', async () => {
    const run = await simulate({}, { abortAfterSeconds: 100 });
    expect(run.wallSeconds).toBeLessThan(101);
    expect(run.measured.complete).toBe(false);
    expect(run.measured.bracket.survivedSeconds).toBeGreaterThan(50);
    expect(run.path.open).toBe(0);
  });

  test('what greets otherwise is no partner', async () => {
    const virtual = fakeClock();
    const clock = nodeTimers(virtual);
    const path = memoryPartner(clock, { banner: 'busy: all places are taken' });
    const limits = { maxIdleSeconds: 60, connections: 9, deadlineSeconds: null };
    const options = { endpoint: ENDPOINT, limits, knownSeconds: [], mayNarrowOn: () => true };
    expect(await virtual.run(measureInbound(path.dial, options, clock, new AbortController().signal))).toBeNull();
    expect(path).toMatchObject({ dialled: 1, open: 0 });
  });
});
