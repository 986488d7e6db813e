// The interface goes down in the middle of a check, and up again: what was heard is kept, the rest is not made up.
// --idle-timeout goes on and finds its timeout: idle-survives.test.ts.

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { duplicateLan, type LabHost, natPath, quietLan } from '../../src/lab/index.ts';
import { accused, must, skippedBecause } from '../support/faults.ts';
import { all, labUnavailable, netcheck, only, startNetcheck, verdicts } from '../support/lab-run.ts';
import { until } from '../support/until.ts';

const ADDRESS = '10.77.0.5';
/** Nobody has it at first. */
const LATE = '10.77.0.77';
const DOWN = ['interface eth0 failed while listening (ENETDOWN)'];

describe.skipIf(labUnavailable()).concurrent('an interface that goes down and up', () => {
  test('in a sweep: those that answered are told, and that it was cut short', async () => {
    await using lab = await quietLan();
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', '10.77.0.0/24', '--rate', '200']);
    await running.says(/\b[2-9]\d ARP probes sent/);
    await flap(lab.hosts.scanner);
    const { report, exitCode } = await running.ended;
    const { complete, inventory, probesSent } = only(report, 'arp-sweep');
    expect(complete).toBe(false);
    expect(inventory.map(({ ip }) => ip)).toEqual([ADDRESS, '10.77.0.9']);
    expect(probesSent).toBeLessThan(700);
    expect([skippedBecause(report), accused(report), exitCode]).toEqual([DOWN, [], 3]);
    expect(verdicts(report)['duplicate-ip 10.77.0.0/24']).toBe('unknown');
  });

  test('while one address is checked: nothing is ruled out', async () => {
    await using lab = await quietLan();
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS, '--wait', '5s']);
    // Once it is asked again, the first answer has had its time.
    await running.says(/\b(?:[5-9]|1\d) ARP probes sent/);
    await flap(lab.hosts.scanner);
    const { report, exitCode } = await running.ended;
    expect(only(report, 'arp-claims')).toMatchObject({ complete: false, claims: [{ mac: lab.macs.a }] });
    expect([skippedBecause(report), accused(report), exitCode]).toEqual([DOWN, [], 3]);
    expect(verdicts(report)[`duplicate-ip ${ADDRESS}`]).toBe('unknown');
  });

  test.each([
    ['an address is checked', ['--dup-ip', LATE, '--wait', '30s']],
    ['it only listens', ['--listen', '30s', '--dup-ip', LATE]],
  ])('while %s: what had come before, and was not read yet, is told', async (_, args) => {
    await using lab = await quietLan();
    const { scanner, honest } = lab.hosts;
    const running = startNetcheck(scanner, args);
    await running.says(/started/);
    // As on a machine that is busy for too long.
    running.child.kill('SIGSTOP');
    await must(honest, 'ip', 'address', 'add', `${LATE}/24`, 'dev', lab.interface);
    await must(honest, 'ip', 'neigh', 'flush', 'all');
    await must(honest, 'ping', '-c', '1', '-I', LATE, lab.addresses.scanner);
    await flap(scanner);
    running.child.kill('SIGCONT');
    const { report, exitCode } = await running.ended;
    expect(only(report, 'arp-claims')).toMatchObject({ complete: false, claims: [{ mac: lab.macs.honest }] });
    expect([skippedBecause(report), accused(report), exitCode]).toEqual([DOWN, [], 3]);
  });

  test('once two machines have answered: they are still told, and nothing is claimed to be proved', async () => {
    await using lab = await duplicateLan();
    const running = startNetcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS]);
    await running.says(/more than one machine answers/);
    await flap(lab.hosts.scanner);
    const { report, exitCode } = await running.ended;
    // Each may have said who it is before the link was gone.
    const isProven = all(report, 'claimant-proof').length > 0;
    const verdict = verdicts(report)[`duplicate-ip ${ADDRESS}`];
    expect([verdict, exitCode, skippedBecause(report)]).toEqual([isProven ? verdict : 'likely', 1, DOWN]);
  });

  test('among echo requests: what could not be sent meanwhile is no loss', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { client } = lab.hosts;
    const args = ['--ping', lab.addresses.server, '--count', '50', '--interval', '0.1s'];
    const running = startNetcheck(client, args);
    await running.says(/9 of 9 echoes back/);
    await flap(client);
    // The kernel forgot the route with the link; whoever manages the network gives it back.
    await must(client, 'ip', 'route', 'add', 'default', 'via', lab.addresses.router);
    const { report, exitCode } = await running.ended;
    const { sent, received } = only(report, 'echo');
    // One may have been on its way when it went down.
    expect(received).toBeGreaterThanOrEqual(sent - 1);
    expect(received).toBeGreaterThan(10);
    expect(skippedBecause(report)).toEqual([
      `${50 - sent} of 50 echo requests to ${lab.addresses.server} could not be sent (ENETUNREACH)`,
    ]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  test("among a user's requests by the system's ping, which counts what it could not send as lost", async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { client } = lab.hosts;
    const running = netcheck(client, ['--ping', lab.addresses.server, '--count', '20', '--interval', '0.2s'], 'user');
    await until(
      async () => (await client.run('ip', ['netns', 'pids', client.namespace])).stdout.split('\n').length > 3,
    );
    await sleep(1000);
    await flap(client);
    await must(client, 'ip', 'route', 'add', 'default', 'via', lab.addresses.router);
    const { report, exitCode } = await running;
    const { sent, received, method } = only(report, 'echo');
    expect({ method, received }).toEqual({ method: 'system-ping', received: sent });
    expect(skippedBecause(report)).toEqual([
      expect.stringMatching(/of 20 echo requests .* could not be sent \(ENETUNREACH\)/),
    ]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });

  test('along a path: the probes that could not be sent are told apart', async () => {
    await using lab = await natPath({ timeoutSeconds: null, onExpiry: 'silent' });
    const { client } = lab.hosts;
    const running = startNetcheck(client, ['--path', lab.addresses.server, '--count', '150']);
    await running.says(/3 hops to the host/);
    await flap(client);
    await must(client, 'ip', 'route', 'add', 'default', 'via', lab.addresses.router);
    const { report, exitCode } = await running.ended;
    expect(skippedBecause(report)).toEqual([
      expect.stringMatching(/^\d+ probes of the path to 10\.78\.3\.2 could not be sent \(Network is unreachable\)$/),
    ]);
    expect([accused(report), exitCode]).toEqual([[], 3]);
  });
});

/** Down for half a second. */
async function flap(host: LabHost): Promise<void> {
  await must(host, 'ip', 'link', 'set', 'eth0', 'down');
  await sleep(500);
  await must(host, 'ip', 'link', 'set', 'eth0', 'up');
}
