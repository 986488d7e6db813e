// The address that a check sends from is removed in its middle, or the route to its target changes.

import { describe, expect, test } from 'vitest';
import { duplicateLan, type NatPath, natPath, quietLan } from '../../src/lab/index.ts';
import { accused, must, skippedBecause } from '../support/faults.ts';
import { labUnavailable, only, startNetcheck, verdicts } from '../support/lab-run.ts';

const SERVER = '10.78.3.2';
const PING = ['--ping', SERVER, '--count', '40', '--interval', '0.1s'];
const PATH = ['--path', SERVER, '--count', '100'];

describe.skipIf(labUnavailable()).concurrent('an address that is removed', () => {
  test('takes nothing from a check by ARP, which needs none', async () => {
    await using lab = await duplicateLan();
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.5', '--no-proof']);
    await running.says(/probes sent/);
    await must(lab.hosts.scanner, 'ip', 'address', 'flush', 'dev', 'eth0');
    const { report, exitCode } = await running.ended;
    expect(only(report, 'arp-claims')).toMatchObject({ complete: true, probesSent: 3 });
    expect([accused(report), exitCode]).toEqual([['duplicate-ip 10.77.0.5'], 1]);
  });

  test('makes no second owner of one', async () => {
    await using lab = await quietLan();
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.5']);
    await running.says(/probes sent/);
    await must(lab.hosts.scanner, 'ip', 'address', 'flush', 'dev', 'eth0');
    const { report, exitCode } = await running.ended;
    expect([verdicts(report)['duplicate-ip 10.77.0.5'], exitCode]).toEqual(['ruled-out', 0]);
  });

  test.each([
    ['echo requests', PING, /9 of 9 echoes back/],
    ['probes of a path', PATH, /3 hops to the host/],
  ])('keeps %s from being sent, which is no loss', async (_what, args, begun) => {
    await using lab = await path();
    const running = startNetcheck(lab.hosts.client, args);
    await running.says(begun);
    await must(lab.hosts.client, 'ip', 'address', 'flush', 'dev', 'eth0');
    const { report, exitCode } = await running.ended;
    expect(skippedBecause(report)).toEqual([
      expect.stringMatching(/could not be sent \(.*(ENETUNREACH|unreachable)\)/),
    ]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  test('while connections idle: no timeout is made up', async () => {
    await using lab = await path();
    const running = startNetcheck(lab.hosts.client, ['--idle-timeout', `${SERVER}:7022`, '--max-idle', '6s']);
    await running.says(/alive at 2/);
    await must(lab.hosts.client, 'ip', 'address', 'flush', 'dev', 'eth0');
    const { report, exitCode } = await running.ended;
    expect(only(report, 'idle-timeout')).toMatchObject({ expiredSeconds: null, deaths: 0, onExpiry: null });
    expect([accused(report), verdicts(report)[`idle-timeout ${SERVER}:7022`], exitCode]).toEqual([[], 'unknown', 3]);
  });
});

describe.skipIf(labUnavailable()).concurrent('a route that changes', () => {
  test.each([
    ['to another gateway', ['default', 'via', '10.78.1.254'], [], 0],
    ['to nowhere', ['unreachable', 'default'], [/could not be sent \(EHOSTUNREACH\)/], 3],
  ])('%s, among echo requests', async (_whither, route, says, code) => {
    await using lab = await path();
    const running = startNetcheck(lab.hosts.client, PING);
    await running.says(/9 of 9 echoes back/);
    await must(lab.hosts.client, 'ip', 'route', 'replace', ...route);
    const { report, exitCode } = await running.ended;
    const { sent, received } = only(report, 'echo');
    expect(received).toBe(sent);
    expect(skippedBecause(report)).toEqual(says.map((pattern) => expect.stringMatching(pattern)));
    expect([accused(report), exitCode]).toEqual([[], code]);
  });

  test('to another gateway, along a path', async () => {
    await using lab = await path();
    const running = startNetcheck(lab.hosts.client, PATH);
    await running.says(/3 hops to the host/);
    await must(lab.hosts.client, 'ip', 'route', 'replace', 'default', 'via', '10.78.1.254');
    const { report, exitCode } = await running.ended;
    expect(only(report, 'path')).toMatchObject({ reached: true, complete: true });
    expect([skippedBecause(report), accused(report), exitCode]).toEqual([[], [], 0]);
  });

  test('to another gateway, while connections idle: the timeout is found all the same', async () => {
    await using lab = await path(5);
    const running = startNetcheck(lab.hosts.client, ['--idle-timeout', `${SERVER}:7022`, '--max-idle', '12s']);
    await running.says(/alive at 2/);
    await must(lab.hosts.client, 'ip', 'route', 'replace', 'default', 'via', '10.78.1.254');
    const { report, exitCode } = await running.ended;
    const { survivedSeconds, expiredSeconds, control } = only(report, 'idle-timeout');
    expect(survivedSeconds).toBeLessThan(5.5);
    expect(expiredSeconds).toBeGreaterThan(4.5);
    expect(control.outages).toEqual([]);
    expect([accused(report), exitCode]).toEqual([[`idle-timeout ${SERVER}:7022`], 1]);
  });

  test('to nowhere, while connections idle: no timeout is made up', async () => {
    await using lab = await path();
    const running = startNetcheck(lab.hosts.client, ['--idle-timeout', `${SERVER}:7022`, '--max-idle', '6s']);
    await running.says(/alive at 2/);
    await must(lab.hosts.client, 'ip', 'route', 'replace', 'unreachable', 'default');
    const { report, exitCode } = await running.ended;
    expect(only(report, 'idle-timeout')).toMatchObject({ expiredSeconds: null, deaths: 0, onExpiry: null });
    expect([accused(report), verdicts(report)[`idle-timeout ${SERVER}:7022`], exitCode]).toEqual([[], 'unknown', 3]);
  });
});

/** Its router is a gateway by two addresses. */
async function path(timeoutSeconds: number | null = null): Promise<NatPath> {
  const lab = await natPath({ timeoutSeconds, onExpiry: 'silent' });
  await must(lab.hosts.router, 'ip', 'address', 'add', '10.78.1.254/24', 'dev', 'client');
  return lab;
}
