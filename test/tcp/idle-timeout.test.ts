// The whole measurement through simulated middleboxes: whatever T is, it is found, soon, and never where there is none.

import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { firstPass } from '../../src/tcp/ladder.ts';
import { resetMoment } from '../../src/tcp/reset-moment.ts';
import { resetOrigin } from '../../src/tcp/reset-origin.ts';
import type { MemoryNatOptions } from '../support/memory-nat.ts';
import { type Asked, connected, KNOWN_SECONDS, type Measured, type Run, simulate } from './simulate.ts';

/** Hours of virtual time take a tenth of a second each; shrinking would run hundreds of them. */
const SIMULATED = { numRuns: 60, endOnFailure: true };
/** Longest idle times that are asked about, with the connections that the command line takes for them, control left out. */
const USUAL: Asked = { maxIdleSeconds: 900, connections: 63 };
const LONG: Asked = { maxIdleSeconds: 9000, connections: 95 };
const askedFor = ({ idleSeconds }: { readonly idleSeconds: number }): Asked => (idleSeconds < 740 ? USUAL : LONG);

const between = (min: number, max: number) => fc.integer({ min: min * 1000, max: max * 1000 }).map((ms) => ms / 1000);
/** Short and long timeouts alike: evenly by their logarithm. */
const timeout = (min: number, max = 7200) =>
  fc.integer({ min: 0, max: 10_000 }).map((part) => min * (max / min) ** (part / 10_000));
const onExpiry = fc.constantFrom('silent' as const, 'reset-on-next-packet' as const, 'reset-at-expiry' as const);
const rttMs = fc.integer({ min: 1, max: 250 });
const seed = fc.integer({ min: 1, max: 1_000_000 });
/** Up to twelve minutes, and beyond that up to two hours, of which a few take as long to simulate. */
const RANGES = [
  { from: 2, to: 740, numRuns: 60 },
  { from: 740, to: 7200, numRuns: 8 },
] as const;
const middlebox = (min: number, max = 7200) => fc.record({ idleSeconds: timeout(min, max), onExpiry });

const deathsOf = ({ rungs }: Measured) =>
  rungs.filter(({ outcome }) => outcome === 'silent-drop' || outcome === 'reset');

/**
 * `vagueSeconds`: by how much lost probes may blur how long a connection had idled at the middlebox; `lateSeconds`: what
 * lost SYNs and an outage of the control may cost.
 */
function expectFound(run: Run, path: MemoryNatOptions, vagueSeconds = 0, lateSeconds = 0): void {
  const { survivedSeconds, expiredSeconds, onExpiry: how } = connected(run).bracket;
  const seconds = path.nat?.idleSeconds ?? Number.NaN;
  const slack = (path.rttMs ?? 0) / 1000 + 0.01 + vagueSeconds;
  expect(how).toBe(path.nat?.onExpiry === 'silent' ? 'silent-drop' : 'reset');
  expect(survivedSeconds ?? 0).toBeLessThanOrEqual(seconds + slack);
  expect(expiredSeconds ?? 0).toBeGreaterThanOrEqual(seconds - slack);
  expect((expiredSeconds ?? 0) - (survivedSeconds ?? 0)).toBeLessThanOrEqual(Math.max(1, seconds / 100) + 0.01);
  expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * seconds + 10 + lateSeconds);
}

describe('a middlebox that forgets after T', () => {
  test.each(RANGES)('T from $from to $to s is found to 1 % within 2.4 T', async ({ from, to, numRuns }) => {
    await fc.assert(
      fc.asyncProperty(middlebox(from, to), rttMs, async (nat, rtt) => {
        const path = { nat, rttMs: rtt };
        expectFound(await simulate(path, askedFor(nat)), path);
      }),
      { ...SIMULATED, numRuns },
    );
  });

  test.each(RANGES)('2 % of loss change hardly anything for T from $from to $to s', async ({ from, to, numRuns }) => {
    await fc.assert(
      // Below 4 s one lost probe is enough for the path to forget the control.
      fc.asyncProperty(middlebox(Math.max(4, from), to), rttMs, seed, async (nat, rtt, number) => {
        const path = { nat, rttMs: rtt, loss: 0.02, seed: number };
        // The first of two probes that follow each other after 0.15 s may be lost.
        expectFound(await simulate(path, askedFor(nat)), path, 0.16, 4);
      }),
      { ...SIMULATED, numRuns, seed: 20_240_101 },
    );
  });

  test.each(RANGES)('a quick answer comes within 1.2 T for T from $from to $to s', async ({ from, to, numRuns }) => {
    await fc.assert(
      fc.asyncProperty(middlebox(from, to), rttMs, async (nat, rtt) => {
        const run = await simulate({ nat, rttMs: rtt }, { ...askedFor(nat), quick: true });
        const { bracket, rungs, enforcer, trial } = connected(run);
        const slack = rtt / 1000 + 0.01;
        expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(nat.idleSeconds + slack);
        expect(bracket.expiredSeconds ?? 0).toBeGreaterThanOrEqual(nat.idleSeconds - slack);
        expect((bracket.expiredSeconds ?? 0) / (bracket.survivedSeconds ?? 2)).toBeLessThan(1.21);
        expect(run.wallSeconds).toBeLessThanOrEqual(1.2 * nat.idleSeconds + 6);
        expect([enforcer, trial, ...new Set(rungs.map(({ pass }) => pass))]).toEqual([null, null, 1]);
      }),
      { ...SIMULATED, numRuns },
    );
  });

  test('a first handshake that took seconds, because a packet was lost, delays nothing but itself', async () => {
    const nat = { idleSeconds: 6, onExpiry: 'silent' } as const;
    const usual = await simulate({ nat });
    const slow = await simulate({ nat, outages: [{ from: 0, to: 1.5 }] });
    // Its SYN goes out again after 1 s and after 3 s.
    expect(slow.wallSeconds - usual.wallSeconds).toBeLessThan(3.5);
  });

  test.each(['silent', 'reset-on-next-packet', 'reset-at-expiry'] as const)(
    'that a rung meets in the very moment is found (%s)',
    async (onExpiry) => {
      const asked = firstPass({ maxIdleSeconds: 900, connections: 44, deadlineSeconds: null }, KNOWN_SECONDS);
      const some = asked.filter((seconds, index) => index % 5 === 2 && seconds < 880);
      for (const seconds of [...some, 794.7448475532644]) {
        for (const offMs of [-3, -1.5, -1, -0.5, 0, 0.5, 1, 3]) {
          const idleSeconds = seconds + offMs / 1000;
          const run = await simulate({ hops: 2, rttMs: 1, nat: { idleSeconds, onExpiry } }, { connections: 44 });
          const { expiredSeconds, deaths } = connected(run).bracket;
          expect({ idleSeconds, expiredSeconds, isConfirmed: deaths > 1 }).toEqual({
            idleSeconds,
            expiredSeconds: expect.closeTo(idleSeconds, -1),
            isConfirmed: true,
          });
        }
      }
    },
  );

  test('is told as exactly as is asked for, and no more exactly', async () => {
    const resolution = fc.constantFrom(0.2, 1, 5, 20);
    await fc.assert(
      fc.asyncProperty(middlebox(30, 300), resolution, async (nat, resolutionSeconds) => {
        const { bracket } = connected(await simulate({ nat }, { ...USUAL, resolutionSeconds }));
        const width = (bracket.expiredSeconds ?? 0) - (bracket.survivedSeconds ?? 0);
        // Narrower than a second costs more passes than there are; the first pass alone tells T to a fifth.
        expect(width).toBeLessThanOrEqual(Math.max(1, resolutionSeconds + 0.02));
        expect(bracket.deaths).toBeGreaterThanOrEqual(2);
      }),
      SIMULATED,
    );
  });

  test('a timer that varies by 10 s widens nothing but that, and names no wrong hop where that is little of T', async () => {
    const jitterSeconds = 10;
    await fc.assert(
      fc.asyncProperty(middlebox(60, 740), fc.integer({ min: 1, max: 4 }), seed, async (box, hop, number) => {
        const run = await simulate({ hops: 4, seed: number, nat: { ...box, hop, jitterSeconds } }, askedFor(box));
        const { bracket, enforcer } = connected(run);
        expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(box.idleSeconds + jitterSeconds + 0.03);
        expect(bracket.expiredSeconds ?? 0).toBeGreaterThanOrEqual(box.idleSeconds - 0.03);
        const width = (bracket.expiredSeconds ?? 0) - (bracket.survivedSeconds ?? 0);
        expect(width).toBeLessThanOrEqual(jitterSeconds + Math.max(1, box.idleSeconds / 100));
        expect(bracket.deaths).toBeGreaterThanOrEqual(2);
        expect([hop, null, undefined]).toContain(enforcer?.hop);
      }),
      { ...SIMULATED, seed: 20_240_101 },
    );
  });

  test('two deaths confirm it, even with the fewest connections', async () => {
    await fc.assert(
      fc.asyncProperty(middlebox(2, 740), fc.integer({ min: 2, max: 63 }), async (nat, connections) => {
        const run = await simulate({ nat }, { connections });
        const { survivedSeconds, expiredSeconds, deaths } = connected(run).bracket;
        expect(survivedSeconds ?? 0).toBeLessThanOrEqual(nat.idleSeconds + 0.03);
        expect(expiredSeconds ?? 0).toBeGreaterThanOrEqual(nat.idleSeconds - 0.03);
        expect(deaths).toBeGreaterThanOrEqual(2);
        expect(run.path.mostOpen).toBeLessThanOrEqual(connections + 1);
      }),
      SIMULATED,
    );
  });

  test('never more connections are opened than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(middlebox(2, 740), fc.integer({ min: 1, max: 63 }), seed, async (nat, connections, number) => {
        const run = await simulate({ nat, loss: 0.02, seed: number }, { connections });
        expect(run.path.dialled).toBeLessThanOrEqual(connections + 1);
        expect(connected(run).connectionsOpened).toBe(run.path.dialled);
      }),
      SIMULATED,
    );
  });
});

describe('a path that forgets nothing', () => {
  test('nothing expires, and nearly the longest idle time was lived through', async () => {
    await fc.assert(
      fc.asyncProperty(
        between(5, 900),
        fc.integer({ min: 1, max: 63 }),
        rttMs,
        async (maxIdleSeconds, connections, rtt) => {
          const run = await simulate({ rttMs: rtt }, { maxIdleSeconds, connections });
          const { bracket, complete } = connected(run);
          expect({ ...bracket, complete }).toMatchObject({
            expiredSeconds: null,
            onExpiry: null,
            deaths: 0,
            complete: true,
          });
          expect(bracket.survivedSeconds).toBeGreaterThanOrEqual(maxIdleSeconds * 0.95);
          expect(run.wallSeconds).toBeLessThan(maxIdleSeconds + 5);
        },
      ),
      SIMULATED,
    );
  });

  test('nor does anything expire on a path that loses 2 %', async () => {
    await fc.assert(
      fc.asyncProperty(between(5, 300), seed, async (maxIdleSeconds, number) => {
        const { bracket } = connected(await simulate({ loss: 0.02, seed: number }, { maxIdleSeconds }));
        // A suspicion is looked into a tenth of a second beyond.
        expect(bracket).toMatchObject({ expiredSeconds: null, survivedSeconds: expect.closeTo(maxIdleSeconds, 0) });
      }),
      { ...SIMULATED, seed: 20_240_101 },
    );
  });

  test('a cut of the path is never an idle timeout', async () => {
    const cut = fc.record({ from: between(1, 120), length: between(0.1, 200), unreachable: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(cut, rttMs, async ({ from, length, unreachable }, rtt) => {
        const path = { rttMs: rtt, outages: [{ from, to: from + length, unreachable }] };
        const run = await simulate(path, { maxIdleSeconds: 120 });
        expect(deathsOf(connected(run))).toEqual([]);
        expect(connected(run).bracket.expiredSeconds).toBeNull();
      }),
      { ...SIMULATED, numRuns: 200 },
    );
  });

  test('a server that restarts is never an idle timeout', async () => {
    // Where it greets all connections are of about the same age.
    const greets = fc.constantFrom({}, { greeting: new TextEncoder().encode('220 ready\r\n') });
    await fc.assert(
      fc.asyncProperty(between(1, 130), rttMs, greets, async (serverRestartsAt, rtt, greeting) => {
        const path = { rttMs: rtt, serverRestartsAt, ...greeting };
        const { bracket, rungs, despiteKeepalives } = connected(await simulate(path, { maxIdleSeconds: 120 }));
        expect(despiteKeepalives).toBe(false);
        expect(bracket.expiredSeconds).toBeNull();
        expect(new Set(rungs.map(({ outcome }) => outcome))).not.toContain('reset');
      }),
      SIMULATED,
    );
  });

  test('one connection that was lost by accident is not believed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), between(1, 60), async (connection, at) => {
        const { bracket } = connected(await simulate({ accident: { connection, at } }, { maxIdleSeconds: 120 }));
        expect(bracket.deaths).toBeLessThan(2);
      }),
      SIMULATED,
    );
  });

  test('a peer that keeps talking is asked all the same', async () => {
    const run = await simulate({ peerTalksEvery: 7 }, { maxIdleSeconds: 60 });
    expect(connected(run).bracket).toMatchObject({ expiredSeconds: null });
    expect(connected(run).bracket.survivedSeconds).toBeLessThanOrEqual(7.1);
    expect(run.wallSeconds).toBeLessThan(70);
  });
});

describe('a server that closes idle connections', () => {
  test('is told from a middlebox by its FIN, at the second at which it did', async () => {
    await fc.assert(
      fc.asyncProperty(between(3, 300), rttMs, async (serverClosesAfter, rtt) => {
        const run = await simulate({ serverClosesAfter, rttMs: rtt }, { maxIdleSeconds: 400 });
        const { bracket, controlEnding } = connected(run);
        expect(bracket).toMatchObject({
          onExpiry: 'closed-by-peer',
          expiredSeconds: expect.closeTo(serverClosesAfter, 0),
        });
        expect(bracket.deaths).toBeGreaterThan(1);
        expect(controlEnding?.how).toBe('closed-by-peer');
        expect(deathsOf(connected(run))).toEqual([]);
      }),
      SIMULATED,
    );
  });

  test('or by its resets, which the control meets too, though keepalives keep it busy', async () => {
    await fc.assert(
      fc.asyncProperty(between(3, 300), rttMs, async (serverClosesAfter, rtt) => {
        const run = await simulate({ serverClosesAfter, serverResets: true, rttMs: rtt }, { maxIdleSeconds: 400 });
        const { bracket, controlEnding, despiteKeepalives, rungs, enforcer, hops } = connected(run);
        expect(bracket).toMatchObject({ onExpiry: 'reset', expiredSeconds: expect.closeTo(serverClosesAfter, 0) });
        expect({ ended: controlEnding?.how, despiteKeepalives, enforcer }).toEqual({
          ended: 'reset',
          despiteKeepalives: true,
          enforcer: null,
        });
        expect(resetMoment(rungs, bracket)).toBe('expiry');
        expect(resetOrigin(rungs, bracket, hops, run.path.witness)?.from).toBe('peer');
        expect(run.wallSeconds).toBeLessThan(2 * serverClosesAfter + 5);
      }),
      { ...SIMULATED, numRuns: 30 },
    );
  });

  test('a middlebox that resets by itself, but not what keepalives keep busy, is none', async () => {
    const nat = { idleSeconds: 60, onExpiry: 'reset-at-expiry' } as const;
    const { despiteKeepalives, bracket } = connected(await simulate({ nat }));
    expect({ despiteKeepalives, onExpiry: bracket.onExpiry }).toEqual({ despiteKeepalives: false, onExpiry: 'reset' });
  });

  test('a middlebox that forgets sooner is found in front of it', async () => {
    const run = await simulate({ serverClosesAfter: 200, nat: { idleSeconds: 60, onExpiry: 'silent' } });
    expect(connected(run).bracket).toMatchObject({ onExpiry: 'silent-drop', expiredSeconds: expect.closeTo(60.2, 0) });
  });
});

describe('a machine that is suspended in the middle', () => {
  const suspended = fc.record({ at: between(1, 200), for: between(1, 4000) });

  test('never takes for an idle timeout what the path forgot in its sleep', async () => {
    await fc.assert(
      fc.asyncProperty(middlebox(5), suspended, rttMs, async (nat, slept, rtt) => {
        const { bracket } = connected(await simulate({ nat, rttMs: rtt, suspended: slept }, { maxIdleSeconds: 300 }));
        const slack = rtt / 1000 + 0.03;
        expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(nat.idleSeconds + slack);
        if (bracket.deaths > 1) expect(bracket.expiredSeconds).toBeGreaterThanOrEqual(nat.idleSeconds - slack);
      }),
      SIMULATED,
    );
  });

  test('nor for a closing or resetting server what was closed in its sleep', async () => {
    const after = between(5, 250);
    await fc.assert(
      fc.asyncProperty(after, fc.boolean(), suspended, async (serverClosesAfter, serverResets, slept) => {
        const path = { serverClosesAfter, serverResets, suspended: slept };
        const { bracket } = connected(await simulate(path, { maxIdleSeconds: 300 }));
        if (bracket.expiredSeconds !== null) {
          expect(bracket.expiredSeconds).toBeGreaterThanOrEqual(serverClosesAfter - 0.05);
        }
      }),
      SIMULATED,
    );
  });

  test('loses what idled, says so, and goes on', async () => {
    const path = { nat: { idleSeconds: 60, onExpiry: 'silent' }, suspended: { at: 30, for: 600 } } as const;
    const { bracket, suspensions, rungs } = connected(await simulate(path, { maxIdleSeconds: 120 }));
    expect(suspensions).toEqual([{ untilSeconds: expect.closeTo(30, 0), forSeconds: 600 }]);
    expect(bracket.expiredSeconds).toBeNull();
    expect(bracket.survivedSeconds).toBeLessThanOrEqual(60);
    expect(new Set(rungs.map(({ outcome }) => outcome))).toEqual(new Set(['alive', 'inconclusive']));
  });

  test('finds the timeout all the same where the sleep was shorter than that', async () => {
    const path = { nat: { idleSeconds: 100, onExpiry: 'silent' }, suspended: { at: 5, for: 20 } } as const;
    const { bracket, suspensions } = connected(await simulate(path));
    expect(suspensions.length).toBe(1);
    expect(bracket.onExpiry).toBe('silent-drop');
    expect(bracket.survivedSeconds).toBeGreaterThan(98);
    expect(bracket.expiredSeconds).toBeGreaterThan(99.9);
    expect(bracket.expiredSeconds).toBeLessThan(103);
  });
});

test('a wall clock that is set in the middle changes nothing', async () => {
  const path = { nat: { idleSeconds: 45, onExpiry: 'silent' } } as const;
  const undisturbed = connected(await simulate(path, { maxIdleSeconds: 60 }));
  vi.useFakeTimers({ toFake: ['Date'], now: 1_700_000_000_000 });
  try {
    const stepped = simulate(path, { maxIdleSeconds: 60 });
    setImmediate(() => vi.setSystemTime(0));
    expect(connected(await stepped)).toEqual(undisturbed);
  } finally {
    vi.useRealTimers();
  }
});

describe('limits', () => {
  const ssh: Asked = { maxIdleSeconds: 90, connections: 4, deadlineSeconds: 100 };

  test('no connection is open past the deadline, whatever happens', async () => {
    const path = fc.record({
      seed,
      rttMs,
      loss: fc.constantFrom(0, 0.02, 0.3),
      nat: middlebox(2, 740),
      outages: fc.array(fc.record({ from: between(1, 120), to: between(1, 120) }), { maxLength: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(path, fc.constantFrom(90, 300), async (options, maxIdleSeconds) => {
        const run = await simulate(options, { ...ssh, maxIdleSeconds });
        expect(run.wallSeconds).toBeLessThanOrEqual(100.05);
        expect(run.path.dialled).toBeLessThanOrEqual(5);
        for (const connection of run.path.connections) expect(connection.closedAtMs).toBeLessThanOrEqual(100_050);
      }),
      SIMULATED,
    );
  });

  test('are made from what the peer greets with', async () => {
    const greetings: string[] = [];
    const greeting = new TextEncoder().encode('SSH-2.0-OpenSSH_9.9\r\n');
    const run = await simulate(
      { greeting },
      {
        limitsFor: (bytes) => {
          greetings.push(new TextDecoder().decode(bytes));
          return { maxIdleSeconds: 10, connections: 4, deadlineSeconds: 100 };
        },
      },
    );
    expect(greetings).toEqual(['SSH-2.0-OpenSSH_9.9\r\n']);
    expect(connected(run)).toMatchObject({ greeting, limits: { maxIdleSeconds: 10 } });
    expect(run.path.dialled).toBeLessThanOrEqual(5);
  });

  test('a path that lives through it all is told so within the deadline', async () => {
    const run = await simulate({}, ssh);
    expect(connected(run).bracket).toEqual({
      survivedSeconds: 90,
      expiredSeconds: null,
      onExpiry: null,
      deaths: 0,
      variesSeconds: 0,
    });
    expect(connected(run).complete).toBe(true);
  });

  test('descriptors that run out cost rungs, not the measurement', async () => {
    const run = await simulate({ descriptors: 10, nat: { idleSeconds: 100, onExpiry: 'silent' } });
    const { dialFailures, bracket } = connected(run);
    expect(dialFailures.length).toBeGreaterThan(0);
    expect(new Set(dialFailures.map(({ code }) => code))).toEqual(new Set(['EMFILE']));
    expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(100.03);
    expect(bracket.expiredSeconds ?? 100).toBeGreaterThanOrEqual(99.97);
  });
});

describe('an end before the end', () => {
  test('an interruption gives what is known by then', async () => {
    const nat = { idleSeconds: 100, onExpiry: 'silent' } as const;
    await fc.assert(
      fc.asyncProperty(between(1, 150), async (abortAfterSeconds) => {
        const run = await simulate({ nat }, { abortAfterSeconds });
        const { complete, bracket, rungs } = connected(run);
        expect(complete).toBe(false);
        expect(run.wallSeconds).toBeCloseTo(abortAfterSeconds, 1);
        expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(100.03);
        for (const { idleSeconds } of rungs) expect(idleSeconds).toBeLessThanOrEqual(abortAfterSeconds);
        for (const connection of run.path.connections) expect(connection.closedAtMs).not.toBeNull();
      }),
      SIMULATED,
    );
  });

  test.each([
    { dialling: 'refused', reason: 'refused', code: 'ECONNREFUSED' },
    { dialling: 'timed-out', reason: 'timed-out', code: 'ETIMEDOUT' },
  ] as const)('no connection comes about: $reason', async ({ dialling, reason, code }) => {
    const run = await simulate({ dialling });
    expect(run.measured).toEqual({ connected: false, reason, code });
    expect(run.path.dialled).toBe(1);
  });

  test('all connections are closed when it is over', async () => {
    const run = await simulate({ nat: { idleSeconds: 60, onExpiry: 'reset-on-next-packet' } });
    expect(run.path.connections.map(({ closedAtMs }) => closedAtMs)).not.toContain(null);
  });
});

describe('a path that behaves like nothing in particular', () => {
  test('a peer that speaks every second raises no suspicion, and costs no more than the longest idle time', async () => {
    for (const nat of [{}, { nat: { idleSeconds: 6, onExpiry: 'silent' as const } }]) {
      const run = await simulate({ ...nat, peerTalksEvery: 1 }, { maxIdleSeconds: 20 });
      expect(connected(run).bracket.expiredSeconds).toBeNull();
      expect(run.wallSeconds).toBeLessThan(20 + 6);
    }
  });

  test('is given up within three passes of the longest idle time', async () => {
    await fc.assert(
      fc.asyncProperty(middlebox(2, 740), fc.integer({ min: 5, max: 45 }), seed, async (nat, percent, number) => {
        const path = { nat: { ...nat, idleSeconds: Math.min(nat.idleSeconds, 90) }, loss: percent / 100, seed: number };
        const run = await simulate(path, { maxIdleSeconds: 60, connections: 30 });
        expect(run.wallSeconds).toBeLessThanOrEqual(3 * (60 + 8) + 15);
      }),
      { ...SIMULATED, numRuns: 100 },
    );
  });
});
