// Machines that are asked one by one at their own MAC: who says what of which address.

import { describe, expect, it } from 'vitest';
import { cidrHosts } from '../../src/address/cidr.ts';
import { type Ipv4, ipv4ToUint32 } from '../../src/address/ipv4.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import type { Mac } from '../../src/address/mac.ts';
import { type AskOptions, askClaimants } from '../../src/arp-lite/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import {
  honest,
  type LanOptions,
  late,
  memoryLan,
  present,
  proxy,
  type Station,
  tagged,
} from '../support/memory-lan.ts';

const NEVER = new AbortController().signal;
const [A, B, C] = ['10.0.0.5', '10.0.0.6', '10.0.0.7'].map(ipv4) as [Ipv4, Ipv4, Ipv4];
const FIRST = mac('52:54:00:00:00:0a');
const SECOND = mac('52:54:00:00:00:0b');
const OPTIONS: AskOptions = {
  macs: [FIRST, SECOND],
  addresses: Ipv4Set.of([A, B, C]),
  sender: {
    mac: mac('02:00:00:00:00:01'),
    addresses: [{ ip: ipv4('10.0.0.2'), network: cidr('10.0.0.0/24') }],
  },
  ratePerSecond: 1000,
  waitMs: 100,
};

async function ask(stations: readonly Station[], asked: Partial<AskOptions> = {}, lanOptions: LanOptions = {}) {
  const clock = fakeClock(777);
  const lan = memoryLan(clock, stations, lanOptions);
  const claimed = await clock.run(askClaimants(lan, { ...OPTIONS, ...asked }, clock, NEVER));
  const of = (who: Mac): number[] => [...(claimed.get(who) ?? [])].sort((a, b) => a - b);
  return { lan, of };
}

const numbers = (...addresses: readonly Ipv4[]): number[] => addresses.map(ipv4ToUint32);

describe('asking claimants', () => {
  it('tells two machines with an address in common from each other', async () => {
    const { lan, of } = await ask([honest(A, FIRST), honest(B, FIRST), honest(A, SECOND), honest(C, SECOND)]);
    expect(of(FIRST)).toEqual(numbers(A, B));
    expect(of(SECOND)).toEqual(numbers(A, C));
    expect(lan.sent.every(({ frame }) => [FIRST, SECOND].includes(frame.destinationMac))).toBe(true);
    expect(lan.sent.map(({ frame }) => frame.senderIp)).not.toContain('0.0.0.0');
  });

  it('asks again only what some of them claim', async () => {
    const { lan } = await ask([honest(A, FIRST), honest(B, FIRST), honest(A, SECOND)]);
    const again = lan.sent.slice(6).map(({ frame }) => `${frame.targetIp} of ${frame.destinationMac}`);
    expect(lan.sent).toHaveLength(6 + 2);
    expect(again).toEqual([`${B} of ${FIRST}`, `${B} of ${SECOND}`]);
  });

  it('one machine with two cards claims the same at both, though an answer is lost', async () => {
    const cards = [FIRST, SECOND].flatMap((card) => [A, B].map((ip) => honest(ip, card)));
    const { of } = await ask(cards, {}, { loses: (asked) => asked === 2 });
    expect(of(FIRST)).toEqual(numbers(A, B));
    expect(of(SECOND)).toEqual(numbers(A, B));
  });

  it('a proxy claims all', async () => {
    const { of } = await ask([proxy(FIRST), honest(A, SECOND)]);
    expect(of(FIRST)).toEqual(numbers(A, B, C));
  });

  it('who answers too late, from another VLAN, or was not asked, has said nothing', async () => {
    const stations = [late(A, FIRST, 500), tagged(7, honest(B, FIRST)), honest(A, mac('52:54:00:00:00:0c'))];
    const { of } = await ask(stations);
    expect([of(FIRST), of(SECOND)]).toEqual([[], []]);
  });

  it('an address of our own is asked for with sender 0.0.0.0, so that nobody takes it for an announcement', async () => {
    const { lan } = await ask([], { addresses: Ipv4Set.of([ipv4('10.0.0.2')]) });
    expect(lan.sent.map(({ frame }) => frame.senderIp)).toEqual(['0.0.0.0', '0.0.0.0']);
  });

  it('loses no question to a full queue', async () => {
    const addresses = cidrHosts(cidr('10.0.0.0/25'));
    const stations = [...addresses].map((ip) => honest(ip, FIRST));
    const lan = { queue: 'full-now-and-then', sendingMs: 4, seed: 3 } as const;
    const { of } = await ask(stations, { macs: [FIRST], addresses, ratePerSecond: null }, lan);
    expect(of(FIRST)).toEqual([...addresses.values()]);
  });

  it('of nobody asks nothing', async () => {
    const { lan } = await ask([proxy(FIRST)], { macs: [] });
    expect(lan.sent).toEqual([]);
  });

  it('gives what was heard when it is aborted, and hears nothing more', async () => {
    const clock = fakeClock();
    const controller = new AbortController();
    const lan = memoryLan(clock, [honest(A, FIRST), late(B, FIRST, 60)]);
    void clock.sleep(50).then(() => controller.abort());
    const claimed = await clock.run(askClaimants(lan, OPTIONS, clock, controller.signal));
    await clock.run(clock.sleep(1000));
    expect([...(claimed.get(FIRST) ?? [])]).toEqual(numbers(A));
    expect(clock.now()).toBe(1050);
  });

  it.each(['send', 'listener'] as const)('rejects with the error of a link that fails (told by %s)', async (toldBy) => {
    await expect(ask([], {}, { failure: { afterFrames: 3, toldBy } })).rejects.toMatchObject({ code: 'ENETDOWN' });
  });

  it('who was there for the first question only is not forgotten', async () => {
    const { of } = await ask([present(1, 1, A, FIRST)]);
    expect(of(FIRST)).toEqual(numbers(A));
  });
});
