// The hops of simulated paths, on virtual time: distance, silence, loops, routers that answer seldom, and interruption.

import { describe, expect, test } from 'vitest';
import { Trace, type TracedPath, type TraceOptions } from '../../src/path/trace.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryPathOptions, type MemoryRouter, memoryPath } from '../support/memory-path.ts';

const ADDRESS = '10.0.9.9';
const ROUTERS: readonly MemoryRouter[] = [1, 2, 3].map((hop) => ({ address: `10.0.${hop}.1` }));

interface Traced extends TracedPath {
  readonly seconds: number;
  readonly askedOfHop: (hop: number) => number;
}

async function trace(
  world: Partial<MemoryPathOptions> = {},
  some: Partial<TraceOptions> = {},
  abortAtMs?: number,
): Promise<Traced> {
  const clock = fakeClock(500);
  const prober = memoryPath(clock, { address: ADDRESS, routers: ROUTERS, ...world });
  const options = {
    address: ADDRESS,
    ownAddress: null,
    rounds: 10,
    intervalMs: 60,
    waitMs: 1000,
    atOnce: 16,
    mostReplies: null,
    ...some,
  };
  const controller = new AbortController();
  if (abortAtMs !== undefined) void clock.sleep(abortAtMs).then(() => controller.abort());
  const traced = await clock.run(
    (async () => {
      const tracing = new Trace(prober, prober, options, clock, controller.signal);
      await tracing.discover();
      return tracing.measure();
    })(),
  );
  const askedOfHop = (hop: number): number => prober.asked.filter(({ hopLimit }) => hopLimit === hop).length;
  return { ...traced, seconds: (clock.now() - 500) / 1000, askedOfHop };
}

const addresses = ({ hops }: TracedPath): string[][] => hops.map((hop) => [...hop.addresses]);
const counts = ({ hops }: TracedPath): [number, number][] => hops.map(({ tally }) => [tally.sent, tally.received]);

describe('tracePath', () => {
  test('finds four hops and measures ten rounds within a second', async () => {
    const traced = await trace({ routers: ROUTERS.map((router) => ({ ...router, errorsAtOnce: 6 })) });
    expect(traced).toMatchObject({ endedBecause: 'reached', unreachable: null, unsentBecause: null });
    expect(addresses(traced)).toEqual([['10.0.1.1'], ['10.0.2.1'], ['10.0.3.1'], [ADDRESS]]);
    // No router is asked for more errors than it sends: nothing is lost that way.
    expect(counts(traced)).toEqual([
      [4, 4],
      [4, 4],
      [4, 4],
      [10, 10],
    ]);
    expect(traced.hops.map(({ asked }) => asked?.received ?? null)).toEqual([9, 9, 9, null]);
    expect(traced.hops.map(({ tally }) => tally.rttsMs[0])).toEqual([2, 4, 6, 8]);
    expect(traced.seconds).toBeLessThan(1);
  });

  test('a probe that this machine keeps back takes the others with it in no way', async () => {
    const traced = await trace({ keepsBack: (number) => number === 0 });
    expect(traced).toMatchObject({ endedBecause: 'reached', unsent: 1, unsentBecause: 'EPERM' });
    expect(addresses(traced)).toEqual([['10.0.1.1'], ['10.0.2.1'], ['10.0.3.1'], [ADDRESS]]);
  });

  test('where it keeps all of them back nobody is waited for', async () => {
    const traced = await trace({ keepsBack: () => true });
    expect(traced).toMatchObject({ endedBecause: 'silence', hops: [], probes: 16, unsent: 16 });
    expect(traced.seconds).toBe(0);
  });

  test('asks a router for an error a second in a long run, and hears all of them', async () => {
    const routers = ROUTERS.map((router) => ({ ...router, errorsAtOnce: 6 }));
    const traced = await trace({ routers }, { rounds: 1000, intervalMs: 20 });
    for (const { tally } of traced.hops.slice(0, 3)) {
      expect(tally.sent).toBeGreaterThan(18);
      expect(tally.received).toBe(tally.sent);
    }
    expect(counts(traced).at(-1)).toEqual([1000, 1000]);
  });

  test('a silent hop has no address and no time, and the path goes on behind it', async () => {
    const traced = await trace({ routers: [{ address: '10.0.1.1' }, { address: null }, { address: '10.0.3.1' }] });
    expect(traced.hops[1]).toMatchObject({ addresses: [], tally: { received: 0, rttsMs: [] }, asked: null });
    expect(traced.hops[1]?.tally.sent).toBe(4);
    expect(traced.endedBecause).toBe('reached');
  });

  test('a hop with two routers has two addresses, the most frequent first', async () => {
    const twofold = { address: '10.0.2.1', alternates: ['10.0.2.1', '10.0.2.2', '10.0.2.1'] };
    const traced = await trace({ routers: [{ address: '10.0.1.1' }, twofold] });
    expect(addresses(traced)[1]).toEqual(['10.0.2.1', '10.0.2.2']);
  });

  test('a host that says nothing is silence beyond the last hop, and one hop more is asked again', async () => {
    const traced = await trace({ isSilent: true });
    expect(traced).toMatchObject({ endedBecause: 'silence', unreachable: null });
    expect(traced.hops).toHaveLength(3);
    expect(traced.askedOfHop(4)).toBeGreaterThan(1);
    expect(traced.askedOfHop(6)).toBe(1);
  });

  test('a path longer than the first window is followed to its end', async () => {
    const routers = Array.from({ length: 20 }, (_, index) => ({ address: `10.1.${index}.1` }));
    expect((await trace({ routers })).hops).toHaveLength(21);
  });

  test('a router that says unreachable ends the path, with type, code and sender', async () => {
    const traced = await trace({
      routers: [ROUTERS[0] as MemoryRouter, { address: '10.0.2.1', refusesToRoute: true }],
    });
    expect(traced).toMatchObject({ endedBecause: 'unreachable', unreachable: { from: '10.0.2.1', type: 3, code: 1 } });
    expect(addresses(traced)).toEqual([['10.0.1.1'], ['10.0.2.1']]);
    const atOnce = await trace({ routers: [ROUTERS[0] as MemoryRouter, { address: '10.0.2.1', refusesAtOnce: true }] });
    expect(atOnce).toMatchObject({ endedBecause: 'unreachable', unreachable: { from: '10.0.2.1' } });
    expect(addresses(atOnce)).toEqual([['10.0.1.1'], ['10.0.2.1']]);
  });

  test('where ways have different lengths, what dies before the host by its limit is not lost', async () => {
    const routers = ROUTERS.map((router) => ({ ...router, errorsAtOnce: 6 }));
    const traced = await trace({ routers, hasShortcut: true }, { rounds: 100, intervalMs: 20 });
    expect(traced.endedBecause).toBe('reached');
    expect(counts(traced).at(-1)).toEqual([100, 100]);
    expect(addresses(traced).at(-1)?.[0]).toBe(ADDRESS);
  });

  test('a host that rejects by ICMP is asked for no more errors than it sends', async () => {
    const traced = await trace({ hostErrorsAtOnce: 20 }, { rounds: 100, intervalMs: 20 });
    expect(traced).toMatchObject({ endedBecause: 'reached', tcp: null, unreachable: { from: ADDRESS } });
    const [sent, received] = counts(traced).at(-1) as [number, number];
    expect(received).toBe(sent);
    expect(sent).toBeLessThan(10);
  });

  test('a host that has no error left for the probes that reach it first stands where it does, and no farther', async () => {
    const world = { hostErrorsAtOnce: 6, hostErrorsAreSpent: true };
    expect(addresses(await trace(world))).toEqual([['10.0.1.1'], ['10.0.2.1'], ['10.0.3.1'], [ADDRESS]]);
    const silent = await trace({ ...world, routers: [...ROUTERS, { address: null }, { address: null }] });
    expect(addresses(silent)).toEqual([['10.0.1.1'], ['10.0.2.1'], ['10.0.3.1'], [], [], [ADDRESS]]);
    expect(silent).toMatchObject({ endedBecause: 'reached', unreachable: { from: ADDRESS } });
  });

  test('what a firewall rejects later on is no answer of the host behind it', async () => {
    const firewall = { address: null, rejectsAfter: { packets: 15, from: '10.0.4.1' } };
    const traced = await trace({ routers: [...ROUTERS, firewall] });
    expect(addresses(traced).at(-1)).toEqual([ADDRESS]);
    const [sent, received] = counts(traced).at(-1) as [number, number];
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(sent / 2);
  });

  test('packets that come back to a router are going round', async () => {
    const routers = Array.from({ length: 40 }, (_, index) => ({ address: index % 2 === 0 ? '10.0.1.1' : '10.0.2.1' }));
    expect((await trace({ routers })).endedBecause).toBe('loop');
  });

  test('routers that answer in the name of the host, behind a NAT that forwards to it, are no loop', async () => {
    const inItsName = ROUTERS.map(() => ({ address: ADDRESS }));
    expect(await trace({ routers: inItsName, isSilent: true })).toMatchObject({ endedBecause: 'silence' });
    expect((await trace({ routers: inItsName })).hops).toHaveLength(4);
    const last = { address: ADDRESS, refusesToRoute: true };
    const down = await trace({ routers: [...inItsName, last] });
    expect(down).toMatchObject({ endedBecause: 'unreachable', unreachable: { from: ADDRESS, type: 3, code: 1 } });
    expect(addresses(down)).toHaveLength(4);
  });

  test('what this machine itself says of its own LAN is no hop', async () => {
    const own = { address: '10.0.1.1', refusesAtOnce: true };
    const traced = await trace({ routers: [own] }, { ownAddress: '10.0.1.1' });
    expect(traced).toMatchObject({ endedBecause: 'unreachable', unreachable: { from: '10.0.1.1' }, hops: [] });
  });

  test('where nobody answers at all, it waits for the LAN to say so and gives up', async () => {
    const traced = await trace({ routers: ROUTERS.map(() => ({ address: null })), isSilent: true });
    expect(traced).toMatchObject({ endedBecause: 'silence', hops: [] });
    expect(traced.seconds).toBeGreaterThan(3);
    expect(traced.seconds).toBeLessThan(4);
  });

  test('loss is counted where it is, and a loss of the first answers does not hide the host', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const routers = [ROUTERS[0], { ...ROUTERS[1], loss: 0.3 }, ROUTERS[2]] as MemoryRouter[];
      const traced = await trace({ routers, seed }, { rounds: 200, intervalMs: 20 });
      expect(traced.hops).toHaveLength(4);
      expect(traced.hops[0]?.asked).toMatchObject({ sent: 199, received: 199 });
      const [sent, received] = counts(traced).at(-1) as [number, number];
      expect(sent).toBe(200);
      expect(received / sent).toBeGreaterThan(0.55);
      expect(received / sent).toBeLessThan(0.85);
    }
  });

  test('what was interrupted is no loss', async () => {
    const traced = await trace({ hopMs: 100 }, { rounds: 100 }, 2010);
    expect(traced.endedBecause).toBe('reached');
    for (const [sent, received] of counts(traced)) expect(received).toBe(sent);
    expect((await trace({ hopMs: 100 }, {}, 50)).endedBecause).toBe('interrupted');
  });

  test('a host that may answer five times only is asked no more', async () => {
    const traced = await trace({}, { atOnce: 3, mostReplies: 5 });
    expect(counts(traced).at(-1)?.[1]).toBeLessThanOrEqual(5);
  });
});
