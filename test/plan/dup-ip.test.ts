// Planning --dup-ip: which addresses, on which interface, in whose name, at what pace; or why not.

import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../src/host.ts';
import type { ScanOptions } from '../../src/plan/index.ts';
import { cidr } from '../support/addresses.ts';
import { ETH0, holding, LOOPBACK, plan, SERVER, skipped, stepOf, TUNNEL, usageMessage, withEth0 } from './machines.ts';

const dupIp = (target: string, asked: Partial<ScanOptions> = {}): Partial<ScanOptions> => ({
  ...asked,
  dupIp: [target],
});

describe('one address', () => {
  it('is asked for three times in our name, and listened for', () => {
    expect(stepOf('dup-ip', dupIp('10.0.0.5'))).toEqual({
      check: 'dup-ip',
      target: '10.0.0.5',
      addresses: ['10.0.0.5'],
      sweep: false,
      interfaceName: 'eth0',
      interfaceIndex: 2,
      senderMac: '02:00:00:00:00:01',
      senderIp: '10.0.0.2',
      ownAddresses: [],
      ownMacs: ['02:00:00:00:00:01'],
      rounds: 3,
      roundIntervalSeconds: 0.3,
      ratePerSecond: 5000,
      listenSeconds: 1.5,
      worstCaseSeconds: expect.closeTo(2 * 0.375 + 1 / 5000 + 1.5, 9),
    });
  });

  it('of our own is known to be our own', () => {
    expect(stepOf('dup-ip', dupIp('10.0.0.2'))).toMatchObject({ interfaceName: 'eth0', ownAddresses: ['10.0.0.2'] });
  });

  it('of our own is found even where no route leads', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.2'), { ...SERVER, routes: [] });
    expect(step).toMatchObject({ interfaceName: 'eth0', ownAddresses: ['10.0.0.2'] });
  });

  it('in a network where we have no address is asked for with sender 0.0.0.0', () => {
    const step = stepOf('dup-ip', dupIp('192.168.7.5', { interfaceName: 'eth0' }));
    expect(step).toMatchObject({ senderIp: null, ownAddresses: [], interfaceName: 'eth0' });
  });

  it('is asked for in the name that we have in its network', () => {
    const facts = withEth0({ addresses: [holding('192.168.7.1/24'), holding('10.0.0.2/24'), holding('10.0.0.3/24')] });
    expect(stepOf('dup-ip', dupIp('10.0.0.5'), facts)).toMatchObject({ senderIp: '10.0.0.2', ownAddresses: [] });
  });

  it('as a /32 is one address, not a sweep', () => {
    expect(stepOf('dup-ip', dupIp('10.0.0.5/32'))).toMatchObject({ addresses: ['10.0.0.5'], sweep: false });
  });

  it('goes out where the routing table says, or where it was told to', () => {
    const eth1 = { ...ETH0, name: 'eth1', index: 3, addresses: [holding('10.0.0.9/24')] };
    const facts: HostFacts = {
      ...SERVER,
      interfaces: [LOOPBACK, ETH0, eth1],
      routes: [
        { destination: cidr('10.0.0.0/24'), interfaceName: 'eth0', gateway: null, metric: 100 },
        { destination: cidr('10.0.0.0/24'), interfaceName: 'eth1', gateway: null, metric: 50 },
      ],
    };
    expect(stepOf('dup-ip', dupIp('10.0.0.5'), facts)).toMatchObject({ interfaceName: 'eth1', senderIp: '10.0.0.9' });
    expect(stepOf('dup-ip', dupIp('10.0.0.5', { interfaceName: 'eth0' }), facts)).toMatchObject({
      interfaceName: 'eth0',
      senderIp: '10.0.0.2',
    });
  });
});

describe('a network', () => {
  it('is swept without its network and broadcast address', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.0/24'));
    expect(step.sweep).toBe(true);
    expect(step.addresses).toHaveLength(254);
    expect([step.addresses[0], step.addresses.at(-1)]).toEqual(['10.0.0.1', '10.0.0.254']);
    expect(step.ownAddresses).toEqual(['10.0.0.2']);
  });

  it('may be written with host bits, and keeps how it was written', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.77/29'));
    expect(step).toMatchObject({ target: '10.0.0.77/29', sweep: true, senderIp: '10.0.0.2' });
    expect([step.addresses[0], step.addresses.at(-1)]).toEqual(['10.0.0.73', '10.0.0.78']);
  });

  it('of two (a /31, RFC 3021) has two hosts', () => {
    expect(stepOf('dup-ip', dupIp('10.0.0.4/31'))).toMatchObject({ addresses: ['10.0.0.4', '10.0.0.5'], sweep: true });
  });

  it.each<[string, Partial<ScanOptions>, number, number]>([
    ['10.0.0.0/24', { rate: 5000 }, 254, 2 * 0.375 + 254 / 5000 + 1.5],
    ['10.0.0.0/24', { rate: 100 }, 254, 3 * 2.54 + 1.5],
    ['10.0.0.0/24', { rate: 100, waitSeconds: 10 }, 254, 3 * 2.54 + 10],
    ['10.0.0.0/24', { rate: 'max' }, 254, 2 * 0.375 + 1.5],
    ['10.0.0.0/16', { rate: 5000, interfaceName: 'eth0' }, 65_534, (3 * 65_534) / 5000 + 1.5],
    ['10.0.0.0/12', { rate: 'max', interfaceName: 'eth0' }, 1_048_574, 2 * 0.375 + 1.5],
  ])('%s with %j: %i addresses, at worst %d s', (target, asked, count, worstCaseSeconds) => {
    const step = stepOf('dup-ip', dupIp(target, asked));
    expect(step.addresses).toHaveLength(count);
    expect(step.worstCaseSeconds).toBeCloseTo(worstCaseSeconds, 9);
    expect(step.ratePerSecond).toBe(asked.rate === 'max' ? null : asked.rate);
  });
});

describe('usage', () => {
  it.each([
    ['', /not an IPv4 address or network; write it like 10\.0\.0\.5 or 10\.0\.0\.0\/24/],
    ['banana', /--dup-ip banana: not an IPv4 address or network/],
    ['10.0.0', /not an IPv4 address or network/],
    ['10.0.0.256', /not an IPv4 address or network/],
    ['10.0.0.05', /not an IPv4 address or network/],
    ['10.0.0.0/33', /not an IPv4 address or network/],
    ['10.0.0.1-10.0.0.9', /not an IPv4 address or network/],
    ['example.org', /not an IPv4 address or network/],
    ['2001:db8::5', /ARP, which is IPv4 only/],
    ['2001:db8::/64', /ARP, which is IPv4 only/],
    ['fe80::1%eth0', /ARP, which is IPv4 only/],
    ['10.0.0.0/11', /too wide to sweep; ask for a \/12 or narrower/],
    ['0.0.0.0/0', /too wide to sweep; ask for a \/12 or narrower/],
    ['10.0.0.0/15', /wider than a \/16; .*--rate max/],
    ['10.0.0.0/12', /wider than a \/16; .*--rate max/],
  ])('%j', (target, message) => {
    expect(usageMessage(dupIp(target))).toMatch(message);
    expect(usageMessage(dupIp(target))).not.toContain('\n');
  });

  it('a /11 is too wide at any rate', () => {
    expect(usageMessage(dupIp('10.0.0.0/11', { rate: 'max' }))).toMatch(/too wide/);
  });

  it('an unknown interface is answered with those that there are', () => {
    const message = usageMessage(dupIp('10.0.0.5', { interfaceName: 'eth7' }));
    expect(message).toBe('no interface is named eth7; this machine has lo, eth0, tun0');
  });

  it('one wrong target stops the whole command', () => {
    expect(plan({ dupIp: ['10.0.0.5', 'banana'], ping: ['10.0.0.5'] }).ok).toBe(false);
  });
});

describe('skipped', () => {
  it.each<[string, Partial<ScanOptions>, HostFacts, RegExp, RegExp]>([
    [
      'no privileges',
      dupIp('10.0.0.5'),
      { ...SERVER, canOpenRawSockets: false },
      /needs root/,
      /sudo netcheck --dup-ip 10\.0\.0\.5/,
    ],
    ['interface down', dupIp('10.0.0.5'), withEth0({ up: false }), /eth0 is down/, /ip link set eth0 up/],
    [
      'chosen interface down',
      dupIp('10.0.0.5', { interfaceName: 'eth0' }),
      withEth0({ up: false }),
      /eth0 is down/,
      /ip link set eth0 up/,
    ],
    [
      'down before privileges',
      dupIp('10.0.0.5'),
      { ...withEth0({ up: false }), canOpenRawSockets: false },
      /eth0 is down/,
      /up/,
    ],
    ['a tunnel', dupIp('10.8.0.5'), SERVER, /tun0 does not speak ARP/, /-i/],
    ['loopback', dupIp('127.0.0.1'), SERVER, /lo does not speak ARP/, /-i/],
    ['a device without a MAC', dupIp('10.0.0.5'), withEth0({ mac: null }), /eth0 does not speak ARP/, /-i/],
    [
      'off-link behind a router',
      dupIp('192.0.2.5'),
      SERVER,
      /192\.0\.2\.5 is not on a network .*10\.0\.0\.0\/24 on eth0/,
      /sudo netcheck --dup-ip 10\.0\.0\.1$/,
    ],
    [
      'off-link and no route',
      dupIp('192.0.2.5'),
      { ...SERVER, routes: [] },
      /not on a network/,
      /^run netcheck on a machine in that network$/,
    ],
    [
      'a network that begins on the link and ends beyond it',
      dupIp('10.0.0.0/22'),
      SERVER,
      /not on a network/,
      /machine in that network/,
    ],
    [
      'no network at all',
      dupIp('192.0.2.5'),
      { ...SERVER, interfaces: [LOOPBACK], routes: [] },
      /\(no network\)/,
      /machine in that network/,
    ],
    [
      'a route over an interface that is gone',
      dupIp('10.0.0.5'),
      { ...SERVER, interfaces: [LOOPBACK, TUNNEL] },
      /not on a network/,
      /machine in that network/,
    ],
  ])('%s', (_, asked, facts, because, hint) => {
    const step = skipped(asked, facts);
    expect(step).toMatchObject({ check: 'skipped', skippedCheck: 'dup-ip', target: asked.dupIp?.[0] });
    expect(step.because).toMatch(because);
    expect(step.hint).toMatch(hint);
  });

  it('names only networks that can be swept', () => {
    expect(skipped(dupIp('192.0.2.5')).because).not.toMatch(/lo|tun0/);
  });

  it('one skipped step leaves the others', () => {
    const planned = plan({ dupIp: ['192.0.2.5', '10.0.0.5'] });
    expect(planned.ok && planned.plan.steps.map(({ check }) => check)).toEqual(['skipped', 'dup-ip']);
  });
});

it('facts are not changed by planning', () => {
  const before = structuredClone(SERVER);
  plan({ dupIp: ['10.0.0.0/24', '10.0.0.2'], ping: ['a'], idleTimeout: ['a:1'] });
  expect(SERVER).toEqual(before);
});
