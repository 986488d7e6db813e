// Lines as syslog, journalctl, ssh -v and sshd -e write them: the time, who says it, and what.

import { describe, expect, test } from 'vitest';
import { LogClock } from '../../src/explain/log-clock.ts';
import { type LogLine, parseLine, type Stamp } from '../../src/explain/log-line.ts';

const utc = (text: string): Stamp => ({ kind: 'moment', ms: Date.parse(text) });
const nov27 = { kind: 'no-year', month: 10, day: 27, secondsOfDay: 11 * 3600 + 22 * 60 + 17 } as const;

describe('a line', () => {
  test.each<[string, Partial<LogLine>]>([
    ['Nov 27 11:22:17 web1 sshd[4711]: hello', { stamp: nov27, program: 'sshd', pid: 4711, text: 'hello' }],
    ['Nov  7 11:22:17 web1 sshd[4711]: hello', { stamp: { ...nov27, day: 7 }, program: 'sshd' }],
    ['<38>Nov 27 11:22:17 sshd[4711]: hello', { stamp: nov27, program: 'sshd', pid: 4711, text: 'hello' }],
    ['Nov 27 2026 11:22:17 web1 sshd[4711]: hello', { stamp: utc('2026-11-27T11:22:17Z'), program: 'sshd' }],
    ['Nov 27 11:22:17.250000 web1 sshd[4711]: hello', { stamp: { ...nov27, secondsOfDay: nov27.secondsOfDay + 0.25 } }],
    ['Nov 27 11:22:17 web1 sshd-session[4711]: hello', { program: 'sshd', pid: 4711, text: 'hello' }],
    ['Nov 27 11:22:17 web1 sshd-auth[4711]: hello', { program: 'sshd' }],
    ['Nov 27 11:22:17 web1 CRON[4712]: pam_unix(cron:session): x', { program: 'CRON', pid: 4712 }],
    [
      '2026-11-27T11:22:17.123456+01:00 web1 sshd[4711]: hello',
      { stamp: utc('2026-11-27T10:22:17.123Z'), time: '2026-11-27T11:22:17.123456+01:00', program: 'sshd', pid: 4711 },
    ],
    ['2026-11-27T11:22:17+0100 web1 sshd[4711]: hello', { stamp: utc('2026-11-27T10:22:17Z'), program: 'sshd' }],
    ['2026-11-27T11:22:17Z web1 sshd[4711]: hello', { stamp: utc('2026-11-27T11:22:17Z'), program: 'sshd' }],
    ['2026-11-27 11:22:17 web1 sshd[4711]: hello', { stamp: utc('2026-11-27T11:22:17Z'), program: 'sshd' }],
    ['Fri 2026-11-27 11:22:17 UTC web1 sshd[4711]: hello', { stamp: utc('2026-11-27T11:22:17Z'), program: 'sshd' }],
    ['Fri 2026-11-27 11:22:17 CET web1 sshd[4711]: hello', { stamp: utc('2026-11-27T11:22:17Z'), program: 'sshd' }],
    ['1795778537.5 web1 sshd[4711]: hello', { stamp: utc('2026-11-27T11:22:17.5Z'), program: 'sshd' }],
    [
      '[11:22:17] debug1: hello',
      { stamp: { kind: 'no-date', secondsOfDay: nov27.secondsOfDay }, text: 'debug1: hello' },
    ],
    ['[2026-11-27 11:22:17] debug1: hello', { stamp: utc('2026-11-27T11:22:17Z'), text: 'debug1: hello' }],
    ['2026-11-27T11:22:17 debug1: hello', { stamp: utc('2026-11-27T11:22:17Z'), program: null, text: 'debug1: hello' }],
    [
      '2026-11-27T11:22:17 client_loop: send disconnect: Broken pipe',
      { program: null, text: 'client_loop: send disconnect: Broken pipe' },
    ],
    ['debug1: Connecting to h [10.0.0.5] port 22.', { stamp: null, time: '', program: null, pid: null }],
    [
      'ssh: connect to host h port 22: Connection refused',
      { program: null, text: 'ssh: connect to host h port 22: Connection refused' },
    ],
    ['sshd[4711]: hello', { stamp: null, program: 'sshd', pid: 4711 }],
    ['Xyz 27 11:22:17 web1 sshd[4711]: hello', { stamp: null }],
    ['Nov 27 25:22:17 web1 sshd[4711]: hello', { stamp: null }],
    ['2026-13-27T11:22:17Z web1 sshd[4711]: hello', { stamp: null }],
    ['', { stamp: null, program: null, text: '' }],
  ])('%s', (line, expected) => {
    expect(parseLine(line)).toMatchObject(expected);
  });
});

describe('the clock of a log', () => {
  const NOW = Date.parse('2026-03-05T00:00:00Z');
  const day = (month: number, date: number, secondsOfDay = 0): Stamp => ({
    kind: 'no-year',
    month,
    day: date,
    secondsOfDay,
  });
  const seconds = (from: Stamp, to: Stamp, now = NOW): number => {
    const clock = new LogClock(now);
    const first = clock.at(from).ms;
    return (clock.at(to).ms - first) / 1000;
  };

  test('goes on over the end of a year', () => {
    expect(seconds(day(11, 31, 86_399), day(0, 1))).toBe(1);
  });

  test('knows the 29th of February of the years that the log is of', () => {
    expect(seconds(day(1, 28), day(2, 1))).toBe(86_400);
    expect(seconds(day(1, 28), day(2, 1), Date.parse('2028-03-05T00:00:00Z'))).toBe(2 * 86_400);
    // Read in January: December was last year.
    expect(seconds(day(11, 31), day(1, 29), Date.parse('2028-03-01T00:00:00Z'))).toBe(60 * 86_400);
  });

  test('goes on over midnight where there is no date', () => {
    const late: Stamp = { kind: 'no-date', secondsOfDay: 86_399 };
    expect(seconds(late, { kind: 'no-date', secondsOfDay: 1 })).toBe(2);
  });

  test('tells when an older file follows, and not when lines are a little out of order', () => {
    const clock = new LogClock(NOW);
    clock.at(day(1, 20, 1000));
    expect(clock.at(day(1, 20, 990)).wentBack).toBe(false);
    expect(clock.at(day(1, 13)).wentBack).toBe(true);
    expect(clock.at(day(1, 13, 5)).wentBack).toBe(false);
    expect(clock.jumps).toBe(1);
  });

  test('counts zones in', () => {
    const [a, b] = ['2026-11-27T11:22:17+01:00 h sshd[1]: x', '2026-11-27T10:22:18Z h sshd[1]: x'].map(
      (l) => parseLine(l).stamp,
    );
    expect(seconds(a as Stamp, b as Stamp)).toBe(1);
  });
});
