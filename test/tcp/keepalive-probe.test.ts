// Asking an idle connection: each way in which it can answer, stay silent or end, on the kernel's timers.

import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/tcp/dial.ts';
import { askIdleConnection, endedProbe, type IdleProbe } from '../../src/tcp/keepalive-probe.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type MemoryNatOptions, memoryNat } from '../support/memory-nat.ts';
import { ENDPOINT, nodeTimers } from './simulate.ts';

interface Answer extends IdleProbe {
  readonly tookMs: number;
  readonly suspicions: number;
}

/** Opens a connection, lets it idle, asks once; `abortAfterMs` interrupts the asking. */
async function ask(path: MemoryNatOptions, idleSeconds: number, abortAfterMs?: number): Promise<Answer> {
  const virtual = fakeClock();
  const clock = nodeTimers(virtual);
  const work = async (): Promise<Answer> => {
    const connection = await open(memoryNat(clock, path));
    await clock.sleep(idleSeconds * 1000);
    const interrupted = new AbortController();
    if (abortAfterMs !== undefined) void clock.sleep(abortAfterMs).then(() => interrupted.abort());
    const askedAt = clock.now();
    let suspicions = 0;
    const probe = await askIdleConnection(connection, clock, interrupted.signal, 600, () => suspicions++);
    return { ...probe, tookMs: clock.now() - askedAt, suspicions };
  };
  return virtual.run(work());
}

async function open({ dial }: ReturnType<typeof memoryNat>): Promise<Connection> {
  const dialled = await dial(ENDPOINT, 5000, new AbortController().signal);
  if (!dialled.ok) throw new Error(dialled.code);
  return dialled.connection;
}

/** Give or take the round trip and the jiffies of the kernel. */
const idleFor = (seconds: number): number => expect.closeTo(seconds * 1000, -2);

describe('asking an idle connection', () => {
  test.each([1, 20, 150, 400])('it is alive one round trip of %i ms later', async (rttMs) => {
    const answer = await ask({ rttMs }, 60);
    expect(answer).toMatchObject({ outcome: 'alive', code: null, idleMs: idleFor(60), suspicions: 0 });
    expect(answer.tookMs).toBeLessThanOrEqual(rttMs + 50);
  });

  test('one or two lost probes do not make it dead', async () => {
    expect(await ask({ outages: [{ from: 59, to: 60.5 }] }, 60)).toMatchObject({ outcome: 'alive', suspicions: 1 });
    expect(await ask({ outages: [{ from: 59, to: 61.5 }] }, 60)).toMatchObject({ outcome: 'alive', suspicions: 1 });
  });

  test('a first probe that is lost costs no second and raises no suspicion', async () => {
    const answer = await ask({ outages: [{ from: 59, to: 60.1 }] }, 60);
    expect(answer).toMatchObject({ outcome: 'alive', suspicions: 0 });
    expect(answer.tookMs).toBeLessThan(300);
  });

  test('silence on four probes is a silent drop, after 3 s and not before', async () => {
    const answer = await ask({ nat: { idleSeconds: 30, onExpiry: 'silent' } }, 60);
    expect(answer).toMatchObject({ outcome: 'silent-drop', code: 'ETIMEDOUT', idleMs: idleFor(60), suspicions: 1 });
    expect(answer.tookMs).toBeGreaterThanOrEqual(3000);
    expect(answer.tookMs).toBeLessThan(3300);
  });

  test('a reset that answers the probe is a reset, at once', async () => {
    const answer = await ask({ nat: { idleSeconds: 30, onExpiry: 'reset-on-next-packet' } }, 60);
    expect(answer).toMatchObject({ outcome: 'reset', code: 'ECONNRESET', idleMs: idleFor(60), suspicions: 0 });
    expect(answer.tookMs).toBeLessThan(100);
  });

  test('what ended by itself before is told with the idle time at which it did', async () => {
    const reset = await ask({ nat: { idleSeconds: 30, onExpiry: 'reset-at-expiry' } }, 60);
    expect(reset).toMatchObject({ outcome: 'reset', code: 'ECONNRESET', idleMs: idleFor(30), tookMs: 0 });
    const closed = await ask({ serverClosesAfter: 45 }, 60);
    expect(closed).toMatchObject({ outcome: 'closed-by-peer', code: null, idleMs: idleFor(45), tookMs: 0 });
  });

  test('a router that says unreachable tells of an outage, not of an idle timeout', async () => {
    const answer = await ask({ outages: [{ from: 50, to: 90, unreachable: true }] }, 60);
    expect(answer).toMatchObject({ outcome: 'inconclusive', code: 'EHOSTUNREACH' });
  });

  test('an interruption is inconclusive at once', async () => {
    const answer = await ask({ nat: { idleSeconds: 30, onExpiry: 'silent' } }, 60, 1000);
    expect(answer).toMatchObject({ outcome: 'inconclusive', code: null, asked: true });
    expect(answer.tookMs).toBeLessThan(1100);
  });

  test('data from the peer is an answer too', async () => {
    const answer = await ask({ outages: [{ from: 60, to: 60.2 }], peerTalksEvery: 60.5 }, 60.1);
    expect(answer.outcome).toBe('alive');
  });

  test('a connection that stands says nothing of how it ended', async () => {
    const clock = fakeClock();
    const connection = await clock.run(open(memoryNat(clock)));
    expect(endedProbe(connection)).toEqual({ idleMs: 0, outcome: 'inconclusive', code: null, asked: false });
  });
});
