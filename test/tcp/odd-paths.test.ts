// Paths and peers that keep a connection awake unseen, answer no keepalive, answer after seconds, or take only so many
// connections: none of it is an idle timeout, and none hides one.

import { describe, expect, test } from 'vitest';
import { BANNER } from '../../src/serve/index.ts';
import { causeOf, idle } from '../diagnose/seen.ts';
import type { MemoryNatOptions } from '../support/memory-nat.ts';
import { connected, simulate } from './simulate.ts';

const GREETING = new TextEncoder().encode(`${BANNER}\r\n`);
const NAT = { idleSeconds: 30, onExpiry: 'silent' } as const;

describe('a peer whose kernel sends keepalives of its own', () => {
  test('is not said to live through silence that never was', async () => {
    const run = await simulate({ nat: NAT, peerProbesEvery: 15 }, { maxIdleSeconds: 120 });
    const { bracket, rungs } = connected(run);
    expect(bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
    expect(bracket.survivedSeconds).toBeLessThanOrEqual(15);
    expect(new Set(rungs.map(({ outcome }) => outcome))).toEqual(new Set(['alive']));
  });

  test('less often than the path forgets changes nothing', async () => {
    const { bracket } = connected(await simulate({ nat: NAT, peerProbesEvery: 75 }, { maxIdleSeconds: 120 }));
    expect(bracket.survivedSeconds).toBeGreaterThan(29);
    expect(bracket.expiredSeconds).toBeLessThan(31);
  });

  test('is still told to close when no data came for so long', async () => {
    const path = { peerProbesEvery: 5, serverClosesAfter: 20 };
    const { bracket } = connected(await simulate(path, { maxIdleSeconds: 60 }));
    expect(bracket).toMatchObject({ onExpiry: 'closed-by-peer', expiredSeconds: expect.closeTo(20, 0) });
  });
});

describe('a path on which no keepalive is answered', () => {
  test.each([
    { peer: 'a partner', partner: {}, greeting: { greeting: GREETING } },
    { peer: 'anybody else', greeting: {} },
  ])('forgets nothing because of that, and it is said why nothing is known ($peer)', async ({ partner, greeting }) => {
    const asked = { maxIdleSeconds: 30, ...(partner === undefined ? {} : { partner }) };
    const measured = connected(await simulate({ dropsProbes: true, ...greeting }, asked));
    expect(measured.bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
    expect(measured.keepalivesAnswered).toBe(false);
  });

  test('is none as soon as one was', async () => {
    const { keepalivesAnswered } = connected(await simulate({ nat: NAT }, { maxIdleSeconds: 60 }));
    expect(keepalivesAnswered).toBeUndefined();
  });

  test('is none where none was sent, because the peer never stops talking', async () => {
    const { keepalivesAnswered, bracket } = connected(await simulate({ peerTalksEvery: 0.5 }, { maxIdleSeconds: 30 }));
    expect(bracket).toMatchObject({ expiredSeconds: null });
    expect(keepalivesAnswered).toBeUndefined();
  });

  test('is told so in the verdict', () => {
    const probes = [{ idleSeconds: 2, outcome: 'inconclusive' as const, code: null, pass: 1 as const }];
    const control = { outages: [{ fromSeconds: 0, toSeconds: 20 }], ended: null, keepalivesAnswered: false as const };
    const cause = causeOf('idle-timeout', idle({ survivedSeconds: null, probes, control }));
    expect(cause).toMatchObject({ verdict: 'unknown' });
    expect(cause.summary).toMatch(/not one TCP keepalive on them was ever answered/);
    expect(cause.missing.join('\n')).toMatch(/netcheck serve/);
  });
});

describe('round trips of seconds', () => {
  test.each([2000, 3600, 4500])('are no silence (%d ms)', async (rttMs) => {
    const { bracket, outages } = connected(await simulate({ rttMs }, { maxIdleSeconds: 60 }));
    expect(bracket).toMatchObject({ expiredSeconds: null, deaths: 0, survivedSeconds: 60 });
    expect(outages).toEqual([]);
  });

  test('do not hide a timeout', async () => {
    const { bracket } = connected(await simulate({ rttMs: 3600, nat: NAT }, { maxIdleSeconds: 60 }));
    expect(bracket.survivedSeconds).toBeGreaterThan(25);
    expect(bracket.expiredSeconds).toBeLessThan(35);
    expect(bracket.deaths).toBeGreaterThan(1);
  });

  test('nor what the peer greets with, which takes half of one more', async () => {
    const heard: string[] = [];
    const limitsFor = (greeting: Uint8Array) => {
      heard.push(new TextDecoder().decode(greeting));
      return { maxIdleSeconds: 10, connections: 20, deadlineSeconds: null };
    };
    await simulate({ rttMs: 950, greeting: GREETING }, { limitsFor });
    expect(heard).toContain(`${BANNER}\r\n`);
  });
});

describe('a server that takes only so many connections', () => {
  test.each(['fin', 'reset'] as const)('has not closed those for which it had no room (%s)', async (then) => {
    const path: MemoryNatOptions = { serverTakes: { connections: 10, then } };
    const { bracket, rungs } = connected(await simulate(path, { maxIdleSeconds: 60 }));
    expect(bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
    expect(new Set(rungs.map(({ outcome }) => outcome))).toEqual(new Set(['alive', 'inconclusive']));
    expect(
      Math.max(...rungs.filter(({ outcome }) => outcome === 'inconclusive').map((r) => r.idleSeconds)),
    ).toBeLessThan(1);
  });
});
