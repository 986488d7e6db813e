// Sweeps among faults: lost frames, stalled queues, early ends that would be too early, and bugs of our own.

import { describe, expect, it, test } from 'vitest';
import { cidrHosts } from '../../src/address/cidr.ts';
import type { Ipv4 } from '../../src/address/ipv4.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import { encodeArpFrame, type Link, type SweepOptions, type SweepResult, sweep } from '../../src/arp-lite/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { goldenFrame } from '../support/golden-frame.ts';
import {
  duplicate,
  honest,
  type LanOptions,
  late,
  type MemoryLan,
  memoryLan,
  present,
  proxy,
  type Station,
  tagged,
} from '../support/memory-lan.ts';

const NEVER = new AbortController().signal;
const TARGET = ipv4('10.0.0.5');
const CANARY = ipv4('10.0.0.250');
const STATION = mac('52:54:00:12:ab:ef');
const SECOND = mac('52:54:00:00:00:0b');
const THIRD = mac('52:54:00:00:00:0c');
const OPTIONS: SweepOptions = {
  targets: Ipv4Set.of([TARGET]),
  sender: {
    mac: mac('02:00:00:00:00:01'),
    addresses: [{ ip: ipv4('10.0.0.2'), network: cidr('10.0.0.0/24') }],
  },
  ownAddresses: [],
  ownMacs: [],
  rounds: 1,
  roundIntervalMs: 200,
  ratePerSecond: null,
  listenMs: 1500,
  repeatAnswered: true,
  untilContested: null,
  random: () => 0,
};

async function swept(
  stations: readonly Station[],
  options: Partial<SweepOptions>,
  lanOptions: LanOptions = {},
): Promise<{ result: SweepResult; lan: MemoryLan }> {
  const clock = fakeClock(4321);
  const lan = memoryLan(clock, stations, lanOptions);
  return { result: await clock.run(sweep(lan, { ...OPTIONS, ...options }, clock, NEVER)), lan };
}

test('a claim heard before its address was asked for keeps one baseline', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, [honest(TARGET, STATION)]);
  void clock.sleep(500).then(() => lan.deliver(goldenFrame('arp-announcement')));
  const targets = Ipv4Set.of([ipv4('10.0.0.3'), ipv4('10.0.0.4'), TARGET]);
  const result = await clock.run(sweep(lan, { ...OPTIONS, targets, ratePerSecond: 1 }, clock, NEVER));
  const [claim] = result.claims.of(TARGET);
  expect(claim?.firstMs).toBe(500);
  expect(claim?.lastMs).toBeGreaterThan(2000);
});

test('what a stalled queue held back is not made up for in one burst', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, []);
  const stalled: Link = { ...lan, send: async (frames) => (clock.now() < 1000 ? 0 : lan.send(frames)) };
  const targets = cidrHosts(cidr('10.0.0.0/24'));
  await clock.run(sweep(stalled, { ...OPTIONS, targets, ratePerSecond: 100 }, clock, NEVER));
  expect(lan.sent.length).toBe(254);
  expect(lan.sent.filter(({ atMs }) => atMs < 1010).length).toBeLessThanOrEqual(6);
});

test.each([null, 0.1])(
  'a link that takes nothing any more is given up, whatever the pace (%s)',
  async (ratePerSecond) => {
    const clock = fakeClock();
    const lan = memoryLan(clock, []);
    const stalled: Link = { ...lan, send: async (frames) => (clock.now() < 50 ? lan.send(frames.slice(0, 2)) : 0) };
    const targets = cidrHosts(cidr('10.0.0.0/20'));
    const result = await clock.run(sweep(stalled, { ...OPTIONS, targets, ratePerSecond }, clock, NEVER));
    expect(result).toMatchObject({ complete: false, linkError: 'ENOBUFS' });
    expect(clock.now()).toBeLessThan(45_000);
  },
);

test('a queue that is full for four seconds is waited for', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, []);
  const stalled: Link = { ...lan, send: async (frames) => (clock.now() < 4000 ? 0 : lan.send(frames)) };
  const targets = cidrHosts(cidr('10.0.0.0/24'));
  const result = await clock.run(sweep(stalled, { ...OPTIONS, targets }, clock, NEVER));
  expect(result).toMatchObject({ complete: true, linkError: null });
});

test('a bug in a callback is thrown, and not told as a fault of the link', async () => {
  const clock = fakeClock();
  const buggy = (): void => {
    throw new TypeError('bug');
  };
  await expect(clock.run(sweep(memoryLan(clock, []), OPTIONS, clock, NEVER, buggy))).rejects.toThrow('bug');
});

test('a frame that came through another card is noted, though the claimant was first heard directly', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, []);
  const relay = mac('00:50:56:00:00:fe');
  const direct = {
    destinationMac: OPTIONS.sender.mac,
    sourceMac: STATION,
    operation: 2,
    senderMac: STATION,
    senderIp: TARGET,
    targetMac: OPTIONS.sender.mac,
    targetIp: ipv4('10.0.0.2'),
  };
  void clock.sleep(5).then(() => lan.deliver(encodeArpFrame(direct)));
  void clock.sleep(6).then(() => lan.deliver(encodeArpFrame({ ...direct, sourceMac: relay })));
  const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
  expect(result.claims.of(TARGET)).toMatchObject([{ mac: STATION, frameSourceMac: relay, count: 2 }]);
});

test('what comes after the end changes nothing', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, [late(TARGET, STATION, 1600)]);
  const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
  await clock.run(clock.sleep(1000));
  expect(result.claims.of(TARGET)).toEqual([]);
});

describe('frames that were lost unread', () => {
  const targets = cidrHosts(cidr('10.0.0.0/26'));
  const stations = [...targets].map((ip) => honest(ip, STATION));
  const claimed = (result: SweepResult): number => [...targets].filter((ip) => result.claims.of(ip).length > 0).length;

  it('are made up for by asking everything again', async () => {
    const { result, lan } = await swept(
      stations,
      { targets },
      { loses: (question) => question % 7 === 3 && question < 62 },
    );
    expect(claimed(result)).toBe(62);
    expect(result).toMatchObject({ rounds: 2, kernelDrops: 9, dropsMadeUp: true, complete: true });
    expect(lan.sent).toHaveLength(2 * 62);
  });

  it('count as such only where every address was asked for after the last loss', async () => {
    const { result, lan } = await swept(stations, { targets }, { loses: (question) => question % 7 === 3 });
    expect(result.dropsMadeUp).toBe(false);
    expect(result.rounds).toBe(3);
    expect(lan.sent).toHaveLength(3 * 62);
  });

  it('are made up for by a round that comes anyway', async () => {
    const lost = { loses: (question: number) => question < 5 };
    const { result, lan } = await swept(stations, { targets, rounds: 3, repeatAnswered: false }, lost);
    expect(claimed(result)).toBe(62);
    expect(result).toMatchObject({ rounds: 3, kernelDrops: 5, dropsMadeUp: true });
    // Everything twice; nobody is in doubt after that.
    expect(lan.sent).toHaveLength(2 * 62);
  });

  it('even in the last round, with the listening that belongs to it', async () => {
    const lost = { loses: (question: number) => question === 62 + 30 };
    const { result } = await swept(stations, { targets, rounds: 2 }, lost);
    expect(result).toMatchObject({ rounds: 3, kernelDrops: 1, dropsMadeUp: true });
    expect(result.listenedMs).toBeGreaterThanOrEqual(1490);
  });

  it('are not made up for when that is cut short', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const lan = memoryLan(clock, stations, { loses: (question) => question === 3 });
    void clock.sleep(1600).then(() => controller.abort());
    const options = { ...OPTIONS, targets, ratePerSecond: 200, listenMs: 1200 };
    const result = await clock.run(sweep(lan, options, clock, controller.signal));
    expect(lan.sent.length).toBeGreaterThan(62);
    expect(lan.sent.length).toBeLessThan(2 * 62);
    expect(result).toMatchObject({ kernelDrops: 1, dropsMadeUp: false, complete: false });
  });

  it('before the sweep are told, and asked for no more', async () => {
    const { result } = await swept(stations, { targets }, { drops: 17 });
    expect(result).toMatchObject({ rounds: 1, kernelDrops: 17, dropsMadeUp: true });
  });

  it('none at all is nothing to make up', async () => {
    expect((await swept(stations, { targets })).result).toMatchObject({ kernelDrops: 0, dropsMadeUp: false });
  });

  it('are asked for slowly, though the sweep was not paced', async () => {
    const many = cidrHosts(cidr('10.0.0.0/20'));
    const { lan } = await swept([proxy(STATION)], { targets: many }, { loses: (question) => question === 0 });
    const again = lan.sent.slice(many.size);
    const tookMs = (again.at(-1)?.atMs ?? 0) - (again[0]?.atMs ?? 0);
    expect(again).toHaveLength(many.size);
    expect(tookMs).toBeGreaterThanOrEqual((many.size / 20_000) * 1000 - 60);
  });
});

describe('listening until contested', () => {
  const OTHER = ipv4('10.0.0.6');
  const contested = (addresses: readonly Ipv4[] = [TARGET]): Partial<SweepOptions> => ({
    targets: Ipv4Set.of([...addresses, CANARY]),
    untilContested: Ipv4Set.of(addresses),
    rounds: 3,
  });
  const endsEarly = async (stations: readonly Station[], options = contested()): Promise<boolean> => {
    const { result } = await swept(stations, options);
    expect(result.complete).toBe(true);
    expect([502, 1900].some((ms) => Math.abs(result.elapsedMs - ms) < 10)).toBe(true);
    return result.elapsedMs < 1000;
  };

  it('ends soon after the last round when two prompt stations claim the address', async () => {
    expect(await endsEarly([duplicate(TARGET, [STATION, SECOND])])).toBe(true);
  });

  it('waits for all of the addresses', async () => {
    const two = contested([TARGET, OTHER]);
    const stations = [duplicate(TARGET, [STATION, SECOND])];
    expect(await endsEarly(stations, two)).toBe(false);
    expect(await endsEarly([...stations, duplicate(OTHER, [STATION, THIRD])], two)).toBe(true);
  });

  it.each<[string, Station[]]>([
    ['nobody answers', []],
    ['one answers', [honest(TARGET, STATION)]],
    ['the second comes late', [honest(TARGET, STATION), late(TARGET, SECOND, 700)]],
    ['one takes over from the other', [present(1, 1, TARGET, STATION), present(2, 3, TARGET, SECOND)]],
    ['the second is a redundancy group', [duplicate(TARGET, [STATION, mac('00:00:5e:00:01:01')])]],
    ['the second is a proxy, that claims the canary too', [honest(TARGET, STATION), proxy(SECOND)]],
    ['the second is in another VLAN', [honest(TARGET, STATION), tagged(9, honest(TARGET, SECOND))]],
  ])('listens to the end when %s', async (_, stations) => {
    expect(await endsEarly(stations)).toBe(false);
  });

  it('finds a late third beside a proxy', async () => {
    const { result } = await swept([honest(TARGET, STATION), proxy(SECOND), late(TARGET, THIRD, 1200)], contested());
    expect(result.claims.of(TARGET).map((claim) => claim.mac)).toContain(THIRD);
  });

  it('is for those who ask for it', async () => {
    const options = { ...contested(), untilContested: null };
    expect(await endsEarly([duplicate(TARGET, [STATION, SECOND])], options)).toBe(false);
  });
});

describe('aborted at any moment', () => {
  it.each([0, 1, 50, 199, 200, 201, 399, 400, 450, 1000, 1899])(
    '%i ms: ends there, and what it says is true',
    async (ms) => {
      const clock = fakeClock();
      const controller = new AbortController();
      const lan = memoryLan(clock, [honest(TARGET, STATION)], { queue: 'full-now-and-then', sendingMs: 3 });
      const targets = cidrHosts(cidr('10.0.0.0/24'));
      void clock.sleep(ms).then(() => controller.abort());
      const result = await clock.run(sweep(lan, { ...OPTIONS, targets, rounds: 3 }, clock, controller.signal));
      expect(result).toMatchObject({ complete: false, linkError: null });
      // A call that is under way is waited for, or the link could be closed below it.
      expect(result.elapsedMs).toBeLessThanOrEqual(ms + 3);
      expect(result.probesSent.reduce((sum, probes) => sum + probes, 0)).toBe(lan.sent.length);
    },
  );
});

describe('a link that fails', () => {
  it.each(['send', 'listener'] as const)(
    'with several calls under way ends the sweep once (told by %s)',
    async (toldBy) => {
      const targets = cidrHosts(cidr('10.0.0.0/20'));
      const { result, lan } = await swept([], { targets }, { failure: { afterFrames: 700, toldBy }, sendingMs: 5 });
      expect(result).toMatchObject({ complete: false, linkError: 'ENETDOWN' });
      expect(result.probesSent.reduce((sum, probes) => sum + probes, 0)).toBe(700);
      expect(lan.sent).toHaveLength(700);
    },
  );
});
