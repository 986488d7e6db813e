// Which hop forgets, through simulated paths: wherever the middlebox is and whatever T, it is the right hop or none.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shareConnections } from '../../src/scan/inbound.ts';
import { forgettingHop } from '../../src/tcp/enforcer.ts';
import type { IdleOutcome } from '../../src/tcp/keepalive-probe.ts';
import { type MemoryNatOptions, routerAt } from '../support/memory-nat.ts';
import { connected, ENDPOINT, type Measured, simulate } from './simulate.ts';

/** Hours of virtual time take a tenth of a second each; shrinking would run hundreds of them. */
const SIMULATED = { numRuns: 50, endOnFailure: true };

const onExpiry = fc.constantFrom('silent' as const, 'reset-on-next-packet' as const, 'reset-at-expiry' as const);
/** Short and long timeouts alike: evenly by their logarithm. */
const timeout = (min: number) =>
  fc.integer({ min: 0, max: 10_000 }).map((part) => min * (800 / min) ** (part / 10_000));
const place = fc
  .integer({ min: 1, max: 14 })
  .chain((hops) => fc.record({ hops: fc.constant(hops), hop: fc.integer({ min: 1, max: hops }) }));
const rttMs = fc.integer({ min: 1, max: 250 });
const seed = fc.integer({ min: 1, max: 1_000_000 });

/** What is to be found at a hop of a path. */
function expectHop(measured: Measured, hop: number, { hops = 3, silentRouters = false }: MemoryNatOptions): void {
  const addressOf = (at: number) => (at === hops ? ENDPOINT.address : silentRouters || at === 0 ? null : routerAt(at));
  expect(measured.enforcer?.hop).toBe(hop);
  const perHop = measured.enforcer?.perHop ?? [];
  expect(perHop.map(({ outcome }) => outcome === 'alive')).toEqual(perHop.map((item) => item.hop >= hop));
  expect(perHop.slice(0, hops + 1).map(({ address }) => address)).toEqual(
    Array.from({ length: hops + 1 }, (_, at) => addressOf(at)),
  );
}

describe('the hop that forgets', () => {
  test('is found with its address, wherever it is, within 2.4 T', async () => {
    await fc.assert(
      fc.asyncProperty(place, timeout(2), onExpiry, rttMs, async ({ hops, hop }, idleSeconds, how, rtt) => {
        const path = { hops, rttMs: rtt, nat: { idleSeconds, onExpiry: how, hop } };
        const run = await simulate(path);
        expectHop(connected(run), hop, path);
        expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * idleSeconds + 10);
      }),
      SIMULATED,
    );
  });

  test('is found within 2.4 T with what the inbound direction leaves of the connections', async () => {
    const nearer = fc
      .integer({ min: 1, max: 8 })
      .chain((hops) => fc.record({ hops: fc.constant(hops), hop: fc.integer({ min: 1, max: hops }) }));
    await fc.assert(
      fc.asyncProperty(nearer, timeout(2), onExpiry, rttMs, async ({ hops, hop }, idleSeconds, how, rtt) => {
        const path = { hops, rttMs: rtt, nat: { idleSeconds, onExpiry: how, hop } };
        const run = await simulate(path, { connections: shareConnections(64).outbound });
        expectHop(connected(run), hop, path);
        const { survivedSeconds, expiredSeconds } = connected(run).bracket;
        const width = (expiredSeconds ?? 0) - (survivedSeconds ?? 0);
        expect(width).toBeLessThanOrEqual(Math.max(1, idleSeconds / 100 + 0.1));
        expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * idleSeconds + 10);
      }),
      SIMULATED,
    );
  });

  test('is found where the peer greets, once its greeting is acknowledged', async () => {
    await fc.assert(
      fc.asyncProperty(place, timeout(3), onExpiry, rttMs, async ({ hops, hop }, idleSeconds, how, rtt) => {
        const greeting = new TextEncoder().encode('220 ready\r\n');
        const path = { hops, greeting, rttMs: rtt, nat: { idleSeconds, onExpiry: how, hop } };
        const run = await simulate(path);
        expectHop(connected(run), hop, path);
        expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * idleSeconds + 10);
      }),
      SIMULATED,
    );
  });

  test('is found where no router says anything, without an address', async () => {
    await fc.assert(
      fc.asyncProperty(place, timeout(2), async ({ hops, hop }, idleSeconds) => {
        const path = { hops, silentRouters: true, nat: { idleSeconds, onExpiry: 'silent' as const, hop } };
        const run = await simulate(path);
        expectHop(connected(run), hop, path);
        expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * idleSeconds + 10);
      }),
      SIMULATED,
    );
  });

  test('is found on a path that loses 2 %', async () => {
    let [runs, found] = [0, 0];
    await fc.assert(
      fc.asyncProperty(place, timeout(4), seed, async ({ hops, hop }, idleSeconds, number) => {
        const path = { hops, loss: 0.02, seed: number, nat: { idleSeconds, onExpiry: 'silent' as const, hop } };
        const { enforcer } = connected(await simulate(path));
        expect([hop, null, undefined]).toContain(enforcer?.hop);
        runs++;
        if (enforcer?.hop === hop) found++;
      }),
      { ...SIMULATED, numRuns: 60, seed: 20_240_101 },
    );
    expect(found / runs).toBeGreaterThanOrEqual(0.95);
  });

  test('is never a wrong one when the path is cut in the middle', async () => {
    const cut = fc.record({
      at: fc.double({ min: 0.1, max: 2.2, noNaN: true }),
      length: fc.double({ min: 0.05, max: 1.5, noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(place, timeout(5), cut, async ({ hops, hop }, idleSeconds, { at, length }) => {
        const from = at * idleSeconds;
        const outages = [{ from, to: from + length * idleSeconds }];
        const run = await simulate({ hops, outages, nat: { idleSeconds, onExpiry: 'silent', hop } });
        expect([hop, null, undefined]).toContain(connected(run).enforcer?.hop);
      }),
      { ...SIMULATED, numRuns: 150 },
    );
  });

  test('is none when the path was down while the connections were kept', async () => {
    const nat = { idleSeconds: 20, onExpiry: 'silent', hop: 2 } as const;
    const run = await simulate({ hops: 4, nat, outages: [{ from: 30, to: 40 }] });
    expect(connected(run).enforcer?.hop ?? null).toBeNull();
  });

  test('is the first of two that forget, if the second takes longer', async () => {
    const nat = { idleSeconds: 8, onExpiry: 'silent', hop: 2 } as const;
    const farther = [{ idleSeconds: 20, onExpiry: 'silent', hop: 4 }] as const;
    const run = await simulate({ hops: 5, nat, farther });
    expect(connected(run).enforcer?.hop).toBe(2);
    expect(connected(run).bracket).toMatchObject({ expiredSeconds: expect.closeTo(8.2, 0) });
  });

  test('is found by a server that restarts to be no hop', async () => {
    const nat = { idleSeconds: 20, onExpiry: 'silent', hop: 2 } as const;
    const run = await simulate({ hops: 4, nat, serverRestartsAt: 35 });
    expect(connected(run).enforcer?.hop ?? null).toBeNull();
  });

  test.each([
    { name: 'nothing is forgotten', path: {}, asked: { maxIdleSeconds: 30 } },
    { name: 'the server closes', path: { serverClosesAfter: 10 }, asked: { maxIdleSeconds: 30 } },
    {
      name: 'few connections may be opened',
      path: { nat: { idleSeconds: 20, onExpiry: 'silent' as const } },
      asked: { maxIdleSeconds: 90, connections: 4, deadlineSeconds: 100 },
    },
    {
      name: 'the peer is too far away for the connections',
      path: { hops: 30, nat: { idleSeconds: 20, onExpiry: 'silent' as const } },
      asked: { connections: 20 },
    },
  ])('is not searched for when $name', async ({ path, asked }) => {
    const run = await simulate(path, asked);
    expect(connected(run).enforcer).toBeNull();
    expect(run.path.connections.map(({ closedAtMs }) => closedAtMs)).not.toContain(null);
  });

  test('leaves no connection open', async () => {
    const run = await simulate({ hops: 6, nat: { idleSeconds: 60, onExpiry: 'silent', hop: 3 } });
    expect(run.path.connections.map(({ closedAtMs }) => closedAtMs)).not.toContain(null);
  });
});

describe('outcomes by hop', () => {
  const outcome = fc.constantFrom<IdleOutcome>('alive', 'silent-drop', 'reset', 'closed-by-peer', 'inconclusive');

  test('name a hop only where deaths end and life begins', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 12 }), (outcomes) => {
        const hop = forgettingHop(outcomes.map((outcome, index) => ({ hop: index, outcome })));
        if (hop === null) return;
        expect(outcomes[hop]).toBe('alive');
        for (const before of outcomes.slice(0, hop)) expect(['silent-drop', 'reset']).toContain(before);
        for (const after of outcomes.slice(hop)) expect(['silent-drop', 'reset']).not.toContain(after);
      }),
    );
  });

  test.each<[IdleOutcome[], number | null]>([
    [['silent-drop', 'silent-drop', 'alive', 'alive'], 2],
    [['reset', 'alive'], 1],
    [['alive', 'alive'], null],
    [['silent-drop', 'silent-drop'], null],
    [['silent-drop', 'alive', 'silent-drop', 'alive'], null],
    [['silent-drop', 'inconclusive', 'alive'], null],
    [[], null],
  ])('%j is hop %j', (outcomes, hop) => {
    expect(forgettingHop(outcomes.map((outcome, index) => ({ hop: index, outcome })))).toBe(hop);
  });
});
