// The lines of an examination that stay while it goes on: what comes, and what each check has found.

import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/evidence.ts';
import { makePlan, type Plan } from '../../src/plan/index.ts';
import { announcement, checkEnded } from '../../src/report/progress.ts';
import { A, arp, B, claim, echo, idle, OWN, tcp } from '../diagnose/seen.ts';
import { NOTHING_ASKED, SERVER } from '../plan/machines.ts';

function planOf(quick = false, canOpenRawSockets = true): Plan {
  const whereabouts = { known: true, host: 'build', port: 22, address: '192.0.2.9', lookupSeconds: 0 } as const;
  const examine = { typed: 'alice@build', whereabouts };
  const planned = makePlan({ ...NOTHING_ASKED, examine, quick }, { ...SERVER, canOpenRawSockets });
  if (!planned.ok) throw new Error(planned.message);
  return planned.plan;
}

/** The line for the nth step, from 1. */
function ended(nth: number, ...findings: readonly Finding[]): string {
  const plan = planOf();
  const step = plan.steps[nth - 1];
  if (step === undefined) throw new Error(`there is no step ${nth}`);
  return checkEnded(step, findings, nth, plan);
}

describe('an examination announces', () => {
  test('how many checks there are, and how long they take at most', () => {
    expect(announcement('alice@build', planOf())).toBe(
      'Examining alice@build: 4 checks at once, at most 2 h 32 min 20 s. Ctrl-C prints what is known by then.',
    );
    expect(announcement('alice@build', planOf(true))).toMatch(/4 checks at once, at most 58 s\. /);
    expect(announcement('alice@build', planOf(true, false))).toMatch(/3 checks at once/);
  });

  test('nothing that a terminal would act on', () => {
    expect(announcement('a\x1b[2Jb', planOf())).toMatch(/^Examining a\?\[2Jb:/);
  });
});

describe('a check that has ended says', () => {
  test('who has which address', () => {
    const own = arp([], { ip: '10.0.0.2', ownMac: OWN });
    expect(ended(1, own, arp([claim(A)], { ip: '10.0.0.1' }))).toBe(
      '  1 of 4, duplicate check: 10.0.0.2, which is ours: nobody else has it; 10.0.0.1: one machine',
    );
    expect(ended(1, arp([claim(A), claim(B)], { ip: '10.0.0.1' }))).toMatch(/10\.0\.0\.1: 2 MACs claim it$/);
    expect(ended(1, arp([], { ip: '10.0.0.1' }))).toMatch(/10\.0\.0\.1: nobody answers$/);
  });

  test('what came back, and how fast', () => {
    expect(ended(2, echo(10, 9))).toMatch(/^ {2}2 of 4, echo requests: 9 of 10 came back, after [\d.]+ ms$/);
    expect(ended(2, echo(10, 0, { rttMs: null }))).toBe('  2 of 4, echo requests: 0 of 10 came back');
  });

  test('after how long an idle connection is dead, in each direction', () => {
    const died = { survivedSeconds: 6, expiredSeconds: 7, onExpiry: 'silent-drop', deaths: 2 } as const;
    expect(ended(4, tcp('open'), idle(died), idle({ ...died, direction: 'inbound' }))).toBe(
      '  4 of 4, idle timeout: dead after 6 to 7 s of silence; the far side speaking first, dead after 6 to 7 s of silence',
    );
    expect(ended(4, idle({ survivedSeconds: 900 }))).toMatch(/alive after 15 min of silence$/);
    expect(ended(4, tcp('refused'))).toMatch(/port \d+ is refused$/);
  });

  test('why there is no result', () => {
    const because = 'ssh is not installed here';
    const skipped: Finding = { kind: 'skipped', check: 'idle-timeout', target: 'alice@build', because, hint: 'do' };
    expect(ended(4, skipped, idle({ survivedSeconds: 90 }))).toBe(
      '  4 of 4, idle timeout: ssh is not installed here; alive after 90 s of silence',
    );
    expect(ended(4)).toBe('  4 of 4, idle timeout: nothing was measured');
    const plan = planOf(false, false);
    const [left] = plan.steps;
    if (left === undefined) throw new Error('an empty plan');
    expect(checkEnded(left, [], 0, plan)).toBe('  left out, --dup-ip 10.0.0.2, 10.0.0.1: ARP needs root (CAP_NET_RAW)');
  });
});
