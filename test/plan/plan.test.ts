// Planning --ping and --idle-timeout, and a plan as a whole: order, words and worst-case durations.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIp } from '../../src/address/ip.ts';
import { Ipv4Set } from '../../src/address/ipv4-set.ts';
import { parseHost } from '../../src/plan/host-target.ts';
import { describeStep, makePlan, type ScanOptions } from '../../src/plan/index.ts';
import {
  file,
  holding,
  NOTHING_ASKED,
  plan,
  SERVER,
  skipped,
  stepOf,
  stepsOf,
  typed,
  usageMessage,
  withEth0,
} from './machines.ts';

describe('--ping', () => {
  it('sends ten requests by a raw socket', () => {
    expect(stepOf('ping', { ping: typed('example.org') })).toEqual({
      check: 'ping',
      target: 'example.org',
      host: 'example.org',
      interfaceName: null,
      interfaceIndex: 0,
      count: 10,
      intervalSeconds: 0.2,
      waitSeconds: 2,
      dataBytes: 56,
      dscp: 0,
      besideGateway: true,
      method: 'raw-socket',
      worstCaseSeconds: 15 + 10 * 0.2 + 2,
    });
  });

  it('uses the system’s ping without privileges', () => {
    const step = stepOf('ping', { ping: typed('10.0.0.5') }, { ...SERVER, canOpenRawSockets: false });
    expect(step.method).toBe('system-ping');
  });

  it('uses a ping socket where the kernel gives one to this user', () => {
    const facts = { ...SERVER, canOpenRawSockets: false, canOpenPingSockets: true };
    expect(stepOf('ping', { ping: typed('10.0.0.5') }, facts).method).toBe('ping-socket');
  });

  it('sends as many, as often, as large and as marked as it was told', () => {
    const asked = { ping: typed('10.0.0.5'), count: 1000, intervalSeconds: 0.01, sizeBytes: 1400, dscp: 46 };
    const told = { count: 1000, intervalSeconds: 0.01, dataBytes: 1400, dscp: 46, worstCaseSeconds: 12 };
    expect(stepOf('ping', asked)).toMatchObject(told);
  });

  it('by the system’s ping not more often than older ones allow', () => {
    const facts = { ...SERVER, canOpenRawSockets: false };
    const step = stepOf('ping', { ping: typed('10.0.0.5'), count: 100, intervalSeconds: 0.01 }, facts);
    expect(step).toMatchObject({ intervalSeconds: 0.2, worstCaseSeconds: 22 });
  });

  it('asks the first router beside the first eight hosts only', () => {
    const steps = stepsOf({ ping: typed(...Array.from({ length: 10 }, (_, last) => `h${last}`)) });
    expect(steps.map((step) => step.check === 'ping' && step.besideGateway)).toEqual([
      ...new Array(8).fill(true),
      false,
      false,
    ]);
  });

  it('waits as long as it was told, and that is in its worst case', () => {
    expect(stepOf('ping', { ping: typed('a'), waitSeconds: 7 })).toMatchObject({
      waitSeconds: 7,
      worstCaseSeconds: 24,
    });
  });

  it.each([
    ['example.org', 'example.org'],
    ['10.0.0.5', '10.0.0.5'],
    ['2001:db8::5', '2001:db8::5'],
    ['[2001:db8::5]', '2001:db8::5'],
    ['my_host-1.lan', 'my_host-1.lan'],
  ])('%s is the host %s', (target, host) => {
    expect(stepOf('ping', { ping: typed(target) })).toMatchObject({ target, host });
  });

  it.each([
    '-f',
    '--flood',
    '10.0.0',
    '10.0.0.256',
    '1',
    'a;b',
    'http://example.org/',
    'user@example.org',
    'example.org:22',
    '10.0.0.5:22',
    'cafe:22',
    '::::',
    '1:2',
    '[]',
    '$(id)',
  ])('%j is not a host', (target) => {
    expect(usageMessage({ ping: typed(target) })).toMatch(/not a host; write a name, an address/);
  });

  it('is bound to the interface that was chosen', () => {
    expect(stepOf('ping', { ping: typed('a'), interfaceName: 'tun0' })).toMatchObject({ interfaceName: 'tun0' });
  });

  it('is skipped when that interface is down', () => {
    const step = skipped({ ping: typed('a'), interfaceName: 'eth0' }, withEth0({ up: false }));
    expect(step).toMatchObject({ skippedCheck: 'ping', because: 'interface eth0 is down' });
  });
});

describe('--ping of many', () => {
  const swept = (asked: Partial<ScanOptions>): { size: number; target: string; rounds: number } => {
    const { hosts, target, rounds } = stepOf('ping-sweep', asked);
    return { size: hosts instanceof Ipv4Set ? hosts.size : hosts.length, target, rounds };
  };

  it.each([
    ['a network', typed('10.0.0.0/24'), { size: 254, target: '10.0.0.0/24' }],
    ['a range', typed('10.0.0.5-9'), { size: 5, target: '10.0.0.5-9' }],
    ['several, each address once', typed('10.0.0.0/30', '10.0.0.1-4'), { size: 4, target: '10.0.0.0/30, 10.0.0.1-4' }],
    ['a small network of IPv6', typed('2001:db8::/120'), { size: 256, target: '2001:db8::/120' }],
    ['a file', [file('@hosts', '10.0.0.0/29', '10.0.1.1-3')], { size: 9, target: '@hosts' }],
    [
      'more addresses than can be told one by one',
      [file('-', ...Array.from({ length: 40 }, (_, last) => `10.0.0.${last + 1}`))],
      { size: 40, target: 'the addresses given' },
    ],
  ])('%s is swept', (_, ping, expected) => {
    expect(swept({ ping })).toEqual({ ...expected, rounds: 3 });
  });

  it('what is left out is left out', () => {
    expect(swept({ ping: typed('10.0.0.0/24'), exclude: typed('10.0.0.1,10.0.0.128/25') }).size).toBe(126);
    expect(stepsOf({ ping: typed('10.0.0.5', '10.0.0.6'), exclude: typed('10.0.0.5') })).toMatchObject([
      { host: '10.0.0.6' },
    ]);
    expect(usageMessage({ ping: typed('10.0.0.5'), exclude: typed('10.0.0.5') })).toMatch(/no address is left to ask/);
  });

  it('a network of one address is a host, and hosts and networks go together', () => {
    expect(stepsOf({ ping: typed('10.0.0.5/32', '10.0.0.0/29', 'db') }).map(({ check }) => check)).toEqual([
      'ping',
      'ping',
      'ping-sweep',
    ]);
  });

  it('a count asks everybody so often', () => {
    const step = stepOf('ping-sweep', { ping: typed('10.0.0.0/24'), count: 5, rate: 'max' });
    expect(step).toMatchObject({ rounds: 5, repeatAnswered: true, ratePerSecond: null });
  });

  it.each<[string, Partial<ScanOptions>, RegExp]>([
    ['2001:db8::/64', {}, /can't be swept in a lifetime; give a \/116 or narrower/],
    ['2001:db8::/200', {}, /not an IPv6 network/],
    ['10.0.0.9-5', {}, /not a range/],
    ['10.0.0.0/33', {}, /not an IPv4 address, network or range/],
    ['224.0.0.0/24', {}, /no host can have this address/],
    ['10.0.0.0/15', {}, /wider than a \/16/],
    ['10.0.0.0/8', { rate: 'max' }, /too wide to sweep/],
    ['10.0.0.0/24', { count: 21 }, /at most 20 times/],
  ])('%s is refused', (target, options, message) => {
    expect(usageMessage({ ping: typed(target), ...options })).toMatch(message);
  });

  it('forty names are too many to be told one by one', () => {
    const names = Array.from({ length: 40 }, (_, each) => `host${each}`);
    expect(usageMessage({ ping: typed(...names) })).toMatch(/40 hosts are too many/);
  });

  it('the system’s ping sweeps what is small, and says so of what is not', () => {
    const facts = { ...SERVER, canOpenRawSockets: false };
    expect(stepOf('ping-sweep', { ping: typed('10.0.0.0/24') }, facts).method).toBe('system-ping');
    expect(skipped({ ping: typed('10.0.0.0/16') }, facts)).toMatchObject({ skippedCheck: 'ping' });
  });
});

const HOST_CHECKS: ReadonlySet<string> = new Set(['ping', 'ping-sweep', 'idle-timeout', 'ssh-idle-timeout']);

describe('--idle-timeout', () => {
  it('holds connections for as long as it was told', () => {
    const step = stepOf('idle-timeout', { idleTimeout: ['example.org:22'], maxIdleSeconds: 600, connections: 8 });
    expect(step).toEqual({
      check: 'idle-timeout',
      target: 'example.org:22',
      host: 'example.org',
      port: 22,
      interfaceName: null,
      maxIdleSeconds: 600,
      connections: 8,
      partnerConnections: 8,
      resolutionSeconds: null,
      quick: false,
      deep: false,
      worstCaseSeconds: 15 + 3 * (600 + 8),
    });
  });

  it.each([
    ['15m as usual', {}, { connections: 64, partnerConnections: 128, worstCaseSeconds: 15 + 3 * 908 }],
    [
      'a longer one, with more connections',
      { maxIdleSeconds: 7200 },
      { connections: 96, worstCaseSeconds: 15 + 3 * 7208 },
    ],
    ['one pass', { quick: true }, { quick: true, worstCaseSeconds: 15 + 908 }],
    ['slower timers too', { deep: true }, { deep: true, worstCaseSeconds: 15 + 6 * 908 }],
    ['exactly', { resolutionSeconds: 0.2 }, { resolutionSeconds: 0.2, worstCaseSeconds: 15 + 3 * 908 }],
  ])('plans for %s', (_what, options, planned) => {
    expect(stepOf('idle-timeout', { idleTimeout: ['h:22'], ...options })).toMatchObject(planned);
  });

  it.each([
    ['10.0.0.5:1', '10.0.0.5', 1],
    ['10.0.0.5:65535', '10.0.0.5', 65_535],
    ['[2001:db8::5]:443', '2001:db8::5', 443],
    ['[::1]:22', '::1', 22],
  ])('%s is %s, port %i', (target, host, port) => {
    expect(stepOf('idle-timeout', { idleTimeout: [target] })).toMatchObject({ target, host, port });
  });

  it.each([
    ['example.org', /the port is missing; write it like example\.org:22/],
    ['example.org:', /the port is missing; write it like example\.org:22/],
    ['example.org:0', /from 1 to 65535, got 0/],
    ['example.org:65536', /from 1 to 65535, got 65536/],
    ['example.org:99999', /from 1 to 65535, got 99999/],
    ['example.org:999999', /from 1 to 65535, got 999999/],
    ['example.org:-1', /from 1 to 65535, got -1/],
    ['example.org:22.5', /from 1 to 65535, got 22\.5/],
    ['example.org:ssh', /from 1 to 65535, got ssh/],
    ['example.org:22 ', /from 1 to 65535, got 22 /],
    ['example.org:2:2', /not a host/],
    ['2001:db8::5', /the port is missing; write it like \[2001:db8::5\]:22/],
    ['[2001:db8::5]', /the port is missing; write it like \[2001:db8::5\]:22/],
    ['fe80::1%eth0:22', /write it without %eth0 and give the interface with -i eth0/],
    [':22', /not a host/],
    ['', /not a host/],
    ['-oProxyCommand=x:22', /not a host/],
    ['a b:22', /not a host/],
    ['10.0.0.256:22', /not a host/],
    ['user@', /not a login; write it like alice@example\.org/],
    ['@example.org', /not a login/],
    ['-oProxyCommand=x@example.org', /not a login/],
    ['a b@example.org', /not a login/],
    ['user@-example.org', /not a login/],
    ['user@example.org:', /from 1 to 65535, got none$/],
    ['user@example.org:65536', /from 1 to 65535, got 65536/],
    ['user@example.org:ssh', /from 1 to 65535, got ssh/],
    ['user@fe80::1%eth0', /without %eth0/],
  ])('%j', (target, message) => {
    expect(usageMessage({ idleTimeout: [target] })).toMatch(message);
    expect(usageMessage({ idleTimeout: [target] })).toContain(`--idle-timeout ${target}: `);
  });

  it.each([
    ['alice@example.org', { destination: 'alice@example.org', port: null }, 'example.org'],
    ['alice@example.org:2222', { destination: 'alice@example.org', port: 2222 }, 'example.org'],
    ['alice@corp.example@10.0.0.5', { destination: 'alice@corp.example@10.0.0.5', port: null }, '10.0.0.5'],
    ['alice@[2001:db8::5]:22', { destination: 'alice@2001:db8::5', port: 22 }, '2001:db8::5'],
    ['alice@2001:db8::5', { destination: 'alice@2001:db8::5', port: null }, '2001:db8::5'],
  ])('%s is a login', (target, login, host) => {
    const step = stepOf('ssh-idle-timeout', { idleTimeout: [target] });
    expect(step).toMatchObject({ target, login, host, sessions: 6 });
  });

  it('through as many sessions as are wanted, but not deeper', () => {
    expect(stepOf('ssh-idle-timeout', { idleTimeout: ['a@b'], connections: 20 }).sessions).toBe(20);
    expect(usageMessage({ idleTimeout: ['a@b'], deep: true })).toMatch(/--deep/);
  });

  it('needs no privileges', () => {
    expect(stepOf('idle-timeout', { idleTimeout: ['a:1'] }, { ...SERVER, canOpenRawSockets: false }).port).toBe(1);
  });

  it('is skipped when the chosen interface is down', () => {
    const step = skipped({ idleTimeout: ['a:1'], interfaceName: 'eth0' }, withEth0({ up: false }));
    expect(step).toMatchObject({ skippedCheck: 'idle-timeout', because: 'interface eth0 is down' });
  });
});

describe('link-local addresses', () => {
  it.each(['fe80::1', 'FE80::1', 'feb0::1'])('%s names nobody without an interface', (address) => {
    const message = `${address} is a link-local address; say on which interface with -i`;
    expect(usageMessage({ ping: typed(address) })).toBe(message);
    expect(usageMessage({ idleTimeout: [`[${address}]:22`] })).toContain('say on which interface with -i');
    expect(stepOf('ping', { ping: typed(address), interfaceName: 'eth0' })).toMatchObject({
      host: address.toLowerCase(),
    });
  });

  it.each(['2001:db8::1', 'fec0::1', 'fe80.example.org'])('%s needs none', (host) => {
    expect(stepOf('ping', { ping: typed(host) })).toMatchObject({ host });
  });
});

describe('addresses that no host has', () => {
  it.each([
    ['224.0.0.1', 'a multicast address'],
    ['239.255.255.250', 'a multicast address'],
    ['FF02::1', 'a multicast address'],
    ['255.255.255.255', 'the broadcast address'],
    ['0.0.0.0', 'nobody’s address'],
    ['::', 'nobody’s address'],
  ])('%s is %s: nothing is measured of it', (address, whose) => {
    const endpoint = address.includes(':') ? `[${address}]:22` : `${address}:22`;
    const given: Partial<ScanOptions>[] = [
      { ping: typed(address), interfaceName: 'eth0' },
      { path: [address] },
      { path: [endpoint] },
      { idleTimeout: [endpoint] },
      { idleTimeout: [`alice@${endpoint}`] },
      { moshPorts: [address] },
    ];
    for (const options of given) expect(usageMessage(options)).toContain(`is ${whose}`);
  });

  it.each(['223.255.255.255', '240.0.0.1', '10.0.0.0', '1.0.0.0', 'ff02.example.org', 'fe00::1'])(
    '%s may be one',
    (host) => {
      expect(stepOf('ping', { ping: typed(host) })).toMatchObject({ host });
    },
  );
});

describe('parseHost', () => {
  it('never throws, and never gives what a program could take for an option', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.domain(), fc.ipV6(), fc.ipV4()), (text) => {
        const host = parseHost(text);
        if (host !== null) expect(host).toMatch(/^[^-\s][^\s]*$/);
      }),
    );
  });

  it('takes every address, IPv6 with brackets too', () => {
    fc.assert(fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (address) => parseHost(address) === canonicalIp(address)));
    fc.assert(fc.property(fc.ipV6(), (address) => parseHost(`[${address}]`) === canonicalIp(address)));
    expect(parseHost('2001:DB8:0::5')).toBe('2001:db8::5');
  });
});

describe('makePlan', () => {
  it('keeps the order of the checks and of the targets, and the kernel’s keepalive', () => {
    const planned = plan({ idleTimeout: ['a:1', 'b:2'], ping: typed('c', 'd'), dupIp: typed('10.0.0.6', '10.0.0.5') });
    if (!planned.ok) throw new Error(planned.message);
    const targets = planned.plan.steps.map((step) => `${step.check} ${step.target}`);
    expect(targets).toEqual(['dup-ip 10.0.0.6, 10.0.0.5', 'ping c', 'ping d', 'idle-timeout a:1', 'idle-timeout b:2']);
    expect(planned.plan.keepalive).toEqual(SERVER.keepalive);
  });

  it('of nothing is empty', () => {
    expect(plan({})).toEqual({ ok: true, plan: { steps: [], settingsOf: [], keepalive: SERVER.keepalive } });
  });

  it('reads the SSH settings of every host that is measured, once, and of our own sshd where the host is ourselves', () => {
    const hosts = {
      ping: typed('c', '10.0.0.2', '127.0.0.3'),
      idleTimeout: ['c:22', '[::1]:22', 'localhost:22', 'me@d'],
    };
    const planned = plan({ ...hosts, dupIp: typed('10.0.0.6') });
    if (!planned.ok) throw new Error(planned.message);
    expect(planned.plan.settingsOf).toEqual([
      { host: 'c', destination: 'c', ownAddress: null },
      { host: '10.0.0.2', destination: '10.0.0.2', ownAddress: '10.0.0.2' },
      { host: '127.0.0.3', destination: '127.0.0.3', ownAddress: '127.0.0.1' },
      { host: '::1', destination: '::1', ownAddress: '::1' },
      { host: 'localhost', destination: 'localhost', ownAddress: '127.0.0.1' },
      // Who logs in may decide what a Match block sets.
      { host: 'd', destination: 'me@d', ownAddress: null },
    ]);
    const down = plan({ ping: typed('c'), interfaceName: 'eth0' }, withEth0({ up: false }));
    expect(down).toMatchObject({ plan: { steps: [{ check: 'skipped' }], settingsOf: [] } });
  });

  it('never throws, whatever is typed: a plan, or one line of what is wrong', () => {
    const words = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.domain(),
      fc.constantFrom('10.0.0.0/24', '10.0.0.5-9', '0.0.0.0/0', 'self', '-', 'a:b:c', '[', ']:1', '@'),
    );
    const targets = fc.array(words, { maxLength: 2 });
    fc.assert(
      fc.property(targets, targets, targets, (dupIp, ping, idleTimeout) => {
        const planned = makePlan(
          { ...NOTHING_ASKED, dupIp: typed(...dupIp), ping: typed(...ping), idleTimeout },
          SERVER,
        );
        if (!planned.ok) {
          expect(planned.message).not.toBe('');
          return;
        }
        const others = planned.plan.steps.filter(({ check }) => HOST_CHECKS.has(check));
        // A word may name several hosts. A host that is named twice is one, and networks are swept together.
        const pinged = ping.flatMap((word) => word.split(/[\s,]+/)).filter((name) => name !== '');
        expect(others.length).toBeLessThanOrEqual(pinged.length + idleTimeout.length);
        expect(others.length).toBeGreaterThanOrEqual(Math.min(1, pinged.length) + idleTimeout.length);
        expect(planned.plan.steps.length > others.length).toBe(dupIp.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});

describe('describeStep', () => {
  it.each([
    [{ dupIp: typed('10.0.0.0/24') }, 'ask 254 addresses of 10.0.0.0/24 on eth0 who owns them'],
    [{ dupIp: typed('10.0.0.5') }, 'ask on eth0 who owns 10.0.0.5'],
    [{ dupIp: typed('10.0.0.5', '10.0.0.8-9') }, 'ask 3 addresses of 10.0.0.5, 10.0.0.8-9 on eth0 who owns them'],
    [{ listenSeconds: 60 }, 'listen on eth0 for 60 s to who claims an address'],
    [{ listenSeconds: 60, dupIp: typed('10.0.0.5') }, 'listen on eth0 for 60 s to who claims 10.0.0.5'],
    [{ read: ['a.pcap'] }, 'read a.pcap'],
    [{ ping: typed('[2001:db8::5]') }, 'send 10 echo requests to 2001:db8::5, and to the first router on the way'],
    [{ idleTimeout: ['a:22'] }, 'hold idle connections to a:22 for up to 15 min'],
    [{ dupIp: typed('10.8.0.5') }, 'skip --dup-ip 10.8.0.5: interface tun0 does not speak ARP'],
  ])('%j', (asked, words) => {
    const planned = plan(asked);
    expect(planned.ok && planned.plan.steps.map(describeStep)).toEqual([words]);
  });
});

describe('hints that can be typed as they are', () => {
  it('own addresses of a sweep are those in it', () => {
    const facts = withEth0({ addresses: [holding('10.0.0.2/24'), holding('192.168.9.2/24')] });
    const { ownAddresses } = stepOf('dup-ip', { dupIp: typed('10.0.0.0/24') }, facts);
    expect([...ownAddresses]).toEqual([['10.0.0.2', '02:00:00:00:00:01']]);
  });

  it('a port that was given is not given twice', () => {
    expect(usageMessage({ dupIp: typed('10.0.0.5:22') })).toMatch(/no port here; write 10\.0\.0\.5$/);
  });

  it('a chosen interface stays chosen', () => {
    const facts = { ...withEth0({}), canOpenRawSockets: false };
    const asked = { dupIp: typed('10.0.0.0/24'), exclude: typed('10.0.0.9'), interfaceName: 'eth0' };
    expect(skipped(asked, facts).hint).toBe('run: sudo netcheck --dup-ip 10.0.0.0/24 --exclude 10.0.0.9 -i eth0');
  });
});
