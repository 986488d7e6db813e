// When keepalives themselves end a session: by arithmetic alone, by slow answers, by loss; and when they do not.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import { attempts, givesUpAfterSeconds, givesUpPerHour, patientCountMax } from '../../src/diagnose/patience.ts';
import type { Evidence } from '../../src/evidence.ts';
import { exitCode } from '../../src/report/exit-code.ts';
import { reportOf } from '../report/reports.ts';
import { causeOf, echo, HOST, hop, path, ssh, sshdSet } from './seen.ts';

const set = (serverAliveInterval: number, serverAliveCountMax: number) =>
  ssh({ serverAliveInterval, serverAliveCountMax });
const slow = (min: number, max: number) => ({ rttMs: { min, mean: (min + max) / 2, max, stddev: 1 } });
const strict = (...evidence: readonly Evidence[]) => causeOf('keepalive-too-strict', ...evidence);

describe('keepalive-too-strict', () => {
  test.each<[string, Evidence[], string, RegExp]>([
    ['no keepalives', [set(0, 3), echo(10, 5)], 'ruled-out', /sends no keepalives of its own/],
    ['a count of 0, without a ping', [set(30, 0)], 'confirmed', /nothing for 30 s .* before it has asked once/],
    [
      '30 s × 3 and no loss',
      [set(30, 3), echo(10, 10)],
      'ruled-out',
      /2 min .*\(ServerAliveCountMax 3 \+ 1\) × ServerAliveInterval 30 s/,
    ],
    ['30 s × 3 and much loss', [set(30, 3), echo(10, 8)], 'ruled-out', /outlasts a loss of 51%/],
    ['1 s × 1 and no loss among ten', [set(1, 1), echo(10, 10)], 'possible', /28%, which 0 lost of 10 do not exclude/],
    ['1 s × 1 and no loss among ten thousand', [set(1, 1), echo(10_000, 10_000)], 'ruled-out', /patient enough/],
    ['1 s × 1 and loss', [set(1, 1), echo(10, 6)], 'likely', /up to 3 times in the 1 s .* loss of 17% or more/],
    ['an answer later than it may be', [set(1, 1), echo(10, 10, slow(20, 1200))], 'likely', /as long as 1200 ms/],
    [
      'every answer later',
      [set(1, 1), echo(10, 10, slow(1050, 1200))],
      'confirmed',
      /every answer took 1100 ms or more/,
    ],
  ])('%s', (_, evidence, verdict, says) => {
    const cause = strict(...evidence);
    expect(cause.verdict).toBe(verdict);
    expect(cause.summary).toMatch(says);
    expect(cause.because).toContain('ssh-1');
    if (verdict !== 'ruled-out') expect(cause.advice[0]).toMatch(/Host 10\.0\.0\.5\n {4}ServerAliveCountMax \d+\n/);
  });

  test('speaks of sshd too, and of the end that gives up sooner', () => {
    const server = sshdSet({ clientAliveInterval: 1, clientAliveCountMax: 1 });
    const cause = strict(set(30, 3), server, echo(10, 6));
    expect(cause).toMatchObject({ verdict: 'likely', because: ['sshd-1', 'echo-1'] });
    expect(cause.summary).toMatch(/^sshd on 10\.0\.0\.5 gives up on its client 2 s after/);
    expect(cause.advice[0]).toContain('\nClientAliveCountMax 59\n');
  });

  test('loss that SYNs do not share may be of ICMP alone, and keepalives go by TCP', () => {
    const syns = path({
      protocol: 'tcp',
      port: 22,
      refused: false,
      hops: [hop(1), hop(2, { addresses: [HOST], sent: 50, received: 50 })],
    });
    const cause = strict(set(1, 1), echo(50, 30), syns);
    expect(strict(set(1, 1), echo(50, 30))).toMatchObject({ verdict: 'likely' });
    expect(cause).toMatchObject({ verdict: 'possible', because: ['ssh-1', 'echo-1', 'path-1'], advice: [] });
    expect(cause.summary).toContain('But of 50 SYNs to port 22 none was lost');
  });

  test.each<[string, Evidence[]]>([
    ['no ping', [set(1, 1)]],
    ['an unanswered ping', [set(1, 1), echo(10, 0)]],
    ['settings that could not be read', [ssh({ unreadBecause: 'no ssh', serverAliveInterval: null }), echo(10, 10)]],
    ['a release that does not say', [ssh({ serverAliveInterval: null }), echo(10, 10)]],
  ])('%s: not checked, which is no failure', (_, evidence) => {
    const cause = strict(...evidence);
    expect(cause).toMatchObject({ verdict: 'unknown', because: [] });
    expect(cause.missing).not.toEqual([]);
  });

  test('what could not be read leaves the exit code as it was', () => {
    const unread = { unreadBecause: 'there is no ssh program on this machine' };
    const evidence = [echo(10, 10), ssh({ ...unread, serverAliveInterval: null }), sshdSet(unread)];
    expect(exitCode(reportOf({ evidence, causes: diagnose(evidence) }))).toBe(0);
    expect(
      exitCode(reportOf({ evidence: [echo(10, 10), set(30, 3)], causes: diagnose([echo(10, 10), set(30, 3)]) })),
    ).toBe(0);
  });
});

test('the arithmetic: (CountMax + 1) × Interval, retransmissions after 0.2, 0.6, 1.4 s and so on', () => {
  const rttMs = { min: 0, mean: 0, max: 0, stddev: 0 };
  expect(givesUpAfterSeconds({ intervalSeconds: 15, countMax: 3 })).toBe(60);
  const tries = [1, 2, 3].map((countMax) => attempts({ intervalSeconds: 0.2, countMax }, rttMs));
  expect(tries).toEqual([2, 2, 3]);
  expect(attempts({ intervalSeconds: 1, countMax: 1 }, { ...rttMs, mean: 1001 })).toBe(0);
  expect(givesUpPerHour({ intervalSeconds: 1, countMax: 1 }, 3, 0.1)).toBeCloseTo(3.6);
});

test('what is advised for a path that forgets is not too strict itself, with no loss among ten echoes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 600 }), (interval) => {
      expect(strict(set(interval, patientCountMax(interval)), echo(10, 10)).verdict).toBe('ruled-out');
    }),
  );
});

test('more patience never makes it worse', () => {
  const rttMs = { min: 10, mean: 20, max: 30, stddev: 5 };
  const patience = fc.record({
    intervalSeconds: fc.integer({ min: 1, max: 60 }),
    countMax: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(patience, fc.double({ min: 0, max: 1, noNaN: true }), (each, loss) => {
      const more = { ...each, countMax: each.countMax + 1 };
      const often = (some: typeof each): number => givesUpPerHour(some, attempts(some, rttMs), loss);
      expect(often(more)).toBeLessThanOrEqual(often(each));
    }),
  );
});
