// A sweep over simulated LANs: it keeps every claim until the deadline, loses no probe, and no station can end it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrHosts } from '../../src/address/cidr.ts';
import { type Ipv4, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import { type Mac, readMac } from '../../src/address/mac.ts';
import {
  type ArpFrame,
  encodeArpFrame,
  OPERATION,
  type Sender,
  type SweepOptions,
  type SweepResult,
  sweep,
} from '../../src/arp-lite/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import { type FakeClock, fakeClock } from '../support/fake-clock.ts';
import { goldenFrame } from '../support/golden-frame.ts';
import {
  duplicate,
  honest,
  late,
  type MemoryLan,
  malformed,
  memoryLan,
  proxy,
  reflecting,
  repeating,
  reply,
  type Station,
  silent,
  tagged,
} from '../support/memory-lan.ts';

const OWN_MAC = mac('02:00:00:00:00:01');
const OWN_IP = ipv4('10.0.0.2');
const TARGET = ipv4('10.0.0.5');
const FIRST = mac('52:54:00:00:00:0a');
const SECOND = mac('52:54:00:00:00:0b');
const SENDER: Sender = { mac: OWN_MAC, addresses: [{ ip: OWN_IP, network: cidr('10.0.0.0/24') }] };
const NEVER = new AbortController().signal;

const OPTIONS: SweepOptions = {
  targets: Ipv4Set.of([TARGET]),
  sender: SENDER,
  ownAddresses: [],
  ownMacs: [],
  rounds: 3,
  roundIntervalMs: 300,
  ratePerSecond: null,
  listenMs: 1500,
  repeatAnswered: true,
  untilContested: null,
  random: () => 0.5,
};

/** The LAN's clock begins at an odd time: nothing may depend on zero. */
function scene(
  stations: readonly Station[],
  lan: Parameters<typeof memoryLan>[2] = {},
): { clock: FakeClock; lan: MemoryLan } {
  const clock = fakeClock(12_345);
  return { clock, lan: memoryLan(clock, stations, lan) };
}

function sweepAlone(stations: readonly Station[], options: Partial<SweepOptions> = {}): Promise<SweepResult> {
  const { clock, lan } = scene(stations);
  return clock.run(sweep(lan, { ...OPTIONS, ...options }, clock, NEVER));
}

const macsOf = (result: SweepResult, address: Ipv4): Mac[] => result.claims.of(address).map((claim) => claim.mac);

describe('what a sweep hears', () => {
  it('an honest owner answers in every round', async () => {
    const result = await sweepAlone([honest(TARGET, FIRST), silent]);
    expect(result.claims.of(TARGET)).toMatchObject([
      { mac: FIRST, frameSourceMac: null, via: 'reply', count: 3, rounds: [1, 2, 3] },
    ]);
    expect([...result.probesSent]).toEqual([3]);
    expect(result).toMatchObject({ complete: true, linkError: null, malformedFrames: 0, kernelDrops: 0 });
  });

  it('nobody answers: no claim, three probes, listened out', async () => {
    const result = await sweepAlone([silent]);
    expect(result.claims.of(TARGET)).toEqual([]);
    expect([...result.probesSent]).toEqual([3]);
    expect(result.complete).toBe(true);
    expect(result.elapsedMs).toBeGreaterThanOrEqual(2 * 300 + 1500);
    expect(result.elapsedMs).toBeLessThanOrEqual(2 * 300 * 1.25 + 1500);
  });

  it('two owners are two claims', async () => {
    const result = await sweepAlone([duplicate(TARGET, [FIRST, SECOND])]);
    expect(macsOf(result, TARGET).sort()).toEqual([FIRST, SECOND]);
  });

  it('a second owner 0.7 s late is found: the first answer is not the answer', async () => {
    const result = await sweepAlone([honest(TARGET, FIRST), late(TARGET, SECOND, 700)], { rounds: 1 });
    expect(macsOf(result, TARGET)).toEqual([FIRST, SECOND]);
    expect(result.claims.of(TARGET)[1]).toMatchObject({ firstMs: 700, lastMs: 700, count: 1 });
  });

  it('listens to the deadline and not beyond', async () => {
    const inTime = await sweepAlone([late(TARGET, FIRST, 1499)], { rounds: 1 });
    expect(inTime.claims.of(TARGET)).toMatchObject([{ firstMs: 1499, lastMs: 1499 }]);
    expect((await sweepAlone([late(TARGET, FIRST, 1501)], { rounds: 1 })).claims.of(TARGET)).toEqual([]);
  });

  it('the last round is listened out as long as the first', async () => {
    const { clock, lan } = scene([late(TARGET, FIRST, 1499)]);
    const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
    expect(result.claims.of(TARGET)).toMatchObject([{ count: 3 }]);
  });

  it('a proxy claims everything that it is asked', async () => {
    const targets = cidrHosts(cidr('10.0.0.0/28'));
    const result = await sweepAlone([proxy(FIRST), honest(TARGET, SECOND)], { targets });
    for (const target of targets) expect(macsOf(result, target)).toContain(FIRST);
    expect(macsOf(result, TARGET).sort()).toEqual([FIRST, SECOND]);
  });

  it('2,000 answers from one station are one claim', async () => {
    const result = await sweepAlone([repeating(TARGET, FIRST, 2000)], { rounds: 2 });
    expect(result.claims.of(TARGET)).toHaveLength(1);
    expect(result.claims.of(TARGET)).toMatchObject([{ mac: FIRST, count: 4000, rounds: [1, 2] }]);
  });

  it('an announcement and a request of another machine are claims; a probe and other addresses are not', async () => {
    const { clock, lan } = scene([]);
    const announced = mac('52:54:00:12:ab:ef');
    void clock.sleep(100).then(() => lan.deliver(goldenFrame('arp-probe')));
    void clock.sleep(200).then(() => lan.deliver(goldenFrame('arp-announcement')));
    const request = { ...ownRequest(), senderMac: SECOND, sourceMac: SECOND, senderIp: TARGET, targetIp: OWN_IP };
    void clock.sleep(250).then(() => lan.deliver(encodeArpFrame(request)));
    const stranger = { ...request, senderIp: ipv4('10.0.0.99') };
    void clock.sleep(260).then(() => lan.deliver(encodeArpFrame(stranger)));
    const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
    expect(result.claims.of(TARGET)).toMatchObject([
      { mac: announced, via: 'announcement', firstMs: 200, count: 1 },
      { mac: SECOND, via: 'request', firstMs: 250, count: 1 },
    ]);
    expect(result.claims.of(stranger.senderIp)).toEqual([]);
    expect(result.malformedFrames).toBe(0);
  });

  it('a claim that comes before its address was asked for is kept', async () => {
    const { clock, lan } = scene([]);
    void clock.sleep(500).then(() => lan.deliver(goldenFrame('arp-announcement')));
    const targets = Ipv4Set.of([ipv4('10.0.0.3'), ipv4('10.0.0.4'), TARGET]);
    const result = await clock.run(sweep(lan, { ...OPTIONS, targets, ratePerSecond: 1, rounds: 1 }, clock, NEVER));
    expect(result.claims.of(TARGET)).toMatchObject([{ via: 'announcement', firstMs: 500 }]);
  });

  it('keeps the source of the frame where it is not the claimant', async () => {
    const relayed: Station = (request) => {
      const bytes = reply(request, FIRST);
      bytes.set([0x00, 0x50, 0x56, 0x00, 0x00, 0xfe], 6);
      return [{ delayMs: 1, bytes }];
    };
    const result = await sweepAlone([relayed]);
    expect(result.claims.of(TARGET)).toMatchObject([{ mac: FIRST, frameSourceMac: '00:50:56:00:00:fe' }]);
  });

  it('passes on what the kernel dropped', async () => {
    const { clock, lan } = scene([honest(TARGET, FIRST)], { drops: 17 });
    expect((await clock.run(sweep(lan, OPTIONS, clock, NEVER))).kernelDrops).toBe(17);
  });
});

describe('what a sweep does not believe', () => {
  it('its own frames, when they come back', async () => {
    const targets = Ipv4Set.of([OWN_IP, TARGET, ipv4('10.0.0.6')]);
    const options = { targets, ownAddresses: [OWN_IP] };
    const result = await sweepAlone([reflecting, honest(TARGET, FIRST)], options);
    expect(result.claims.of(OWN_IP)).toEqual([]);
    expect(macsOf(result, TARGET)).toEqual([FIRST]);
    expect(result.malformedFrames).toBe(0);
  });

  it.each(['truncated', 'garbage', 'lying-length'] as const)('%s frames, and they never end it', async (how) => {
    const result = await sweepAlone([malformed(TARGET, SECOND, how), honest(TARGET, FIRST)]);
    expect(result.claims.of(TARGET)).toMatchObject([{ mac: FIRST, count: 3 }]);
    expect(result).toMatchObject({ malformedFrames: 3, complete: true, linkError: null });
  });

  it('any bytes: they never end it either', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }), async (frames) => {
        const noise: Station = () => frames.map((bytes) => ({ delayMs: 0.5, bytes }));
        const result = await sweepAlone([noise, late(TARGET, FIRST, 1)]);
        expect(result.claims.of(TARGET)).toMatchObject([{ mac: FIRST, count: 3 }]);
        expect(result).toMatchObject({ complete: true, malformedFrames: frames.length * 3 });
      }),
      { numRuns: 50 },
    );
  });
});

describe('what a sweep sends', () => {
  it('requests in our name, byte for byte RFC 826', async () => {
    const { clock, lan } = scene([]);
    await clock.run(sweep(lan, { ...OPTIONS, rounds: 1 }, clock, NEVER));
    expect(lan.sent.map(({ frame }) => frame)).toEqual([ownRequest()]);
  });

  it('probes with sender 0.0.0.0 for our own addresses only', async () => {
    const { clock, lan } = scene([]);
    const targets = Ipv4Set.of([TARGET, OWN_IP, ipv4('10.0.0.6')]);
    await clock.run(sweep(lan, { ...OPTIONS, targets, ownAddresses: [OWN_IP], rounds: 1 }, clock, NEVER));
    expect(lan.sent.map(({ frame }) => `${frame.senderIp} asks for ${frame.targetIp}`)).toEqual([
      '0.0.0.0 asks for 10.0.0.2',
      '10.0.0.2 asks for 10.0.0.5',
      '10.0.0.2 asks for 10.0.0.6',
    ]);
  });

  it('probes with sender 0.0.0.0 for all when we have no address there', async () => {
    const { clock, lan } = scene([honest(TARGET, FIRST)]);
    const result = await clock.run(sweep(lan, { ...OPTIONS, sender: { mac: OWN_MAC, addresses: [] } }, clock, NEVER));
    expect(lan.sent.every(({ frame }) => frame.senderIp === '0.0.0.0' && frame.senderMac === OWN_MAC)).toBe(true);
    expect(macsOf(result, TARGET)).toEqual([FIRST]);
  });

  it('never announces an address that is not to be announced: sender is never target', async () => {
    const { clock, lan } = scene([]);
    const targets = cidrHosts(cidr('10.0.0.0/29'));
    await clock.run(sweep(lan, { ...OPTIONS, targets, ownAddresses: [OWN_IP] }, clock, NEVER));
    expect(lan.sent.filter(({ frame }) => frame.senderIp === frame.targetIp)).toEqual([]);
  });

  it('rounds start at the interval, lengthened by up to a quarter', async () => {
    for (const [jitter, starts] of [
      [0, [0, 300, 600]],
      [0.999999, [0, 375, 750]],
    ] as const) {
      const { clock, lan } = scene([]);
      await clock.run(sweep(lan, { ...OPTIONS, random: () => jitter }, clock, NEVER));
      expect(lan.sent.map(({ atMs }) => Math.round(atMs - 12_345))).toEqual(starts);
    }
  });

  it('loses no probe to a full queue, though several calls are under way at once', async () => {
    const targets = cidrHosts(cidr('10.0.0.0/22'));
    const sentTimes = 2 * targets.size;
    for (let seed = 0; seed < 6; seed++) {
      const { clock, lan } = scene([proxy(FIRST)], { queue: 'full-now-and-then', sendingMs: 5, seed });
      const result = await clock.run(sweep(lan, { ...OPTIONS, targets, rounds: 2 }, clock, NEVER));
      const asked = lan.sent.map(({ frame }) => frame.targetIp);
      expect(asked).toHaveLength(sentTimes);
      expect(new Set(asked.slice(0, targets.size))).toEqual(new Set(targets));
      expect(new Set(asked.slice(targets.size))).toEqual(new Set(targets));
      expect(result.probesSent.every((probes) => probes === 2)).toBe(true);
      expect([...targets].every((target) => result.claims.of(target)[0]?.count === 2)).toBe(true);
    }
  });

  it('keeps the order when it is paced, whatever the queue refuses', async () => {
    const targets = cidrHosts(cidr('10.0.0.0/24'));
    const { clock, lan } = scene([], { queue: 'full-now-and-then', sendingMs: 3 });
    await clock.run(sweep(lan, { ...OPTIONS, targets, ratePerSecond: 5000, rounds: 1 }, clock, NEVER));
    expect(lan.sent.map(({ frame }) => frame.targetIp)).toEqual([...targets]);
  });

  it.each([
    ['deep', 100],
    ['full-now-and-then', 100],
    ['deep', 5000],
    ['full-now-and-then', 5000],
  ] as const)(
    'never goes ahead of its rate, nor far behind it (%s queue, %i a second)',
    async (queue, ratePerSecond) => {
      const targets = cidrHosts(cidr('10.0.0.0/22'));
      const { clock, lan } = scene([], { queue });
      const startedAt = clock.now();
      await clock.run(sweep(lan, { ...OPTIONS, targets, ratePerSecond, rounds: 1 }, clock, NEVER));
      lan.sent.forEach(({ atMs }, index) => {
        const dueMs = (index / ratePerSecond) * 1000;
        expect(atMs - startedAt).toBeGreaterThanOrEqual(dueMs - 1e-6);
      });
      const finishedMs = (lan.sent.at(-1)?.atMs ?? Number.NaN) - startedAt;
      expect(finishedMs).toBeLessThan((targets.size / ratePerSecond) * 1000 + 100);
    },
  );

  it('without a rate it is done in milliseconds', async () => {
    const { clock, lan } = scene([]);
    const targets = cidrHosts(cidr('10.0.0.0/20'));
    await clock.run(sweep(lan, { ...OPTIONS, targets, rounds: 1 }, clock, NEVER));
    expect(lan.sent).toHaveLength(4094);
    expect((lan.sent.at(-1)?.atMs ?? Number.NaN) - 12_345).toBeLessThan(50);
  });

  it('tells its progress as it goes', async () => {
    const { clock, lan } = scene([], { queue: 'full-now-and-then' });
    const told: number[] = [];
    const targets = cidrHosts(cidr('10.0.0.0/25'));
    await clock.run(sweep(lan, { ...OPTIONS, targets }, clock, NEVER, (sent) => told.push(sent)));
    expect(told.at(-1)).toBe(3 * targets.size);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('asks again only the silent, the doubtful and our own when the answered are not to be repeated', async () => {
    const [one, nobody, two, slow, foreign, own] = Array.from({ length: 6 }, (_, index) =>
      ipv4(`10.0.0.${11 + index}`),
    ) as [Ipv4, Ipv4, Ipv4, Ipv4, Ipv4, Ipv4];
    const stations = [
      honest(one, FIRST),
      duplicate(two, [FIRST, SECOND]),
      late(slow, FIRST, 450),
      tagged(7, honest(foreign, FIRST)),
      honest(own, SECOND),
    ];
    const targets = Ipv4Set.of([one, nobody, two, slow, foreign, own]);
    const options = { targets, ownAddresses: [own], repeatAnswered: false, random: () => 0 };
    const result = await sweepAlone(stations, options);
    expect([...result.probesSent]).toEqual([1, 3, 3, 2, 3, 3]);
    expect(macsOf(result, two).sort()).toEqual([FIRST, SECOND]);
  });

  it('asks the rest of a network again, and none of those that answered', async () => {
    const targets = cidrHosts(cidr('10.0.0.0/23'));
    const stations = Array.from({ length: 255 }, (_, index) => honest(uint32ToIpv4(0x0a00_0001 + index), FIRST));
    const { clock, lan } = scene(stations);
    await clock.run(sweep(lan, { ...OPTIONS, targets, repeatAnswered: false }, clock, NEVER));
    expect(lan.sent).toHaveLength(510 + 255 + 255);
    expect(lan.sent.slice(510).filter(({ frame }) => frame.targetIp.startsWith('10.0.0.'))).toEqual([]);
  });
});

describe('how a sweep ends early', () => {
  it('abort gives what was heard so far, at once', async () => {
    const { clock, lan } = scene([honest(TARGET, FIRST)]);
    const controller = new AbortController();
    void clock.sleep(400).then(() => controller.abort());
    const result = await clock.run(sweep(lan, { ...OPTIONS, random: () => 0 }, clock, controller.signal));
    expect(result).toMatchObject({ complete: false, linkError: null, elapsedMs: 400 });
    expect(result.claims.of(TARGET)).toMatchObject([{ mac: FIRST, count: 2 }]);
    expect([...result.probesSent]).toEqual([2]);
  });

  it('abort in the middle of a paced round', async () => {
    const { clock, lan } = scene([]);
    const controller = new AbortController();
    void clock.sleep(995).then(() => controller.abort());
    const options = { ...OPTIONS, targets: cidrHosts(cidr('10.0.0.0/24')), ratePerSecond: 100 };
    const result = await clock.run(sweep(lan, options, clock, controller.signal));
    expect(result).toMatchObject({ complete: false, elapsedMs: 995 });
    expect(result.probesSent.reduce((sum, probes) => sum + probes, 0)).toBe(lan.sent.length);
    expect(lan.sent).toHaveLength(100);
  });

  it('aborted before the start: nothing is sent', async () => {
    const { clock, lan } = scene([]);
    const result = await clock.run(sweep(lan, OPTIONS, clock, AbortSignal.abort()));
    expect(result).toMatchObject({ complete: false, linkError: null, elapsedMs: 0 });
    expect(lan.sent).toEqual([]);
  });

  it('a link that fails to send in mid-sweep is named, and what was heard is kept', async () => {
    const targets = cidrHosts(cidr('10.0.0.0/24'));
    const failure = { afterFrames: 100, toldBy: 'send' } as const;
    const { clock, lan } = scene([proxy(FIRST)], { failure });
    const result = await clock.run(sweep(lan, { ...OPTIONS, targets, ratePerSecond: 1000 }, clock, NEVER));
    expect(result).toMatchObject({ complete: false, linkError: 'ENETDOWN' });
    expect(result.probesSent.reduce((sum, probes) => sum + probes, 0)).toBe(100);
    expect([...targets].filter((target) => result.claims.of(target).length > 0).length).toBeGreaterThan(95);
    expect(result.elapsedMs).toBeLessThan(200);
  });

  it('a link that fails while listening is named too', async () => {
    const failure = { afterFrames: 2, toldBy: 'listener' } as const;
    const { clock, lan } = scene([honest(TARGET, FIRST)], { failure });
    const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
    expect(result).toMatchObject({ complete: false, linkError: 'ENETDOWN' });
    expect(result.claims.of(TARGET)).toMatchObject([{ mac: FIRST, count: 1 }]);
  });

  it('the link stays open: the next sweep finds the same', async () => {
    const { clock, lan } = scene([duplicate(TARGET, [FIRST, SECOND])]);
    for (let time = 0; time < 2; time++) {
      const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
      expect(macsOf(result, TARGET).sort()).toEqual([FIRST, SECOND]);
      expect(result.complete).toBe(true);
    }
  });
});

describe('any LAN', () => {
  /** Owners of one address, by how late they answer. */
  const owners = fc.array(fc.integer({ min: 0, max: 1400 }), { maxLength: 3 });
  const lans = fc.record({
    addresses: fc.array(owners, { minLength: 1, maxLength: 40 }),
    seed: fc.nat(),
    queue: fc.constantFrom('deep' as const, 'full-now-and-then' as const),
    sendingMs: fc.constantFrom(0, 3),
    rounds: fc.integer({ min: 1, max: 3 }),
    ratePerSecond: fc.constantFrom(null, 50, 1000),
    repeatAnswered: fc.boolean(),
    withNoise: fc.boolean(),
  });

  it('every owner that answers in time is found, and nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(lans, async ({ addresses, seed, queue, sendingMs, withNoise, ...asked }) => {
        const targets = addresses.map((_, index) => uint32ToIpv4(0x0a00_0064 + index));
        const macAt = (index: number, owner: number): Mac => readMac(Uint8Array.of(0x52, 0x54, 0, 1, index, owner), 0);
        const stations = addresses.flatMap((delays, index) =>
          delays.map((delayMs, owner) => late(targets[index] as Ipv4, macAt(index, owner), delayMs)),
        );
        const noise = withNoise ? [reflecting, malformed(targets[0] as Ipv4, FIRST, 'truncated')] : [];
        const { clock, lan } = scene([...stations, ...noise], { seed, queue, sendingMs });
        const result = await clock.run(
          sweep(lan, { ...OPTIONS, ...asked, targets: Ipv4Set.of(targets) }, clock, NEVER),
        );
        const found = targets.map((target) => macsOf(result, target).sort());
        expect(found).toEqual(addresses.map((delays, index) => delays.map((_, owner) => macAt(index, owner))));
        expect(result.complete).toBe(true);
        const leastProbes = asked.repeatAnswered ? asked.rounds : 1;
        expect(result.probesSent.every((probes) => probes >= leastProbes && probes <= asked.rounds)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

/** What a sweep for TARGET sends, as fixtures/frames has it. */
function ownRequest(): ArpFrame {
  return {
    destinationMac: mac('ff:ff:ff:ff:ff:ff'),
    sourceMac: OWN_MAC,
    operation: OPERATION.request,
    senderMac: OWN_MAC,
    senderIp: OWN_IP,
    targetMac: mac('00:00:00:00:00:00'),
    targetIp: TARGET,
  };
}
