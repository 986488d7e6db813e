// The hops of a path: counted to the peer, named where routers answer, and given up where there is no end.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connection, Dial, DialFailure } from '../../src/tcp/dial.ts';
import { type HopSurvey, surveyHops } from '../../src/tcp/hops.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryNatOptions, memoryNat, routerAt } from '../support/memory-nat.ts';
import { ENDPOINT, nodeTimers } from './simulate.ts';

async function survey(path: MemoryNatOptions): Promise<HopSurvey & { readonly wallSeconds: number }> {
  const virtual = fakeClock();
  const { dial } = memoryNat(nodeTimers(virtual), path);
  const surveyed = await virtual.run(surveyHops(dial, ENDPOINT, new AbortController().signal));
  return { ...surveyed, wallSeconds: virtual.now() / 1000 };
}

describe('the hops to the peer', () => {
  test('are counted and named, with few connections to the peer itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 32 }), fc.boolean(), async (count, silentRouters) => {
        const { hops, connections, wallSeconds } = await survey({ hops: count, silentRouters });
        const routers = Array.from({ length: count - 1 }, (_, index) => (silentRouters ? null : routerAt(index + 1)));
        expect(hops).toEqual({ count, addresses: [...routers, ENDPOINT.address] });
        expect(connections.length).toBeGreaterThan(0);
        expect(connections.length).toBeLessThanOrEqual(4);
        expect(wallSeconds).toBeLessThan(silentRouters ? 15 : 1);
      }),
    );
  });

  test('are at most one too many on a path that loses packets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.nat({ max: 9999 }), async (count, seed) => {
        const { hops } = await survey({ hops: count, loss: 0.02, seed });
        expect(hops?.count).toBeGreaterThanOrEqual(count);
        expect(hops?.count).toBeLessThanOrEqual(count + 1);
      }),
    );
  });

  test('are not known when the peer is too far away', async () => {
    expect(await survey({ hops: 33 })).toMatchObject({ hops: null, connections: [] });
  });

  test.each<[string, (hop: number) => DialFailure | null, number | null, number]>([
    ['one login of some is turned away', (hop) => (hop === 3 ? 'login' : null), 3, 4],
    ['every login is turned away', () => 'login', null, 4],
    ['the port refuses', () => 'refused', null, 4],
  ])('are no more than there are, where %s', async (_, turnsAway, count, mostDials) => {
    let dials = 0;
    const dial: Dial = async ({ hopLimit }) => {
      dials++;
      const hop = hopLimit ?? 0;
      const reason = hop < 3 ? 'unreachable' : turnsAway(hop);
      if (reason !== null) return { ok: false, reason, code: reason };
      return { ok: true, connection: { setHopLimit: () => {} } as unknown as Connection, connectMs: 1 };
    };
    const { hops } = await surveyHops(dial, ENDPOINT, new AbortController().signal);
    expect(hops?.count ?? null).toBe(count);
    expect(dials).toBe(mostDials);
  });

  test('leave connections whose packets reach the peer again', async () => {
    const virtual = fakeClock();
    const clock = nodeTimers(virtual);
    const { dial } = memoryNat(clock, { hops: 2 });
    const work = async () => {
      const { connections } = await surveyHops(dial, ENDPOINT, new AbortController().signal);
      for (const connection of connections) connection.startProbing(3);
      await clock.sleep(20_000);
      return connections.map((connection) => connection.state().ending);
    };
    expect(await virtual.run(work())).toEqual([null, null, null]);
  });
});
