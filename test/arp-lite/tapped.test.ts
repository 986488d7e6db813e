// A tapped link: what is taken and what comes is shown, and nothing changes by it.

import { expect, test } from 'vitest';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import { type ArpFrame, decodeArpFrame, sweep, tapped } from '../../src/arp-lite/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { honest, memoryLan, reply, type Station, tagged } from '../support/memory-lan.ts';

const TARGETS = Ipv4Set.of([ipv4('10.0.0.5'), ipv4('10.0.0.6')]);
const OWN = mac('02:00:00:00:00:01');
const STATION = mac('52:54:00:00:00:0a');
const OPTIONS = {
  targets: TARGETS,
  sender: { mac: OWN, addresses: [{ ip: ipv4('10.0.0.2'), network: cidr('10.0.0.0/24') }] },
  ownAddresses: [],
  ownMacs: [],
  rounds: 2,
  roundIntervalMs: 200,
  ratePerSecond: null,
  listenMs: 500,
  repeatAnswered: true,
  untilContested: null,
  random: () => 0,
};

test('every frame that is taken for sending and every frame that comes is shown once', async () => {
  const clock = fakeClock();
  const stations = [honest(ipv4('10.0.0.5'), STATION), tagged(7, honest(ipv4('10.0.0.6'), STATION))];
  const lan = memoryLan(clock, stations, { queue: 'full-now-and-then', seed: 5, drops: 3 });
  const shown: [ArpFrame, number | null][] = [];
  const link = tapped(lan, (bytes, vlanId) => {
    const decoded = decodeArpFrame(bytes);
    if (decoded.ok) shown.push([decoded.packet, vlanId]);
  });
  const result = await clock.run(sweep(link, OPTIONS, clock, new AbortController().signal));
  const ours = shown.filter(([frame]) => frame.sourceMac === OWN);
  const theirs = shown.filter(([frame]) => frame.sourceMac === STATION);
  expect(ours.map(([frame]) => frame)).toEqual(lan.sent.map(({ frame }) => frame));
  expect(theirs.map(([frame, vlanId]) => `${frame.senderIp} in ${vlanId}`).sort()).toEqual([
    '10.0.0.5 in null',
    '10.0.0.5 in null',
    '10.0.0.6 in 7',
    '10.0.0.6 in 7',
  ]);
  expect(result.claims.of(ipv4('10.0.0.6'))).toMatchObject([{ vlanId: 7, count: 2 }]);
  expect([result.kernelDrops, link.drops()]).toEqual([3, 3]);
});

test('it is closed, and fails, like the link itself', async () => {
  const clock = fakeClock();
  const chatty: Station = (request) => [{ delayMs: 1, bytes: reply(request, STATION) }];
  const lan = memoryLan(clock, [chatty], { failure: { afterFrames: 1, toldBy: 'listener' } });
  let shown = 0;
  const link = tapped(lan, () => shown++);
  const result = await clock.run(sweep(link, OPTIONS, clock, new AbortController().signal));
  expect(result.linkError).toBe('ENETDOWN');
  link.close();
  await clock.run(clock.sleep(10));
  expect(shown).toBe(1);
});
