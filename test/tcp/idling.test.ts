// How a connection is brought to idle while every box up to a hop is kept awake.

import { expect, test } from 'vitest';
import type { Connection } from '../../src/tcp/dial.ts';
import { awakeUpTo } from '../../src/tcp/idling.ts';
import { fakeClock } from '../support/fake-clock.ts';

const NEVER = new AbortController().signal;

/** Greets after `greetsAtMs`, and answers keepalive probes once a second; tells when its packets began to die at which hop. */
function peer(clock: ReturnType<typeof fakeClock>, greetsAtMs: number) {
  const limited: { hop: number | null; atMs: number }[] = [];
  const connection = {
    state: () => {
      const now = clock.now();
      const isGreeted = now >= greetsAtMs;
      const lastHeardAtMs = isGreeted ? greetsAtMs + Math.floor((now - greetsAtMs) / 1000) * 1000 : 0;
      return { greeting: new Uint8Array(isGreeted ? 9 : 0), ending: null, lastHeardMs: now - lastHeardAtMs };
    },
    setHopLimit: (hop: number | null) => limited.push({ hop, atMs: clock.now() }),
    startProbing: () => {},
    stopProbing: () => {},
  };
  return { connection: connection as unknown as Connection, limited };
}

test('packets die on the way only when a peer that greets knows that it was heard', async () => {
  const clock = fakeClock();
  const { connection, limited } = peer(clock, 300);
  expect(await clock.run(awakeUpTo(2, 5, true).begin(connection, true, clock, NEVER))).toBe(true);
  expect(limited).toEqual([{ hop: 2, atMs: expect.toSatisfy((atMs: number) => atMs >= 1300 && atMs < 1400) }]);
});

test('a peer that says nothing after all is not measured', async () => {
  const clock = fakeClock();
  const { connection, limited } = peer(clock, Number.POSITIVE_INFINITY);
  expect(await clock.run(awakeUpTo(2, 5, true).begin(connection, true, clock, NEVER))).toBe(false);
  expect(limited).toEqual([]);
});

test.each([
  ['has served before', true, false],
  ['does not greet', false, true],
])('one that %s begins at once', async (_, greets, isNew) => {
  const clock = fakeClock();
  const { connection, limited } = peer(clock, 300);
  expect(await clock.run(awakeUpTo(2, 5, greets).begin(connection, isNew, clock, NEVER))).toBe(true);
  expect(limited).toEqual([{ hop: 2, atMs: 0 }]);
});
