// What a person sees who waits, of whole simulated measurements: it fits, and it says what the events say.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventOf, ScanEvent, StepObservation } from '../../src/events.ts';
import { renderLive } from '../../src/report/live.ts';
import { fitRows } from '../../src/report/live-lines.ts';
import { follow, type LiveState, NOTHING_YET } from '../../src/report/live-state.ts';
import { hostileText } from '../support/arbitrary-evidence.ts';
import { stamped, WATCHED, watch } from '../support/watched.ts';

const { host, port, target } = WATCHED;
const STARTED: ScanEvent = {
  event: 'started',
  at: new Date(0).toISOString(),
  seconds: 0,
  schema: 'netcheck-events/1',
  version: '0',
  steps: [{ step: 1, check: 'idle-timeout', target, worstCaseSeconds: 2739 }],
};

/** The state `seconds` after the start. */
function stateAt(events: readonly ScanEvent[], seconds: number): LiveState {
  return [STARTED, ...events].filter((event) => event.seconds <= seconds).reduce(follow, NOTHING_YET);
}

const ladder = { host, port, direction: 'outbound' } as const;
const TIMES = [2, 10, 30, 59, 70, 88, 300, 900];
const began = (rung: number, forSeconds: number, pass: 1 | 2): StepObservation => {
  return { event: 'idling', ...ladder, rung, forSeconds, pass };
};
const asked = (rung: number, idleSeconds: number, outcome: EventOf<'rung'>['outcome'], pass: 1 | 2 = 1) => {
  return { event: 'rung', ...ladder, rung, idleSeconds, outcome, code: null, pass } as const;
};
const known = (survivedSeconds: number, expiredSeconds: number | null, deaths: number, atMostSeconds: number) => {
  const onExpiry = expiredSeconds === null ? null : ('silent-drop' as const);
  return { event: 'bracket', ...ladder, survivedSeconds, expiredSeconds, onExpiry, deaths, atMostSeconds } as const;
};

/** A path that forgets after 60 s. */
const STORY: readonly ScanEvent[] = (
  [
    [0, { event: 'step-started' }],
    [0.5, { event: 'pass', ...ladder, pass: 1, idleSeconds: TIMES, atMostSeconds: 2724 }],
    ...TIMES.map((seconds, index): [number, StepObservation] => [0.5, began(index + 1, seconds, 1)]),
    [2.5, asked(1, 2, 'alive')],
    [2.5, known(2, null, 0, 2722)],
    [10.5, asked(2, 10, 'alive')],
    [10.5, known(10, null, 0, 2714)],
    [30.5, asked(3, 30, 'alive')],
    [30.5, known(30, null, 0, 2694)],
    [59.5, asked(4, 59, 'alive')],
    [59.5, known(59, null, 0, 2665)],
    [71.1, { event: 'suspect', ...ladder, rung: 5, forSeconds: 70 }],
    [71.2, { event: 'pass', ...ladder, pass: 2, idleSeconds: [62.5, 66], atMostSeconds: 2653.8 }],
    [71.2, began(9, 62.5, 2)],
    [71.2, began(10, 66, 2)],
    [71.3, { event: 'hop-search', host, port, hops: 4, forSeconds: 72 }],
    [71.3, { event: 'trial-started', host, port, speaks: 'keepalive', intervalSeconds: 19, forSeconds: 77 }],
    [73.6, asked(5, 70, 'silent-drop')],
    [73.6, known(59, 70, 1, 2651.4)],
    [89.2, { event: 'suspect', ...ladder, rung: 6, forSeconds: 88 }],
    [91.7, asked(6, 88, 'silent-drop')],
    [91.7, known(59, 70, 2, 136)],
    [134, { event: 'suspect', ...ladder, rung: 9, forSeconds: 62.5 }],
    [136.6, asked(9, 62.5, 'silent-drop', 2)],
    [136.6, known(59, 62.5, 3, 91)],
    [140, { event: 'climbed', ...ladder }],
    [150, { event: 'step-done' }],
  ] as const
).map(([seconds, observation]) => stamped(observation as StepObservation, seconds));

/** On a narrow, a usual and a wide terminal. */
function screens(seconds: number, events = STORY): string {
  const state = stateAt(events, seconds);
  return [39, 79, 119].map((width) => renderLive(state, width, seconds).join('\n')).join('\n\n');
}

describe('the live view of one measurement', () => {
  test('before there is a ladder', () => {
    expect(screens(0.4)).toMatchInlineSnapshot(`
      "192.0.2.7:7022    0 s of at most 45m39s
        started

      192.0.2.7:7022  started                                   0 s of at most 45m39s

      192.0.2.7:7022  started                                                                           0 s of at most 45m39s"
    `);
  });

  test('in the first pass', () => {
    expect(screens(40)).toMatchInlineSnapshot(`
      "192.0.2.7:7022   40 s of at most 45m25s
        first pass, 5 connections idle
        alive     2 s … 30 s (3)
        idling    59 s … 15m (5)
        dead      —
        known so far: lives through 30 s

      192.0.2.7:7022  first pass, 5 connections idle           40 s of at most 45m25s
        alive     2 s … 30 s (3)
        idling    59 s … 15m (5), next is asked in 20 s, the last in 14m21s
        dead      —
        known so far: lives through 30 s

      192.0.2.7:7022  first pass, 5 connections idle                                                   40 s of at most 45m25s
        alive     2 s … 30 s (3)
        idling    59 s … 15m (5), next is asked in 20 s, the last in 14m21s
        dead      —
        known so far: lives through 30 s"
    `);
  });

  test('when the first connection has fallen silent', () => {
    expect(screens(72)).toMatchInlineSnapshot(`
      "192.0.2.7:7022  1m12s of at most 45m25s
        narrowing: answer in about 1m06s
        alive     2 s … 59 s (4)
        idling    62.5 s … 66 s (2)
        silent    70 s (1), being proven
        dead      —
        4 hops: 0 s of 1m12s
        keepalive every 19 s: 0 s of 1m17s
        known so far: lives through 59 s

      192.0.2.7:7022                                          1m12s of at most 45m25s
        narrowing 59 to 70 s: 2 connections, answer in about 1m06s
        alive     2 s … 59 s (4)
        idling    62.5 s … 66 s (2), next is asked in 1m02s, the last in 1m06s
        silent    70 s (1), being proven
        dead      —
        kept awake up to each of 4 hops, to find which forgets: 0 s of 1m12s
        keepalive every 19 s is being tried: 0 s of 1m17s
        known so far: lives through 59 s

      192.0.2.7:7022  narrowing 59 to 70 s: 2 connections, answer in about 1m06s                      1m12s of at most 45m25s
        alive     2 s … 59 s (4)
        idling    62.5 s … 66 s (2), next is asked in 1m02s, the last in 1m06s
        silent    70 s (1), being proven
        dead      —
        kept awake up to each of 4 hops, to find which forgets: 0 s of 1m12s
        keepalive every 19 s is being tried: 0 s of 1m17s
        known so far: lives through 59 s"
    `);
  });

  test('while it narrows', () => {
    expect(screens(100)).toMatchInlineSnapshot(`
      "192.0.2.7:7022   1m40s of at most 3m48s
        narrowing: answer in about 38 s
        alive     2 s … 59 s (4)
        idling    62.5 s … 66 s (2)
        dead      70 s … 88 s (2)
        4 hops: 28 s of 1m12s
        keepalive every 19 s: 28 s of 1m17s
        known: 59 s lives, 70 s is dead

      192.0.2.7:7022                                           1m40s of at most 3m48s
        narrowing 59 to 70 s: 2 connections, answer in about 38 s
        alive     2 s … 59 s (4)
        idling    62.5 s … 66 s (2), next is asked in 34 s, the last in 38 s
        dead      70 s … 88 s (2)
        kept awake up to each of 4 hops, to find which forgets: 28 s of 1m12s
        keepalive every 19 s is being tried: 28 s of 1m17s
        known so far: lives through 59 s, dead at 70 s (silent-drop)

      192.0.2.7:7022  narrowing 59 to 70 s: 2 connections, answer in about 38 s                        1m40s of at most 3m48s
        alive     2 s … 59 s (4)
        idling    62.5 s … 66 s (2), next is asked in 34 s, the last in 38 s
        dead      70 s … 88 s (2)
        kept awake up to each of 4 hops, to find which forgets: 28 s of 1m12s
        keepalive every 19 s is being tried: 28 s of 1m17s
        known so far: lives through 59 s, dead at 70 s (silent-drop)"
    `);
  });

  test('when the time is known and a keepalive is still tried', () => {
    expect(screens(142)).toMatchInlineSnapshot(`
      "192.0.2.7:7022   2m22s of at most 3m48s
        time known
        alive     2 s … 59 s (4)
        dead      62.5 s … 88 s (3)
        4 hops: 1m10s of 1m12s
        keepalive every 19 s: 1m10s of 1m17s
        known: 59 s lives, 62.5 s is dead

      192.0.2.7:7022                                           2m22s of at most 3m48s
        time known, finding the hop and trying a keepalive
        alive     2 s … 59 s (4)
        dead      62.5 s … 88 s (3)
        kept awake up to each of 4 hops, to find which forgets: 1m10s of 1m12s
        keepalive every 19 s is being tried: 1m10s of 1m17s
        known so far: lives through 59 s, dead at 62.5 s (silent-drop)

      192.0.2.7:7022  time known, finding the hop and trying a keepalive                               2m22s of at most 3m48s
        alive     2 s … 59 s (4)
        dead      62.5 s … 88 s (3)
        kept awake up to each of 4 hops, to find which forgets: 1m10s of 1m12s
        keepalive every 19 s is being tried: 1m10s of 1m17s
        known so far: lives through 59 s, dead at 62.5 s (silent-drop)"
    `);
  });

  test('while the path is down', () => {
    const down: StepObservation = { event: 'outage', ...ladder, isOver: false, lastedSeconds: 2.6 };
    expect(screens(40, [...STORY, stamped(down, 38)])).toMatchInlineSnapshot(`
      "192.0.2.7:7022   40 s of at most 45m25s
        first pass, 5 connections idle
        alive     2 s … 30 s (3)
        idling    59 s … 15m (5)
        dead      —
        no answer for 4 s
        known so far: lives through 30 s

      192.0.2.7:7022  first pass, 5 connections idle           40 s of at most 45m25s
        alive     2 s … 30 s (3)
        idling    59 s … 15m (5), next is asked in 20 s, the last in 14m21s
        dead      —
        the path has not answered for 4 s: what ends now says nothing
        known so far: lives through 30 s

      192.0.2.7:7022  first pass, 5 connections idle                                                   40 s of at most 45m25s
        alive     2 s … 30 s (3)
        idling    59 s … 15m (5), next is asked in 20 s, the last in 14m21s
        dead      —
        the path has not answered for 4 s: what ends now says nothing
        known so far: lives through 30 s"
    `);
  });

  test('beyond a hop', () => {
    const further: StepObservation[] = [
      { event: 'deeper', ...ladder, awakeUpToHop: 2 },
      { event: 'pass', ...ladder, pass: 1, idleSeconds: [300, 900], atMostSeconds: 900 },
      began(1, 300, 1),
      began(2, 900, 1),
    ];
    expect(screens(149, [...STORY, ...further.map((each) => stamped(each, 145))])).toMatchInlineSnapshot(`
      "192.0.2.7:7022  2m29s of at most 17m25s
        beyond hop 2: first pass, 2 idle
        alive     —
        idling    5m … 15m (2)
        dead      —
        known so far: nothing

      192.0.2.7:7022                                          2m29s of at most 17m25s
        beyond hop 2: first pass, 2 connections idle
        alive     —
        idling    5m … 15m (2), next is asked in 4m56s, the last in 14m56s
        dead      —
        known so far: nothing

      192.0.2.7:7022  beyond hop 2: first pass, 2 connections idle                                    2m29s of at most 17m25s
        alive     —
        idling    5m … 15m (2), next is asked in 4m56s, the last in 14m56s
        dead      —
        known so far: nothing"
    `);
  });

  test('is gone when it is done', () => {
    expect(renderLive(stateAt(STORY, 150), 79, 150)).toEqual([]);
  });

  test('has the far side in one line', () => {
    const far = { host, port, direction: 'inbound' } as const;
    const told: StepObservation[] = [
      { event: 'pass', ...far, pass: 1, idleSeconds: [2, 60], atMostSeconds: 100 },
      { event: 'idling', ...far, rung: 1, forSeconds: 60, pass: 1 },
      { event: 'idling', ...far, rung: 2, forSeconds: 2, pass: 1 },
      { event: 'rung', ...far, rung: 2, idleSeconds: 2, outcome: 'alive', code: null, pass: 1 },
    ];
    const state = stateAt([...STORY, ...told.map((each) => stamped(each, 5))], 5);
    expect(renderLive(state, 79, 6).filter((line) => line.includes('far side'))).toEqual([
      '  far side speaking first: 1 idle, next is due in 59 s, nothing known',
    ]);
  });
});

describe('other checks', () => {
  test('have one line each', () => {
    const ping = { step: 2, check: 'ping', target: '10.0.0.5', at: STARTED.at } as const;
    const events: ScanEvent[] = [
      stamped({ event: 'step-started' }, 0),
      { event: 'step-started', seconds: 0, ...ping },
      { event: 'echoes', seconds: 1, ...ping, sent: 4, received: 3 },
    ];
    expect(renderLive(stateAt(events, 2), 60, 2)).toEqual([
      '192.0.2.7:7022  started                2 s of at most 45m39s',
      '10.0.0.5  3 of 4 echoes back                             2 s',
    ]);
  });
});

describe('whatever happens', () => {
  const widths = fc.integer({ min: 1, max: 220 });

  test('no line is wider than the terminal, and groups keep it short', async () => {
    const nat = fc.record({
      idleSeconds: fc.integer({ min: 2, max: 400 }),
      onExpiry: fc.constantFrom('silent' as const, 'reset-on-next-packet' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.option(nat), fc.double({ min: 0, max: 1, noNaN: true }), widths, async (box, part, width) => {
        const { events, wallSeconds } = await watch(box === null ? {} : { nat: box });
        const lines = renderLive(stateAt(events, part * wallSeconds), width, part * wallSeconds);
        expect(lines.length).toBeLessThanOrEqual(12);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
      { numRuns: 15 },
    );
  });

  test("nothing of the network's reaches the terminal that it would act on", () => {
    fc.assert(
      fc.property(hostileText, hostileText, widths, (typed, greeting, width) => {
        const events = [
          stamped({ event: 'step-started' }, 0, typed),
          stamped({ event: 'connected', host, port, address: host, connectMs: 1, greeting }, 1, typed),
        ];
        for (const line of renderLive(stateAt(events, 2), width, 2)) {
          expect(line).toMatch(/^[\x20-\x7e\u00a1-\u024f…—]*$/);
          expect(line.length).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  test('a low terminal shows what fits and says how much does not', () => {
    expect(fitRows(['a', 'b', 'c', 'd'], 3, 20)).toEqual(['a', 'b', '  … 2 more lines']);
    expect(fitRows(['a', 'b'], 2, 20)).toEqual(['a', 'b']);
    expect(fitRows(['a', 'b'], 0, 20)).toEqual([]);
  });
});
