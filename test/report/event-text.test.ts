// An event in a few words, and the log that is made of them.

import { describe, expect, test } from 'vitest';
import type { StepObservation } from '../../src/events.ts';
import { describeEvent } from '../../src/report/event-text.ts';
import { EventLog } from '../../src/terminal.ts';
import { stamped, WATCHED, watch } from '../support/watched.ts';

const { host, port } = WATCHED;
const outbound = { host, port, direction: 'outbound' } as const;
const rung = { event: 'rung', ...outbound, rung: 1, idleSeconds: 58.004, code: null, pass: 1 } as const;
const bracket = { event: 'bracket', ...outbound, atMostSeconds: 9 } as const;

describe('an event in words', () => {
  test.each<[StepObservation, string | null]>([
    [{ event: 'probes-sent', probesSent: 12 }, '12 ARP probes sent, listening'],
    [{ event: 'echoes', sent: 10, received: 3 }, '3 of 10 echoes back'],
    [{ event: 'connected', host, port, address: host, connectMs: 12.4, greeting: null }, 'connected in 0.0124 s'],
    [
      { event: 'pass', ...outbound, pass: 1, idleSeconds: [2, 900], atMostSeconds: 9 },
      'first pass: 2 connections from 2 s to 15 min',
    ],
    [
      { event: 'pass', ...outbound, direction: 'inbound', pass: 2, idleSeconds: [58], atMostSeconds: 9 },
      'far side speaking first: narrowing: 1 connection from 58 s to 58 s',
    ],
    [{ event: 'idling', ...outbound, rung: 1, forSeconds: 58, pass: 1 }, null],
    [{ event: 'suspect', ...outbound, rung: 1, forSeconds: 58 }, 'no answer after 58 s, asking again'],
    [{ ...rung, outcome: 'alive' }, 'alive at 58 s'],
    [{ ...rung, outcome: 'silent-drop', code: 'ETIMEDOUT' }, 'dead at 58 s (silent-drop, ETIMEDOUT)'],
    [{ ...rung, outcome: 'inconclusive' }, 'inconclusive at 58 s'],
    [{ ...bracket, survivedSeconds: null, expiredSeconds: null, onExpiry: null, deaths: 0 }, 'so far: nothing'],
    [
      { ...bracket, survivedSeconds: 58, expiredSeconds: 70, onExpiry: 'reset', deaths: 1 },
      'so far: lives through 58 s, dead at 70 s (reset), to be confirmed',
    ],
    [{ event: 'outage', ...outbound, isOver: true, lastedSeconds: 10 }, 'the path is back after 10 s'],
    [
      { event: 'hop', host, port, hop: 2, address: '10.0.0.1', outcome: 'alive' },
      'kept awake up to hop 2 (10.0.0.1): alive',
    ],
    [
      {
        event: 'trial',
        host,
        port,
        speaks: 'keepalive',
        silentSeconds: 1,
        intervalSeconds: 19,
        lastedSeconds: 66,
        outcome: 'alive',
      },
      'a keepalive every 19 s, after 66 s: alive',
    ],
  ])('%o', (observation, text) => {
    expect(describeEvent(stamped(observation, 1))).toBe(text);
  });
});

describe('the log', () => {
  function logged(write: (log: EventLog) => void): string[] {
    const lines: string[] = [];
    const stderr = { write: (line: string) => lines.push(line) > 0 } as unknown as NodeJS.WriteStream;
    write(new EventLog(stderr));
    return lines;
  }

  test('has a line for each event of a measurement, none of them twice in a row', async () => {
    const { events } = await watch({ nat: { idleSeconds: 60, onExpiry: 'silent' } });
    const lines = logged((log) => {
      for (const event of events) log.write(event);
    });
    const texts = lines.map((line) => line.replace(/^[\d.]+ (s|min) {2}/, ''));
    expect(texts[0]).toBe('192.0.2.7:7022: started\n');
    expect(texts).toContain('192.0.2.7:7022: alive at 2 s\n');
    expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([]);
    expect(lines.length).toBeGreaterThan(events.filter(({ event }) => event === 'rung').length);
  });

  test('says once what was said before, and obeys nobody', () => {
    const echoes = stamped({ event: 'echoes', sent: 1, received: 1 }, 1, 'a\x1b[2Jb');
    expect(logged((log) => [echoes, echoes].map((event) => log.write(event)))).toEqual([
      '1 s  a\ufffd[2Jb: 1 of 1 echoes back\n',
    ]);
  });
});
