// What empty keepalives and data kept alive with a partner, and what is said of it: never more than was shown.

import { describe, expect, test } from 'vitest';
import type { EvidenceOf } from '../../src/evidence.ts';
import { causeOf, idle, keepalive } from './seen.ts';

type Trial = EvidenceOf<'keepalive-trial'>;
type Idle = EvidenceOf<'idle-timeout'>;

const CONTROL: Idle['control'] = { outages: [], ended: null, speaks: 'payload', keepalivesLost: null };
const LOST: Idle['control'] = { ...CONTROL, keepalivesLost: 'unanswered' };
const TIMEOUT = { survivedSeconds: 299, expiredSeconds: 301, onExpiry: 'silent-drop', deaths: 3 } as const;
const CLOSED = { ...TIMEOUT, onExpiry: 'closed-by-peer' } as const;

function trial(speaks: 'keepalive' | 'payload', outcome: Trial['outcome'], some: Partial<Trial> = {}): Trial {
  const id = speaks === 'payload' ? 'fix-2' : 'fix-1';
  const lived = { intervalSeconds: 99, lastedSeconds: 331, silentSeconds: 33 };
  return {
    id,
    kind: 'keepalive-trial',
    host: '10.0.0.5',
    address: '10.0.0.5',
    port: 443,
    speaks,
    ...lived,
    outcome,
    ...some,
  };
}

const EMPTY_DEAD = trial('keepalive', 'silent-drop');
const DATA_ALIVE = trial('payload', 'alive');

describe('empty keepalives and data', () => {
  test('only data kept alive: that is said, and TCPKeepAlive is no cure at any interval', () => {
    const evidence = [idle({ ...TIMEOUT, control: LOST }), EMPTY_DEAD, DATA_ALIVE, keepalive(60)];
    const { verdict, because, summary, advice } = causeOf('idle-timeout', ...evidence);
    expect({ verdict, because }).toEqual({ verdict: 'confirmed', because: ['idle-1', 'krn-1', 'fix-2', 'fix-1'] });
    expect(summary).toMatch(/forgets an idle connection .*; that box counts only data, no empty TCP keepalive\./);
    expect(advice.join('\n')).toMatch(/ServerAliveInterval 99/);
    expect(advice.join('\n')).toMatch(/with data every 99 s lived through 331 s; with empty TCP keepalives .* died/);
    expect(advice.join('\n')).toMatch(/TCPKeepAlive can't help at any interval/);
    expect(advice.join('\n')).not.toMatch(/should survive already/);
  });

  test.each([
    ['both lived', CONTROL, trial('keepalive', 'alive'), DATA_ALIVE],
    ['the one with data met an outage', LOST, EMPTY_DEAD, trial('payload', 'inconclusive')],
    ['the one with data was left out', LOST, EMPTY_DEAD, null],
    ['the empty one met an outage', LOST, trial('keepalive', 'inconclusive'), DATA_ALIVE],
    ['another one lived with empty keepalives', CONTROL, EMPTY_DEAD, DATA_ALIVE],
    [
      'the empty ones were lost on the way',
      LOST,
      trial('keepalive', 'silent-drop', { silentSeconds: 320 }),
      DATA_ALIVE,
    ],
    ['the one with data was not tried for long', LOST, EMPTY_DEAD, trial('payload', 'alive', { lastedSeconds: 200 })],
  ] as const)('nothing is said of what counts where %s', (_, control, empty, data) => {
    const trials = [empty, ...(data === null ? [] : [data])];
    const { summary, advice } = causeOf('idle-timeout', idle({ ...TIMEOUT, control }), ...trials, keepalive());
    expect(summary).not.toMatch(/only data/);
    expect(advice.join('\n')).not.toMatch(/at any interval/);
    expect(advice.join('\n')).toMatch(/ServerAliveInterval 99/);
  });

  test.each([EMPTY_DEAD, trial('keepalive', 'inconclusive'), null])('nothing is promised where data died', (empty) => {
    const outbound = idle({ ...TIMEOUT, control: LOST });
    const inbound = idle({ ...TIMEOUT, control: CONTROL, direction: 'inbound', id: 'idle-2' });
    const trials = [trial('payload', 'reset'), ...(empty === null ? [] : [empty])];
    const { advice, verdict } = causeOf('idle-timeout', outbound, inbound, ...trials);
    expect(verdict).toBe('confirmed');
    expect(advice).toEqual([
      expect.stringMatching(/^No keepalive is known to help: .* died all the same, after 331 s\./),
    ]);
    expect(advice[0]).not.toMatch(/AliveInterval/);
  });
});

describe('a FIN', () => {
  test('that came while the control spoke on with a partner was made in between', () => {
    const evidence = idle({ ...CLOSED, control: LOST });
    const cause = causeOf('idle-timeout', evidence, trial('keepalive', 'closed-by-peer'), DATA_ALIVE);
    expect(cause.verdict).toBe('confirmed');
    expect(cause.summary).toMatch(
      /^A proxy or a load balancer on the path to 10\.0\.0\.5:443 closes an idle connection/,
    );
    expect(cause.advice.at(-1)).toBe(
      'Or raise the timeout where it is: the TCP idle timeout of the proxy or load balancer on the path.',
    );
    expect(causeOf('server-closes-idle', evidence)).toMatchObject({
      verdict: 'ruled-out',
      summary: expect.stringMatching(/netcheck serve on .* closes no idle connection itself/),
    });
  });

  test('may be the own one of any other service', () => {
    const evidence = idle(CLOSED);
    expect(causeOf('idle-timeout', evidence).verdict).toBe('unknown');
    expect(causeOf('server-closes-idle', evidence).verdict).toBe('confirmed');
  });

  test('of several early ones, with a partner, is the path that does not treat all alike', () => {
    const probes = [60, 120].map((idleSeconds) => ({
      idleSeconds,
      outcome: 'closed-by-peer' as const,
      code: null,
      pass: 1 as const,
    }));
    const evidence = idle({ probes, control: CONTROL });
    expect(causeOf('idle-timeout', evidence)).toMatchObject({ verdict: 'likely' });
    expect(causeOf('server-closes-idle', evidence)).toMatchObject({ verdict: 'ruled-out' });
  });
});
