// --dup-ip on real kernels: two machines, one, none; what proves that they are two; late ones; and nothing is left behind.

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { duplicateLan, quietLan, startTcpServices } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';
import { traces, untilConnected, withoutNft } from '../support/claimants.ts';
import {
  all,
  claimants,
  commandLine,
  labUnavailable,
  netcheck,
  only,
  SUDO_BY_NOBODY,
  verdicts,
} from '../support/lab-run.ts';
import { fingerprintOf, startSshd } from '../support/sshd.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const ADDRESS = '10.77.0.5';

describe.skipIf(labUnavailable())('--dup-ip', () => {
  test.concurrent('two stations on one address are a confirmed duplicate, both named', async () => {
    await using lab = await duplicateLan();
    const { report, exitCode, stderr } = await netcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS]);
    expect(stderr).toBe('');
    expect(exitCode).toBe(1);
    expect(verdict(report)).toBe('confirmed');
    expect(claimants(report, ADDRESS)).toEqual([lab.macs.a, lab.macs.b].sort());
    const { kernelDrops, complete, listenedSeconds } = only(report, 'arp-claims');
    expect({ kernelDrops, complete }).toEqual({ kernelDrops: 0, complete: true });
    // Three rounds in 0.4 to 0.5 s; two that answered in two of them need no listening.
    expect(listenedSeconds).toBeLessThan(1.4);
    expect(only(report, 'claimant-proof').claimants).toMatchObject([
      expect.objectContaining({ outcome: expect.stringMatching(/open|refused/) }),
      expect.objectContaining({ outcome: expect.stringMatching(/open|refused/) }),
    ]);
  });

  test.concurrent('one station is no duplicate', async () => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS]);
    expect(exitCode).toBe(0);
    expect(verdicts(report)).toMatchObject({
      [`duplicate-ip ${ADDRESS}`]: 'ruled-out',
      [`unreachable ${ADDRESS}`]: 'ruled-out',
    });
    expect(claimants(report, ADDRESS)).toEqual([lab.macs.a]);
    const { probesSent, listenedSeconds } = only(report, 'arp-claims');
    expect(probesSent).toBe(3);
    expect(listenedSeconds).toBeGreaterThan(1.8);
    expect(listenedSeconds).toBeLessThan(2.5);
  });

  test.concurrent('nobody on an address asked for by itself is unreachable, and no verdict on duplicates', async () => {
    await using lab = await quietLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', lab.emptyAddress]);
    expect(exitCode).toBe(1);
    expect(only(report, 'arp-claims').claims).toEqual([]);
    expect(verdicts(report)).toMatchObject({
      [`duplicate-ip ${lab.emptyAddress}`]: 'unknown',
      [`unreachable ${lab.emptyAddress}`]: 'likely',
    });
  });

  test('a second station that answers 0.7 s late is found 20 times out of 20', async () => {
    const found = await Promise.all(Array.from({ length: 5 }, () => findLate(4)));
    expect(found.flat()).toEqual(Array(20).fill('confirmed'));
  });
});

describe.skipIf(labUnavailable()).concurrent('proof that two machines have one address', () => {
  test.each([
    ['root', process.env],
    ['sudo', SUDO_BY_NOBODY],
  ])(
    'their two SSH host keys, as ssh-keygen names them, for %s; nothing is left behind',
    async (_name, environment) => {
      await using lab = await duplicateLan({ acceptsSsh: false });
      const { scanner, a, b } = lab.hosts;
      using sshdA = await startSshd(a, 22);
      using sshdB = await startSshd(b, 22);
      const keys = { [lab.macs.a]: await fingerprintOf(a, sshdA), [lab.macs.b]: await fingerprintOf(b, sshdB) };
      const before = await traces(scanner);
      using folder = temporaryFolder();
      const env = { ...environment, TMPDIR: folder.path, HOME: folder.path };
      const { report, exitCode, stderr } = await netcheck(scanner, ['--dup-ip', ADDRESS], 'root', { env });
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 1 });
      expect(verdict(report)).toBe('confirmed');
      const proof = only(report, 'claimant-proof');
      expect(proof).toMatchObject({ port: 22, linkLevelOnly: null, interface: 'eth0' });
      expect(Object.fromEntries(proof.claimants.map(({ mac, hostKey }) => [mac, hostKey?.fingerprint]))).toEqual(keys);
      const told = report.causes.find(({ cause }) => cause === 'duplicate-ip')?.summary;
      for (const key of Object.values(keys)) expect(told).toContain(key);
      expect(await traces(scanner)).toBe(before);
      expect(readdirSync(folder.path)).toEqual([]);
      expect(sshdA.log() + sshdB.log()).not.toMatch(/Accepted|Failed|Invalid user|penalty/i);
    },
  );

  test('one key on both is no proof of one machine: clones differ in their clocks or counters', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    const { scanner, a, b } = lab.hosts;
    using original = await startSshd(a, 22);
    using _clone = await startSshd(b, 22, [], original.hostKey);
    // All hosts of a lab share one kernel and so one clock; timestamps without their random offset stand for another.
    await b.run('sysctl', ['-qw', 'net.ipv4.tcp_timestamps=2']);
    const { report } = await netcheck(scanner, ['--dup-ip', ADDRESS]);
    expect(verdict(report)).toBe('confirmed');
    const { claimants: asked, clocks } = only(report, 'claimant-proof');
    expect(new Set(asked.map(({ hostKey }) => hostKey?.fingerprint)).size).toBe(1);
    // On a machine that is too busy to read its own clock in time they do not tell; then the counters do.
    expect(clocks).not.toBe('same');
  });

  test('one key on both, and nothing else told apart, is not confirmed', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    const { scanner, a, b } = lab.hosts;
    using original = await startSshd(a, 22);
    using _clone = await startSshd(b, 22, [], original.hostKey);
    // Neither clocks nor counters to be had.
    const mute = 'table ip lab { chain input { type filter hook input priority filter; ip protocol icmp drop; }; }\n';
    for (const host of [a, b]) {
      await host.run('sysctl', ['-qw', 'net.ipv4.tcp_timestamps=0']);
      await host.run('nft', ['-f', '-'], { input: mute });
    }
    const { report, exitCode } = await netcheck(scanner, ['--dup-ip', ADDRESS]);
    expect([verdict(report), exitCode]).toEqual(['possible', 0]);
    expect(only(report, 'claimant-proof')).toMatchObject({ clocks: 'unknown', counters: 'unknown' });
  });

  test('none is looked for with --no-proof: then it is likely', async () => {
    await using lab = await duplicateLan();
    const { report, exitCode } = await netcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS, '--no-proof']);
    expect([verdict(report), exitCode]).toEqual(['likely', 1]);
    expect(all(report, 'claimant-proof')).toEqual([]);
  });

  test('is looked for at the port that --proof-port names', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    using sshd = await startSshd(lab.hosts.a, 2022);
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS, '--proof-port', '2022']);
    const { port, claimants: asked } = only(report, 'claimant-proof');
    expect(port).toBe(2022);
    expect(asked.find(({ mac }) => mac === lab.macs.a)).toMatchObject({
      outcome: 'open',
      hostKey: { fingerprint: await fingerprintOf(lab.hosts.a, sshd) },
    });
    expect(asked.find(({ mac }) => mac === lab.macs.b)).toMatchObject({ outcome: 'refused', hostKey: null });
    expect(verdict(report)).toBe('confirmed');
  });

  test('without nft is what the link level tells, and the report says why', async () => {
    await using lab = await duplicateLan({ acceptsSsh: false });
    const { scanner, a } = lab.hosts;
    using _sshd = await startSshd(a, 22);
    const before = await traces(scanner);
    const [command, args] = commandLine(['--dup-ip', ADDRESS, '--json'], 'root');
    const { stdout, exitCode } = await scanner.run(...withoutNft([command, ...args]));
    const report = JSON.parse(stdout) as Report;
    expect([verdict(report), exitCode]).toEqual(['confirmed', 1]);
    const { linkLevelOnly, claimants: asked } = only(report, 'claimant-proof');
    expect(linkLevelOnly).toBe('nft is not installed');
    expect(asked.map(({ mac, outcome, hostKey }) => `${mac} ${outcome} ${hostKey}`).sort()).toEqual([
      `${lab.macs.a} open null`,
      `${lab.macs.b} refused null`,
    ]);
    expect(await traces(scanner)).toBe(before);
  });

  test.each(['SIGKILL', 'SIGINT', 'SIGTERM'] as const)('cut short by %s leaves nothing behind', async (signal) => {
    await using lab = await duplicateLan();
    const { scanner, b } = lab.hosts;
    await startTcpServices(b, [{ kind: 'hold', port: 22 }]);
    using folder = temporaryFolder();
    const before = await traces(scanner);
    const env = { ...SUDO_BY_NOBODY, TMPDIR: folder.path, HOME: folder.path };
    const child = scanner.spawn(...commandLine(['--dup-ip', ADDRESS], 'root'), { stdio: 'ignore', env });
    await untilConnected(scanner);
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await until(async () => (await traces(scanner)) === before);
    expect(readdirSync(folder.path)).toEqual([]);
  });
});

function verdict(report: Report): string | undefined {
  return verdicts(report)[`duplicate-ip ${ADDRESS}`];
}

/** Verdicts of several runs, one after another, against a station that is late. */
async function findLate(runs: number): Promise<(string | undefined)[]> {
  await using lab = await duplicateLan({ lateSeconds: 0.7 });
  const found: (string | undefined)[] = [];
  for (let run = 0; run < runs; run++) {
    const { report } = await netcheck(lab.hosts.scanner, ['--dup-ip', ADDRESS]);
    found.push(verdict(report));
  }
  return found;
}
