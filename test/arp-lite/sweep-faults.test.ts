// Sweeps among faults: early announcements, stalled queues, relayed frames, and bugs of our own.

import { expect, test } from 'vitest';
import { encodeArpFrame, type SweepOptions, sweep } from '../../src/arp-lite/index.ts';
import { ipv4, mac } from '../support/addresses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { goldenFrame } from '../support/golden-frame.ts';
import { honest, memoryLan } from '../support/memory-lan.ts';

const NEVER = new AbortController().signal;
const TARGET = ipv4('10.0.0.5');
const STATION = mac('52:54:00:12:ab:ef');
const OPTIONS: SweepOptions = {
  targets: [TARGET],
  senderMac: mac('02:00:00:00:00:01'),
  senderIp: ipv4('10.0.0.2'),
  ownAddresses: [],
  ownMacs: [],
  rounds: 1,
  roundIntervalMs: 300,
  ratePerSecond: null,
  listenMs: 1500,
  repeatAnswered: true,
  random: () => 0.5,
};

test('a claim heard before its address was asked for keeps one baseline', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, [honest(TARGET, STATION)]);
  void clock.sleep(500).then(() => lan.deliver(goldenFrame('arp-announcement')));
  const targets = [ipv4('10.0.0.3'), ipv4('10.0.0.4'), TARGET];
  const result = await clock.run(sweep(lan, { ...OPTIONS, targets, ratePerSecond: 1 }, clock, NEVER));
  const [claim] = result.claims(TARGET);
  expect(claim?.firstMs).toBe(500);
  expect(claim?.lastMs).toBeGreaterThan(2000);
});

test('what a stalled queue held back is not made up for in one burst', async () => {
  const clock = fakeClock();
  const lan = memoryLan(clock, []);
  const stalled = { ...lan, send: (frames: readonly Uint8Array[]) => (clock.now() < 1000 ? 0 : lan.send(frames)) };
  const targets = Array.from({ length: 200 }, (_, index) => ipv4(`10.0.1.${index + 1}`));
  await clock.run(sweep(stalled, { ...OPTIONS, targets, ratePerSecond: 100 }, clock, NEVER));
  expect(lan.sent.length).toBe(200);
  expect(lan.sent.filter(({ atMs }) => atMs < 1010).length).toBeLessThanOrEqual(6);
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
    destinationMac: OPTIONS.senderMac,
    sourceMac: STATION,
    operation: 2,
    senderMac: STATION,
    senderIp: TARGET,
    targetMac: OPTIONS.senderMac,
    targetIp: ipv4('10.0.0.2'),
  };
  void clock.sleep(5).then(() => lan.deliver(encodeArpFrame(direct)));
  void clock.sleep(6).then(() => lan.deliver(encodeArpFrame({ ...direct, sourceMac: relay })));
  const result = await clock.run(sweep(lan, OPTIONS, clock, NEVER));
  expect(result.claims(TARGET)).toMatchObject([{ mac: STATION, frameSourceMac: relay, count: 2 }]);
});
