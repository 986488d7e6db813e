// A sweep over a simulated wire: who is asked how often, what is lost on which side, and when it is over.

import { describe, expect, it } from 'vitest';
import { cidrHosts } from '../../src/address/cidr.ts';
import { hostsOfIpv6Network } from '../../src/address/ipv6-network.ts';
import { type EchoSweepOptions, type EchoSweepResult, echoSweep } from '../../src/icmp/echo-sweep.ts';
import { ipv4Hosts, listedHosts } from '../../src/icmp/swept-hosts.ts';
import { cidr } from '../support/addresses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type FarHost, type SimulatedWire, simulatedWire } from './simulated-wire.ts';

const HOSTS = ipv4Hosts(cidrHosts(cidr('10.9.0.0/24')));
const OPTIONS: EchoSweepOptions = {
  hosts: HOSTS,
  rounds: 3,
  repeatAnswered: false,
  ratePerSecond: 5000,
  waitMs: 1000,
  dataBytes: 56,
};

interface Swept extends EchoSweepResult {
  readonly elapsed: number;
  readonly wire: SimulatedWire;
  /** How often an address was asked, by address. */
  readonly asked: ReadonlyMap<string, number>;
}

async function sweepWith(
  host: (wire: () => SimulatedWire) => FarHost,
  options: Partial<EchoSweepOptions> = {},
  abortAtMs?: number,
): Promise<Swept> {
  const clock = fakeClock(99);
  const version = (options.hosts ?? HOSTS).bytesAt(0).length === 4 ? 4 : 6;
  const wire: SimulatedWire = simulatedWire(clock, version, (request) => answer(request));
  const answer = host(() => wire);
  const controller = new AbortController();
  if (abortAtMs !== undefined) void clock.sleep(abortAtMs).then(() => controller.abort());
  const work = echoSweep(wire, { ...OPTIONS, ...options }, clock, controller.signal, Math.random);
  const result = await clock.run(work);
  const asked = new Map<string, number>();
  for (const { to } of wire.sent) asked.set(to, (asked.get(to) ?? 0) + 1);
  return { ...result, elapsed: clock.now() - 99, wire, asked };
}

const sweep = (host: FarHost, options: Partial<EchoSweepOptions> = {}, abortAtMs?: number): Promise<Swept> =>
  sweepWith(() => host, options, abortAtMs);

const last = (address: string): number => Number(address.split('.')[3]);

describe('a sweep', () => {
  it('asks everybody once where everybody answers, and ends with the last answer', async () => {
    const result = await sweep(() => [{ delayMs: 3 }]);
    expect(result).toMatchObject({ requestsSent: 254, rounds: 1, kernelDrops: 0, dropsMadeUp: false, complete: true });
    expect(result.table.answeredCount).toBe(254);
    expect(result.elapsed).toBeLessThan(254 / 5 + 20);
    expect(result.table.rttsMs()).toEqual(new Float64Array(254).fill(3));
  });

  it('keeps its pace', async () => {
    const { wire } = await sweep(() => [{ delayMs: 3 }], { ratePerSecond: 1000 });
    const [first, end] = [wire.sent[0]?.atMs ?? 0, wire.sent.at(-1)?.atMs ?? 0];
    expect(end - first).toBeGreaterThanOrEqual(250);
    expect(end - first).toBeLessThan(270);
  });

  it('asks again only who is silent', async () => {
    const result = await sweep(({ to }) => (last(to) % 2 ? [{ delayMs: 3 }] : []));
    expect(result).toMatchObject({ requestsSent: 127 + 3 * 127, rounds: 3 });
    expect(result.asked.get('10.9.0.1')).toBe(1);
    expect(result.asked.get('10.9.0.2')).toBe(3);
    expect(result.table.at(0)).toMatchObject({ asked: 1, answered: 1, slowestMs: 3 });
    expect(result.table.at(1)).toMatchObject({ asked: 3, answered: 0, slowestMs: null });
  });

  it('asks everybody every time where it is told to, and counts what each lost', async () => {
    const lossy: FarHost = ({ to, before }) => (last(to) === 7 && before === 1 ? [] : [{ delayMs: 3 }]);
    const result = await sweep(lossy, { repeatAnswered: true, rounds: 4 });
    expect(result).toMatchObject({ requestsSent: 4 * 254, rounds: 4 });
    expect(result.table.at(6)).toMatchObject({ asked: 4, answered: 3 });
    expect(result.table.at(5)).toMatchObject({ asked: 4, answered: 4 });
  });

  it('a late answer belongs to the request that it answers', async () => {
    const result = await sweep(({ to }) => (last(to) === 9 ? [{ delayMs: 400 }] : [{ delayMs: 3 }]));
    expect(result.table.at(8)).toMatchObject({ slowestMs: 400 });
    expect(result.table.answeredCount).toBe(254);
  });

  it('an ICMP error in place of an answer ends the asking, and says who sent it', async () => {
    const error = { type: 3, code: 1 };
    const result = await sweep(({ to }) =>
      last(to) > 200 ? [{ delayMs: 5, error, from: '10.9.0.1' }] : [{ delayMs: 3 }],
    );
    expect(result.table.errors()).toEqual(new Array(54).fill({ ...error, from: '10.9.0.1' }));
    expect(result.asked.get('10.9.0.254')).toBe(1);
    expect(result.elapsed).toBeLessThan(100);
  });

  it.each<[string, FarHost]>([
    ['one that carries something else', () => [{ delayMs: 1, data: new Uint8Array(56).fill(7) }]],
    ['another host than was asked', () => [{ delayMs: 1, from: '10.9.0.200' }]],
    ['nobody that was asked', () => [{ delayMs: 1, from: '192.0.2.1' }]],
    ['an error about somebody else', () => [{ delayMs: 1, error: { type: 3, code: 1 }, about: '192.0.2.1' }]],
  ])('takes no answer from %s', async (_, host) => {
    const few = { hosts: ipv4Hosts(cidrHosts(cidr('10.9.0.0/29'))) };
    const result = await sweep(host, few);
    expect(result.table.answeredCount).toBe(0);
    expect(result.table.errors()).toEqual([]);
  });

  it('a further answer to one request is a duplicate', async () => {
    const result = await sweep(() => [{ delayMs: 3 }, { delayMs: 4 }], { repeatAnswered: true, rounds: 2 });
    expect(result.table.duplicates).toBeGreaterThan(254);
    expect(result.table.at(0)).toMatchObject({ asked: 2, answered: 2 });
  });
});

describe('what is nobody’s loss but ours', () => {
  it('answers that were lost unread are asked for again', async () => {
    const result = await sweepWith(
      (wire) =>
        ({ to, before }) => {
          if (last(to) < 200 || before > 0) return [{ delayMs: 3 }];
          wire().lose(1);
          return [];
        },
      { rounds: 1 },
    );
    expect(result).toMatchObject({ kernelDrops: 55, dropsMadeUp: true, requestsSent: 254 + 55, rounds: 2 });
    expect(result.table.answeredCount).toBe(254);
  });

  it('what is lost again and again is told', async () => {
    const result = await sweepWith(
      (wire) => () => {
        wire().lose(1);
        return [];
      },
      { rounds: 1 },
    );
    expect(result).toMatchObject({ rounds: 3, dropsMadeUp: false });
    expect(result.kernelDrops).toBe(3 * 254);
  });

  it('a queue that is full is waited for', async () => {
    let refusals = 50;
    const result = await sweep(() => (refusals-- > 0 ? 'ENOBUFS' : [{ delayMs: 3 }]));
    expect(result).toMatchObject({ requestsSent: 254, complete: true });
    expect(result.table.notAsked()).toEqual(new Map());
  });

  it('one that stays full is given up, and nobody who was not asked is called silent', async () => {
    const result = await sweep(({ to }) => (last(to) > 100 ? 'ENOBUFS' : [{ delayMs: 3 }]));
    expect(result.table.notAsked()).toEqual(new Map([['ENOBUFS', 154]]));
    expect(result.table.at(200)).toMatchObject({ asked: 0, answered: 0 });
    expect(result.elapsed).toBeLessThan(12_000);
  });

  it('an address that nothing can be sent to is told, and the others are asked', async () => {
    const result = await sweep(({ to }) => (last(to) % 100 === 50 ? 'EACCES' : [{ delayMs: 3 }]));
    expect(result.table.notAsked()).toEqual(new Map([['EACCES', 3]]));
    expect(result.table.answeredCount).toBe(251);
  });

  it('an abort gives what was heard so far, and what was under way is not lost', async () => {
    const result = await sweep(() => [{ delayMs: 30 }], { ratePerSecond: 1000 }, 100);
    expect(result.complete).toBe(false);
    const answered = result.table.answeredCount;
    expect(answered).toBeGreaterThan(50);
    expect(answered).toBeLessThan(80);
    for (let position = 0; position < HOSTS.size; position++) {
      const { asked, answered: own } = result.table.at(position);
      expect(asked).toBe(own);
    }
  });
});

it('IPv6 addresses are swept from a list', async () => {
  const hosts = listedHosts(hostsOfIpv6Network('2001:db8::ff00/120') as string[]);
  const result = await sweep(({ to }) => (to === '2001:db8::ff05' ? [{ delayMs: 2 }] : []), { hosts, rounds: 1 });
  expect(result.table.answeredCount).toBe(1);
  expect(result.table.at(5)).toMatchObject({ asked: 1, answered: 1, slowestMs: 2 });
});
