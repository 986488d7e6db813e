// Somebody sets the wall clock by an hour in the middle of a check: durations are of the monotonic one, and no order turns around.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { chunksOf, readCapture } from '../../src/capture/index.ts';
import { natPath } from '../../src/lab/index.ts';
import { accused } from '../support/faults.ts';
import { labUnavailable, only, startNetcheck } from '../support/lab-run.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PRELOADED = fileURLToPath(new URL('../support/steppable-clock.mjs', import.meta.url));
const HOUR_MS = 3_600_000;
const T = 5;

describe.skipIf(labUnavailable()).concurrent('the wall clock', () => {
  test.each([
    ['back', -HOUR_MS],
    ['on', HOUR_MS],
  ])('set %s by an hour changes no duration, no verdict and no order', async (_way, stepMs) => {
    using folder = temporaryFolder();
    await using lab = await natPath({ timeoutSeconds: T, onExpiry: 'silent' });
    const [events, pcap] = [join(folder.path, 'run.ndjson'), join(folder.path, 'run.pcap')];
    const target = `${lab.addresses.server}:${lab.ports.hold}`;
    const env = { ...process.env, NODE_OPTIONS: `--import=${PRELOADED}`, CLOCK_STEP_MS: String(stepMs) };
    const ping = ['--ping', lab.addresses.server, '--count', '60', '--interval', '0.1s'];
    const arp = ['--dup-ip', lab.addresses.router, '--rounds', '20'];
    const idle = ['--idle-timeout', target, '--max-idle', '10s'];
    const beganAt = performance.now();
    const running = startNetcheck(
      lab.hosts.client,
      [...ping, ...arp, ...idle, '--events', events, '--pcap', pcap],
      env,
    );
    await running.says(/alive at 2/);
    running.child.kill('SIGUSR2');
    const { report, exitCode } = await running.ended;
    const tookMs = performance.now() - beganAt;

    expect([accused(report), exitCode]).toEqual([[`idle-timeout ${target}`], 1]);
    const { survivedSeconds, expiredSeconds, control } = only(report, 'idle-timeout');
    expect(survivedSeconds).toBeLessThan(T + 0.5);
    expect(expiredSeconds).toBeGreaterThan(T - 0.5);
    expect(control.outages).toEqual([]);
    const { sent, received, rttMs } = only(report, 'echo');
    expect({ sent, received }).toEqual({ sent: 60, received: 60 });
    expect(rttMs?.min).toBeGreaterThan(0);
    expect(rttMs?.median).toBeLessThan(100);
    expect(only(report, 'arp-claims').listenedSeconds).toBeLessThan(tookMs / 1000);

    const tookByReportMs = Date.parse(report.finishedAt) - Date.parse(report.startedAt);
    expect(tookByReportMs).toBeGreaterThan(T * 1000);
    expect(tookByReportMs).toBeLessThan(tookMs);
    const lines = readFileSync(events, 'utf8').trim().split('\n');
    const times = lines.map((line) => Date.parse((JSON.parse(line) as { at: string }).at));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const stamps = stampsOf(pcap);
    expect(stamps.length).toBeGreaterThan(30);
    expect(stamps).toEqual(stamps.toSorted((a, b) => a - b));
    expect((stamps.at(-1) ?? 0) - (stamps[0] ?? 0)).toBeLessThan(tookMs);
  });
});

/** When each frame came, in ms since 1970. */
function stampsOf(path: string): number[] {
  return Array.from(readCapture(chunksOf(path)), ({ epochMs }) => epochMs ?? Number.NaN);
}
