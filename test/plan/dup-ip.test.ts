// Planning --dup-ip: which addresses, on which interface, in whose name, at what pace; or why not.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cidrContains, cidrHosts } from '../../src/address/cidr.ts';
import { ipv4ToUint32, uint32ToIpv4 } from '../../src/address/ipv4.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import type { HostFacts, InterfaceFacts } from '../../src/host.ts';
import type { DupIpStep, ScanOptions } from '../../src/plan/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import {
  ETH0,
  file,
  holding,
  LOOPBACK,
  plan,
  SERVER,
  skipped,
  stepOf,
  stepsOf,
  TUNNEL,
  typed,
  usageMessage,
  withEth0,
} from './machines.ts';

const dupIp = (targets: string, asked: Partial<ScanOptions> = {}): Partial<ScanOptions> => ({
  ...asked,
  dupIp: typed(...targets.split(' ')),
});

const ETH1: InterfaceFacts = {
  ...ETH0,
  name: 'eth1',
  index: 3,
  mac: mac('02:00:00:00:00:03'),
  addresses: [holding('10.0.1.2/24')],
};

/** A second card, in the next network. */
const TWO_CARDS: HostFacts = {
  ...SERVER,
  interfaces: [LOOPBACK, ETH0, ETH1, TUNNEL],
  routes: [...SERVER.routes, { destination: cidr('10.0.1.0/24'), interfaceName: 'eth1', gateway: null, metric: 0 }],
};

/** What a step asks for, as text: named ones, swept ones, and what these were called. */
function asking({ named, swept }: DupIpStep): { named: string[]; swept: string[]; label: string | null } {
  return { named: [...named], swept: [...(swept?.addresses ?? [])], label: swept?.label ?? null };
}

const count = ({ named, swept }: DupIpStep): number => named.union(swept?.addresses ?? Ipv4Set.EMPTY).size;

describe('one address', () => {
  it('is asked for three times in our name, and listened for', () => {
    const { canaryRange, ...step } = stepOf('dup-ip', dupIp('10.0.0.5'));
    expect(step).toEqual({
      check: 'dup-ip',
      target: '10.0.0.5',
      named: Ipv4Set.of([ipv4('10.0.0.5')]),
      swept: null,
      interfaceName: 'eth0',
      interfaceIndex: 2,
      senderMac: '02:00:00:00:00:01',
      senders: [holding('10.0.0.2/24')],
      ownAddresses: new Map(),
      ownMacs: ['02:00:00:00:00:01'],
      excluded: Ipv4Set.EMPTY,
      expected: new Map(),
      proofPort: 22,
      rounds: 3,
      roundIntervalSeconds: 0.2,
      ratePerSecond: 5000,
      listenSeconds: 1.5,
      worstCaseSeconds: expect.closeTo(2 * 0.25 + 4 / 5000 + 1.5 + 2 * (4 / 5000 + 1.5) + 6, 9),
    });
    expect(canaryRange.size).toBe(254 - 3);
  });

  it('of our own is known to be our own, with the card that has it', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.2'));
    expect(step).toMatchObject({ interfaceName: 'eth0', ownAddresses: new Map([['10.0.0.2', ETH0.mac]]) });
  });

  it('of our own is found even where no route leads', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.2'), { ...SERVER, routes: [] });
    expect([step.interfaceName, [...step.ownAddresses.keys()]]).toEqual(['eth0', ['10.0.0.2']]);
  });

  it('of our own that loopback holds is asked for where its network is, as the asking card’s', () => {
    const facts: HostFacts = {
      ...SERVER,
      interfaces: [{ ...LOOPBACK, addresses: [holding('127.0.0.1/8'), holding('10.0.0.77/32')] }, ETH0],
    };
    const step = stepOf('dup-ip', dupIp('10.0.0.77'), facts);
    expect(step).toMatchObject({ interfaceName: 'eth0', ownAddresses: new Map([['10.0.0.77', ETH0.mac]]) });
    expect(stepOf('dup-ip', dupIp('10.0.0.0/24'), facts).ownAddresses.size).toBe(2);
  });

  it('of our own on another card keeps that card’s MAC', () => {
    const step = stepOf('dup-ip', dupIp('10.0.1.2', { interfaceName: 'eth0' }), TWO_CARDS);
    expect(step).toMatchObject({ interfaceName: 'eth0', ownAddresses: new Map([['10.0.1.2', ETH1.mac]]) });
    expect(step.ownMacs).toEqual([ETH0.mac, ETH1.mac]);
  });

  it('as a /32 is one address, not a sweep', () => {
    expect(asking(stepOf('dup-ip', dupIp('10.0.0.5/32')))).toEqual({ named: ['10.0.0.5'], swept: [], label: null });
  });

  it('goes out where the routing table says, or where it was told to', () => {
    const eth1 = { ...ETH1, addresses: [holding('10.0.0.9/24')] };
    const facts: HostFacts = {
      ...SERVER,
      interfaces: [LOOPBACK, ETH0, eth1],
      routes: [
        { destination: cidr('10.0.0.0/24'), interfaceName: 'eth0', gateway: null, metric: 100 },
        { destination: cidr('10.0.0.0/24'), interfaceName: 'eth1', gateway: null, metric: 50 },
      ],
    };
    expect(stepOf('dup-ip', dupIp('10.0.0.5'), facts).interfaceName).toBe('eth1');
    expect(stepOf('dup-ip', dupIp('10.0.0.5', { interfaceName: 'eth0' }), facts).interfaceName).toBe('eth0');
    expect(stepOf('dup-ip', dupIp('192.168.7.5', { interfaceName: 'eth0' }), facts).interfaceName).toBe('eth0');
  });
});

describe('many addresses', () => {
  it('of a network are its hosts, without its network and broadcast address', () => {
    const { named, swept, label } = asking(stepOf('dup-ip', dupIp('10.0.0.0/24')));
    expect([named.length, swept.length, swept[0], swept.at(-1), label]).toEqual([
      0,
      254,
      '10.0.0.1',
      '10.0.0.254',
      '10.0.0.0/24',
    ]);
  });

  it('keep how they were written', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.77/29'));
    expect([step.target, asking(step).label, asking(step).swept[0]]).toEqual([
      '10.0.0.77/29',
      '10.0.0.77/29',
      '10.0.0.73',
    ]);
  });

  it('of a range leave out what no host of the attached network can have', () => {
    expect(asking(stepOf('dup-ip', dupIp('10.0.0.0-2'))).swept).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('leave out nothing for the sake of a network on another interface', () => {
    const facts = { ...TWO_CARDS, interfaces: [LOOPBACK, { ...ETH0, addresses: [holding('10.0.0.2/16')] }, ETH1] };
    const step = stepOf('dup-ip', dupIp('10.0.1.0-10.0.1.255', { interfaceName: 'eth0' }), facts);
    expect(count(step)).toBe(256);
  });

  it('are one step with those that were named, and each is asked for once', () => {
    const step = stepOf('dup-ip', dupIp('10.0.0.5 10.0.0.4-6 10.0.0.5 10.0.0.9 10.0.0.4/30'));
    expect(step.target).toBe('10.0.0.5, 10.0.0.4-6, 10.0.0.9, 10.0.0.4/30');
    expect(asking(step)).toEqual({
      named: ['10.0.0.5', '10.0.0.9'],
      swept: ['10.0.0.4', '10.0.0.5', '10.0.0.6'],
      label: '10.0.0.4-6, 10.0.0.4/30',
    });
    expect(count(step)).toBe(4);
  });

  it('of a file go by its name', () => {
    const step = stepOf('dup-ip', { dupIp: [file('@hosts', '10.0.0.5', '10.0.0.9')] });
    expect(asking(step)).toEqual({ named: [], swept: ['10.0.0.5', '10.0.0.9'], label: '@hosts' });
  });

  it('are asked for on the interface that each is on', () => {
    const steps = stepsOf(dupIp('10.0.0.250-10.0.1.3 10.0.1.9'), TWO_CARDS);
    expect(steps.map((step) => step.check === 'dup-ip' && [step.interfaceName, asking(step)])).toEqual([
      [
        'eth0',
        {
          named: [],
          swept: ['10.0.0.250', '10.0.0.251', '10.0.0.252', '10.0.0.253', '10.0.0.254'],
          label: '10.0.0.250-10.0.1.3',
        },
      ],
      ['eth1', { named: ['10.0.1.9'], swept: ['10.0.1.1', '10.0.1.2', '10.0.1.3'], label: '10.0.0.250-10.0.1.3' }],
    ]);
  });

  it('are, though a route in their middle leads elsewhere', () => {
    const facts: HostFacts = {
      ...TWO_CARDS,
      interfaces: [LOOPBACK, { ...ETH0, addresses: [holding('10.0.0.2/16')] }, ETH1],
      routes: [
        { destination: cidr('10.0.0.0/16'), interfaceName: 'eth0', gateway: null, metric: 0 },
        { destination: cidr('10.0.1.0/24'), interfaceName: 'eth1', gateway: null, metric: 0 },
        { destination: cidr('10.0.3.0/24'), interfaceName: 'eth0', gateway: ipv4('10.0.0.1'), metric: 0 },
      ],
    };
    const steps = stepsOf(dupIp('10.0.0.0/16'), facts);
    expect(steps.map((step) => (step.check === 'dup-ip' ? [step.interfaceName, count(step)] : step.check))).toEqual([
      ['eth0', 65_534 - 512],
      ['eth1', 254],
      'skipped',
    ]);
    expect(steps.at(-1)).toMatchObject({
      target: '10.0.0.0/16',
      because: expect.stringMatching(/^256 addresses of 10\.0\.0\.0\/16, from 10\.0\.3\.0 on, are not on a network/),
      hint: expect.stringMatching(/sudo netcheck --dup-ip 10\.0\.0\.1$/),
    });
  });

  it('are on the interface that holds them or that their route names, one by one as together', () => {
    const facts = {
      ...TWO_CARDS,
      interfaces: [...TWO_CARDS.interfaces, { ...ETH1, name: 'eth2', addresses: [holding('10.0.0.99/32')] }],
    };
    const start = fc.integer({ min: ipv4ToUint32(ipv4('9.255.255.0')), max: ipv4ToUint32(ipv4('10.0.2.0')) });
    const where = (asked: string): Map<string, string> => {
      const steps = stepsOf(dupIp(asked), facts).flatMap((step) => (step.check === 'dup-ip' ? [step] : []));
      return new Map(
        steps.flatMap((step) =>
          [...step.named, ...(step.swept?.addresses ?? [])].map((ip) => [ip, step.interfaceName]),
        ),
      );
    };
    fc.assert(
      fc.property(start, fc.integer({ min: 1, max: 200 }), fc.nat(), (first, more, pick) => {
        const together = where(`${uint32ToIpv4(first)}-${uint32ToIpv4(first + more)}`);
        const one = uint32ToIpv4(first + (pick % (more + 1)));
        if (/\.(0|255)$/.test(one)) return;
        expect(together.get(one)).toBe(where(one).get(one));
      }),
      { numRuns: 100 },
    );
  });

  it('of a /12 that reaches far over the edge of the link are planned at once', () => {
    const steps = stepsOf(dupIp('10.0.0.0/12', { rate: 'max' }));
    expect(steps.map((step) => (step.check === 'dup-ip' ? count(step) : step.check))).toEqual([
      254,
      'skipped',
      'skipped',
    ]);
    expect(steps.map((step) => ('because' in step ? step.because : ''))).toEqual([
      '',
      'interface tun0 does not speak ARP',
      expect.stringMatching(/^1048063 addresses of 10\.0\.0\.0\/12, from 10\.0\.1\.0 on, are not on a network/),
    ]);
  });
});

describe('--exclude', () => {
  const without = (excluded: string, targets: string): Partial<ScanOptions> =>
    dupIp(targets, { exclude: typed(...excluded.split(' ')) });

  it('takes out addresses, ranges, networks and our own, of what was named too', () => {
    const step = stepOf('dup-ip', without('10.0.0.6 10.0.0.8-9 10.0.0.16/28 self', '10.0.0.6 10.0.0.5 10.0.0.0/24'));
    expect(asking(step).named).toEqual(['10.0.0.5']);
    expect(asking(step).swept).toHaveLength(254 - 1 - 2 - 16 - 1);
    expect(step.target).toBe('10.0.0.5, 10.0.0.0/24');
  });

  it('nothing that was excluded is asked for as a canary', () => {
    const { canaryRange } = stepOf('dup-ip', without('10.0.0.128/25 10.0.0.128', '10.0.0.5'));
    expect([...canaryRange].some((ip) => cidrContains(cidr('10.0.0.128/26'), ip))).toBe(false);
    expect(canaryRange.size).toBe(127 - 3);
  });

  it('of what is on no link leaves nothing to say about it', () => {
    const [step, ...more] = stepsOf(without('10.0.1.0-255', '10.0.0.250-10.0.1.9'));
    expect([step?.check, more]).toEqual(['dup-ip', []]);
  });

  it('of everything is refused', () => {
    const message = '--dup-ip: no address is left to ask for; look at what --exclude takes out';
    expect(usageMessage(without('10.0.0.0/24', '10.0.0.5 10.0.0.0/24'))).toBe(message);
    expect(usageMessage(without('self', 'self'))).toBe(message);
  });

  it('is read as carefully as the targets', () => {
    expect(usageMessage(without('banana', '10.0.0.5'))).toMatch(/^--exclude banana: not an IPv4 address/);
  });
});

describe('self', () => {
  it('is every address of every interface that speaks ARP and is up, each on its own', () => {
    const down = { ...ETH1, name: 'eth2', up: false, addresses: [holding('10.0.2.2/24')] };
    const facts: HostFacts = {
      ...TWO_CARDS,
      interfaces: [
        LOOPBACK,
        { ...ETH0, addresses: [holding('10.0.0.2/24'), holding('10.0.0.3/24')] },
        ETH1,
        TUNNEL,
        down,
      ],
    };
    const steps = stepsOf(dupIp('self'), facts);
    expect(
      steps.map((step) => step.check === 'dup-ip' && [step.interfaceName, step.target, asking(step).named]),
    ).toEqual([
      ['eth0', 'self', ['10.0.0.2', '10.0.0.3']],
      ['eth1', 'self', ['10.0.1.2']],
    ]);
    for (const step of steps)
      if (step.check === 'dup-ip') expect([...step.ownAddresses.keys()]).toEqual([...step.named]);
  });

  it('is the chosen interface’s alone where one was chosen', () => {
    const step = stepOf('dup-ip', dupIp('self', { interfaceName: 'eth1' }), TWO_CARDS);
    expect([step.interfaceName, asking(step).named]).toEqual(['eth1', ['10.0.1.2']]);
  });

  it('goes with other targets', () => {
    const step = stepOf('dup-ip', dupIp('self 10.0.0.5 10.0.0.2'));
    expect([step.target, asking(step).named]).toEqual(['self, 10.0.0.5, 10.0.0.2', ['10.0.0.2', '10.0.0.5']]);
  });

  it('of a machine without an address is refused', () => {
    expect(usageMessage(dupIp('self'), { ...SERVER, interfaces: [LOOPBACK, TUNNEL] })).toBe(
      '--dup-ip self: this machine has no IPv4 address on an interface that speaks ARP',
    );
    expect(usageMessage(dupIp('self', { interfaceName: 'eth0' }), withEth0({ addresses: [] }))).toBe(
      '--dup-ip self: eth0 has no IPv4 address',
    );
  });
});

describe('a sweep’s cost', () => {
  /** Three canaries are asked for besides. */
  it.each<[string, Partial<ScanOptions>, number, number, number]>([
    ['10.0.0.0/24', { rate: 5000 }, 254, 257 / 5000, 2 * 0.25 + 257 / 5000 + 1.5],
    ['10.0.0.0/24', { rate: 5000, rounds: 1 }, 254, 257 / 5000, 257 / 5000 + 1.5],
    ['10.0.0.0/24', { rate: 5000, rounds: 5 }, 254, 257 / 5000, 4 * 0.25 + 257 / 5000 + 1.5],
    ['10.0.0.0/24', { rate: 100 }, 254, 2.57, 3 * 2.57 + 1.5],
    ['10.0.0.0/24', { rate: 'max' }, 254, 257 / 20_000, 2 * 0.0625 + 257 / 20_000 + 1.5],
    ['10.0.0.0/16', { rate: 5000, interfaceName: 'eth0' }, 65_533, 65_536 / 5000, (3 * 65_536) / 5000 + 1.5],
    ['10.0.0.0/16', { rate: 500_000, interfaceName: 'eth0' }, 65_533, 65_536 / 20_000, (3 * 65_536) / 20_000 + 1.5],
  ])('%s with %j: %i addresses', (target, asked, addresses, roundSeconds, askingSeconds) => {
    const step = stepOf('dup-ip', dupIp(target, asked));
    expect(count(step)).toBe(addresses);
    expect(step.worstCaseSeconds).toBeCloseTo(askingSeconds + 2 * (roundSeconds + 1.5) + 6, 9);
    expect(step.ratePerSecond).toBe(asked.rate === 'max' ? null : asked.rate);
  });

  it('has the waiting that was asked for in every part of it', () => {
    const [usual, patient] = [null, 11.5].map((waitSeconds) => stepOf('dup-ip', dupIp('10.0.0.5', { waitSeconds })));
    expect(patient?.listenSeconds).toBe(11.5);
    expect((patient?.worstCaseSeconds ?? 0) - (usual?.worstCaseSeconds ?? 0)).toBeCloseTo(30, 9);
  });

  it('passes on port, rounds and expected owners', () => {
    const owners = 'aa:bb:cc:dd:ee:01';
    const asked = { proofPort: null, rounds: 7, expect: typed(`10.0.0.5=${owners}`) };
    expect(stepOf('dup-ip', dupIp('10.0.0.5', asked))).toMatchObject({
      proofPort: null,
      rounds: 7,
      expected: new Map([['10.0.0.5', [owners]]]),
    });
  });
});

describe('canaries', () => {
  it('are picked among hosts of the networks that are asked about, which nobody asked for, nor we or a gateway have', () => {
    const facts = withEth0({ addresses: [holding('10.0.0.2/24'), holding('192.168.9.2/24')] });
    const octet = fc.integer({ min: 1, max: 254 });
    const targets = fc.array(octet, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(targets, fc.tuple(octet, octet), (named, [from, to]) => {
        const range = `10.0.0.${Math.min(from, to)}-${Math.max(from, to)}`;
        const step = stepOf('dup-ip', dupIp([range, ...named.map((each) => `10.0.0.${each}`)].join(' ')), facts);
        const asked = step.named.union(step.swept?.addresses ?? Ipv4Set.EMPTY);
        const expected = cidrHosts(cidr('10.0.0.0/24'))
          .minus(asked)
          .minus(Ipv4Set.of(['10.0.0.1', '10.0.0.2'].map(ipv4)));
        expect(step.canaryRange.ranges).toEqual(expected.ranges);
      }),
      { numRuns: 60 },
    );
  });

  it('are none where the whole network is asked for, or none of ours is', () => {
    expect(stepOf('dup-ip', dupIp('10.0.0.0/24')).canaryRange.size).toBe(0);
    expect(stepOf('dup-ip', dupIp('192.168.7.5', { interfaceName: 'eth0' })).canaryRange.size).toBe(0);
  });
});

describe('usage', () => {
  it.each([
    ['10.0.0.0/11', /^10\.0\.0\.0\/11 is too wide to sweep; ask for a \/12 or narrower$/],
    ['0.0.0.0/0', /too wide to sweep; ask for a \/12 or narrower/],
    ['10.0.0.0-10.255.255.255', /too wide to sweep; ask for a \/12 or narrower/],
    ['10.0.0.0/15', /wider than a \/16; .*--rate max/],
    ['10.0.0.0/12', /wider than a \/16; .*--rate max/],
    ['10.0.0.0/17 10.1.0.0/16', /10\.0\.0\.0\/17, 10\.1\.0\.0\/16 is wider than a \/16/],
  ])('%s', (targets, message) => {
    const said = usageMessage(dupIp(targets, { interfaceName: 'eth0' }));
    expect(said).toMatch(message);
    expect(said).not.toContain('\n');
  });

  it('a /11 is too wide at any rate, in one piece or in several', () => {
    const atAnyRate = { rate: 'max', interfaceName: 'eth0' } as const;
    expect(usageMessage(dupIp('10.0.0.0/11', atAnyRate))).toMatch(/too wide/);
    expect(usageMessage(dupIp('10.0.0.0/12 10.16.0.0/12', atAnyRate))).toMatch(/too wide/);
  });

  it.each([
    ['10.0.0.0', 'network'],
    ['10.0.0.255', 'broadcast'],
  ])('%s is the %s address', (address, kind) => {
    expect(usageMessage(dupIp(address))).toBe(
      `--dup-ip ${address}: this is the ${kind} address of 10.0.0.0/24; give a host's address`,
    );
  });

  it('an unknown interface is answered with those that there are', () => {
    const message = usageMessage(dupIp('10.0.0.5', { interfaceName: 'eth7' }));
    expect(message).toBe('no interface is named eth7; this machine has lo, eth0, tun0');
    const empty = usageMessage(dupIp('10.0.0.5', { interfaceName: '' }));
    expect(empty).toBe('-i: no name is given; this machine has lo, eth0, tun0');
  });

  it('one wrong target stops the whole command', () => {
    expect(plan({ ...dupIp('10.0.0.5 banana'), ping: typed('10.0.0.5') }).ok).toBe(false);
    expect(plan(dupIp('10.0.0.5', { expect: typed('banana') })).ok).toBe(false);
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
    ['our own end of a tunnel', dupIp('10.8.0.2'), SERVER, /tun0 does not speak ARP/, /-i/],
    ['loopback', dupIp('127.0.0.1'), SERVER, /lo does not speak ARP/, /-i/],
    ['a device without a MAC', dupIp('10.0.0.5'), withEth0({ mac: null }), /eth0 does not speak ARP/, /-i/],
    [
      'off-link behind a router',
      dupIp('192.0.2.5'),
      SERVER,
      /^192\.0\.2\.5 is not on a network .*10\.0\.0\.0\/24 on eth0/,
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
    expect(step).toMatchObject({ check: 'skipped', skippedCheck: 'dup-ip', target: asked.dupIp?.[0]?.typed });
    expect(step.because).toMatch(because);
    expect(step.hint).toMatch(hint);
  });

  it('names only networks that can be swept', () => {
    expect(skipped(dupIp('192.0.2.5')).because).not.toMatch(/lo|tun0/);
  });

  it('a file is skipped once, however many of its lines are elsewhere', () => {
    const lines = Array.from({ length: 100 }, (_, index) => `192.0.2.${index * 2 + 1}`);
    const steps = stepsOf({ dupIp: [file('@hosts', '10.0.0.5', ...lines)] });
    expect(steps.map(({ check, target }) => `${check} ${target}`)).toEqual(['dup-ip @hosts', 'skipped @hosts']);
    expect(steps[1]).toMatchObject({
      because: expect.stringMatching(/^100 addresses of @hosts, from 192\.0\.2\.1 on, are not/),
    });
  });

  it('one skipped step leaves the others', () => {
    expect(stepsOf(dupIp('192.0.2.5 10.0.0.5')).map(({ check }) => check)).toEqual(['dup-ip', 'skipped']);
  });
});

it('facts are not changed by planning', () => {
  const before = structuredClone(SERVER);
  plan({ ...dupIp('10.0.0.0/24 10.0.0.2 self'), ping: typed('a'), idleTimeout: ['a:1'] });
  expect(SERVER).toEqual(before);
});
