// 100,000 ARP frames a second that are nobody's business, while an address is checked: the verdict is right all the same, and
// what was lost unread is told.

import { describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { type DuplicateLan, duplicateLan, type QuietLan, quietLan, startArpStation } from '../../src/lab/index.ts';
import { must } from '../support/faults.ts';
import { claimants, labUnavailable, only, startNetcheck, verdicts } from '../support/lab-run.ts';
import { until } from '../support/until.ts';

const ADDRESS = '10.77.0.5';
const FRAMES_PER_SECOND = 100_000;
/** It ends with the lab, or after that. */
const SECONDS = 45;
/** The receive buffer of 64 MB holds about 100,000 of these frames (measured on 6.18). */
const MORE_THAN_IS_HELD = 150_000;
/** Of a machine that is busy otherwise no more is asked. */
const SOME_NOISE = FRAMES_PER_SECOND / 100;

// One after the other: each needs the machine for itself.
describe.skipIf(labUnavailable())('100,000 ARP frames a second', () => {
  test('hide neither of two owners', async () => {
    await using lab = await duplicateLan();
    const { report, exitCode, perSecond } = await amidNoise(lab, ['--dup-ip', ADDRESS]);
    expect(perSecond).toBeGreaterThan(SOME_NOISE);
    expect(claimants(report, ADDRESS)).toEqual([lab.macs.a, lab.macs.b].sort());
    expect(verdicts(report)[`duplicate-ip ${ADDRESS}`]).toMatch(/confirmed|likely/);
    expect(exitCode).toBe(1);
  });

  test('make no second owner of one', async () => {
    await using lab = await quietLan();
    const { report, perSecond } = await amidNoise(lab, ['--dup-ip', ADDRESS]);
    expect(perSecond).toBeGreaterThan(SOME_NOISE);
    expect(claimants(report, ADDRESS)).toEqual([lab.macs.a]);
    expectHonest(only(report, 'arp-claims'), verdicts(report)[`duplicate-ip ${ADDRESS}`]);
  });

  test('that a machine had no time to read are told as lost, and then nothing is ruled out for them', async () => {
    await using lab = await quietLan();
    const { report } = await amidNoise(lab, ['--dup-ip', ADDRESS], MORE_THAN_IS_HELD);
    const claims = only(report, 'arp-claims');
    expect(claims.kernelDrops).toBeGreaterThan(0);
    expect(claimants(report, ADDRESS)).toEqual([lab.macs.a]);
    expectHonest(claims, verdicts(report)[`duplicate-ip ${ADDRESS}`]);
  });
});

function expectHonest({ kernelDrops, dropsMadeUp }: EvidenceOf<'arp-claims'>, verdict: string | undefined): void {
  expect(verdict).toBe(kernelDrops === 0 || dropsMadeUp ? 'ruled-out' : 'unknown');
}

/** A run, which is stopped in its middle until so many frames have come in. */
async function amidNoise(lab: QuietLan | DuplicateLan, args: readonly string[], unreadFrames = 0) {
  const { scanner, honest } = lab.hosts;
  const behaviour = { kind: 'noise', framesPerSecond: FRAMES_PER_SECOND, seconds: SECONDS } as const;
  const station = { interface: lab.interface, address: lab.addresses.honest, mac: lab.macs.honest };
  await startArpStation(honest, { ...station, behaviour });
  const framesSoFar = async (): Promise<number> =>
    Number(await must(scanner, 'cat', '/sys/class/net/eth0/statistics/rx_packets'));
  const running = startNetcheck(scanner, args);
  await running.says(/probes sent/);
  const [framesBefore, beganAt] = [await framesSoFar(), performance.now()];
  if (unreadFrames > 0) {
    running.child.kill('SIGSTOP');
    await until(async () => (await framesSoFar()) - framesBefore > unreadFrames, SECONDS * 1000);
    running.child.kill('SIGCONT');
  }
  const { report, exitCode } = await running.ended;
  const perSecond = Math.round(((await framesSoFar()) - framesBefore) / ((performance.now() - beganAt) / 1000));
  const { kernelDrops, dropsMadeUp } = only(report, 'arp-claims');
  // For docs/reliability.md: what this machine could really do.
  console.info(`${perSecond} frames/s came in; lost unread: ${kernelDrops}${dropsMadeUp ? ', made up for' : ''}`);
  return { report, exitCode, perSecond };
}
