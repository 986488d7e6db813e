// netcheck [user@]host[:port]: which checks that stands for, by where the host is.

import { describe, expect, test } from 'vitest';
import type { ScanOptions, Step, Whereabouts } from '../../src/plan/index.ts';
import { cidr, ipv4, mac } from '../support/addresses.ts';
import { ETH0, holding, LOOPBACK, plan, SERVER, stepsOf, TUNNEL, typed, usageMessage, withEth0 } from './machines.ts';

const at = (address: string, more: Partial<Extract<Whereabouts, { known: true }>> = {}): Whereabouts => ({
  known: true,
  host: 'build',
  port: 22,
  address,
  lookupSeconds: 0,
  ...more,
});

const examine = (text: string, whereabouts: Whereabouts | null): Pick<ScanOptions, 'examine'> => ({
  examine: { typed: text, whereabouts },
});

const inShort = (steps: readonly Step[]): string[] => steps.map(({ check, target }) => `${check} ${target}`);

describe('an examination', () => {
  test.each<[where: string, address: string, asked: string | null]>([
    ['behind the gateway', '192.0.2.9', '10.0.0.2, 10.0.0.1'],
    ['on the link', '10.0.0.9', '10.0.0.2, 10.0.0.9'],
    ['through a tunnel, where nobody speaks ARP', '10.8.0.9', null],
    ['on this machine itself', '10.0.0.2', '10.0.0.2'],
    ['on loopback', '127.0.0.1', null],
  ])('of a host %s', (_, address, asked) => {
    expect(inShort(stepsOf(examine('alice@build', at(address))))).toEqual([
      ...(asked === null ? [] : [`dup-ip ${asked}`]),
      'ping build',
      'path build:22',
      'ssh-idle-timeout alice@build',
    ]);
  });

  test.each([
    ['this machine itself', '10.0.0.2', '10.0.0.2'],
    ['loopback', '127.0.0.1', '127.0.0.1'],
    ['loopback, by another of its addresses', '127.8.8.8', '127.0.0.1'],
    ['IPv6 loopback', '::1', '::1'],
  ])('of %s knows of no way there, and reads the settings of its own sshd', (_, address, ownAddress) => {
    const planned = plan(examine('alice@build', at(address)));
    if (!planned.ok) throw new Error(planned.message);
    expect(planned.plan.route).toBeUndefined();
    expect(planned.plan.settingsOf).toEqual([{ host: 'build', destination: 'alice@build', ownAddress }]);
    expect(planned.plan.steps.map(({ check }) => check)).not.toContain('skipped');
  });

  test('of an IPv6 address says that nobody looks for duplicates of it', () => {
    const [arp, ...others] = stepsOf(examine('alice@build', at('2001:db8::9')));
    expect(arp).toMatchObject({
      check: 'skipped',
      skippedCheck: 'dup-ip',
      target: '2001:db8::9',
      because: expect.stringMatching(/IPv4 only/),
    });
    expect(inShort(others)).toEqual(['ping build', 'path build:22', 'ssh-idle-timeout alice@build']);
  });

  test('goes to the address that was found, under the name that was typed, and tells the route', () => {
    const planned = plan(examine('alice@build:2222', at('192.0.2.9', { port: 2222 })));
    if (!planned.ok) throw new Error(planned.message);
    const { steps, route, settingsOf, undecided } = planned.plan;
    expect(steps[1]).toMatchObject({ host: 'build', address: '192.0.2.9' });
    expect(steps[3]).toMatchObject({
      login: { destination: 'alice@build', port: 2222 },
      withoutLogin: { check: 'idle-timeout', host: 'build', port: 2222, address: '192.0.2.9' },
    });
    expect(route).toEqual({ host: 'build', address: '192.0.2.9', interfaceName: 'eth0', gateway: '10.0.0.1' });
    expect(settingsOf).toEqual([{ host: 'build', destination: 'alice@build', ownAddress: null }]);
    expect(undecided).toBeUndefined();
  });

  test('takes the most specific route', () => {
    const facts = {
      ...SERVER,
      interfaces: [
        LOOPBACK,
        ETH0,
        { ...ETH0, name: 'eth1', index: 3, mac: mac('02:00:00:00:00:09'), addresses: [holding('10.1.0.2/24')] },
        TUNNEL,
      ],
      routes: [
        ...SERVER.routes,
        { destination: cidr('192.0.2.0/24'), interfaceName: 'eth1', gateway: ipv4('10.1.0.7'), metric: 0 },
        { destination: cidr('10.1.0.0/24'), interfaceName: 'eth1', gateway: null, metric: 0 },
      ],
    };
    expect(inShort(stepsOf(examine('build', at('192.0.2.9')), facts))[0]).toBe('dup-ip 10.1.0.2, 10.1.0.7');
  });

  test('asks for nothing twice that was asked for besides', () => {
    const asked = { ...examine('build', at('10.0.0.9')), dupIp: typed('10.0.0.9', '10.0.0.0/29') };
    expect(inShort(stepsOf(asked))[0]).toBe('dup-ip 10.0.0.9, 10.0.0.0/29, 10.0.0.2');
  });

  test.each([
    ['build', 'ssh-idle-timeout build'],
    ['build:22', 'ssh-idle-timeout build:22'],
    ['alice@build:443', 'ssh-idle-timeout alice@build:443'],
    ['build:443', 'idle-timeout build:443'],
  ])('%s is measured through sessions where there can be any: %s', (text, expected) => {
    const port = Number(text.split(':')[1] ?? 22);
    const last = stepsOf(examine(text, at('192.0.2.9', { port }))).at(-1);
    expect(`${last?.check} ${last?.target}`).toBe(expected);
    // Where nobody can log in, an sshd that is slow to greet is no service that may be asked with 64 connections.
    const isSsh = expected.startsWith('ssh');
    expect(last).toMatchObject(isSsh ? { withoutLogin: { mayBeSsh: true } } : { mayBeSsh: false });
  });

  test('of a host that nobody knows the way to is skipped, with the reason', () => {
    const unknown = { known: false, because: 'the name build does not resolve', hint: 'check the spelling' } as const;
    const steps = stepsOf(examine('alice@build', { ...unknown, isOutOfReach: false }));
    expect(inShort(steps)).toEqual(['skipped alice@build']);
    expect(steps[0]).toMatchObject({ because: unknown.because, hint: unknown.hint });
    // What a command of the user's leads to may be there all the same: this machine's own addresses matter to it.
    expect(inShort(stepsOf(examine('alice@build', { ...unknown, isOutOfReach: true })))).toEqual([
      'dup-ip 10.0.0.2',
      'skipped alice@build',
    ]);
  });

  test('without root leaves ARP out and says so', () => {
    const [arp, ...others] = stepsOf(examine('build', at('192.0.2.9')), { ...SERVER, canOpenRawSockets: false });
    expect(arp).toMatchObject({ check: 'skipped', skippedCheck: 'dup-ip', hint: expect.stringContaining('sudo') });
    expect(others.map(({ check }) => check)).toEqual(['ping', 'path', 'ssh-idle-timeout']);
  });

  test('over an interface that is down is skipped', () => {
    const checks = stepsOf({ ...examine('build', at('192.0.2.9')), interfaceName: 'eth0' }, withEth0({ up: false }));
    expect(checks.map(({ check }) => check)).toEqual(['skipped', 'skipped', 'skipped', 'skipped']);
  });

  test('that nobody was asked about says what depends on the answer', () => {
    const planned = plan(examine('alice@build', null));
    if (!planned.ok) throw new Error(planned.message);
    expect(inShort(planned.plan.steps)).toEqual(['ping build', 'path build:22', 'ssh-idle-timeout alice@build']);
    expect(planned.plan.undecided).toMatch(/gateway .* once its address is known/);
  });

  test('--quick is over within a minute, whatever else was asked for', () => {
    for (const text of ['build', 'build:443']) {
      const planned = plan({ ...examine(text, at('192.0.2.9')), quick: true });
      if (!planned.ok) throw new Error(planned.message);
      expect(planned.plan.deadlineSeconds).toBeLessThan(60);
      for (const step of planned.plan.steps) {
        if ('worstCaseSeconds' in step) expect(step.worstCaseSeconds).toBeLessThan(60);
        if ('maxIdleSeconds' in step) expect(step.maxIdleSeconds).toBeLessThanOrEqual(40);
      }
    }
    const longest = (maxIdleSeconds: number): unknown =>
      stepsOf({ ...examine('build', at('192.0.2.9')), quick: true, maxIdleSeconds }).at(-1);
    expect(longest(900)).toMatchObject({
      maxIdleSeconds: 20,
      wantedIdleSeconds: 900,
      withoutLogin: { maxIdleSeconds: 40, wantedIdleSeconds: 900 },
    });
    // What was asked for is asked about.
    expect(longest(5)).toMatchObject({ maxIdleSeconds: 5 });
    expect(longest(5)).not.toHaveProperty('wantedIdleSeconds');
  });

  test('--quick counts what the lookups took', () => {
    const deadlineAfter = (lookupSeconds: number): number | undefined => {
      const planned = plan({ ...examine('build', at('192.0.2.9', { lookupSeconds })), quick: true });
      return planned.ok ? planned.plan.deadlineSeconds : undefined;
    };
    expect(deadlineAfter(18)).toBe(40);
    expect(deadlineAfter(100)).toBe(5);
  });

  test.each([
    ['alice@', /^alice@: not a login; write it like/],
    ['', /^: not a login|^not a login/],
    ['alice@-x', /not a login/],
    ['alice@b:0', /^alice@b:0: the port must be a number from 1 to 65535/],
    ['fe80::1%eth0', /write it without %eth0/],
  ])('%j is wrong usage', (text, message) => {
    expect(usageMessage(examine(text, null))).toMatch(message);
  });
});
