// Timers that vary from one connection to another are one timeout; accidents and clusters are not.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { connected, simulate } from '../tcp/simulate.ts';
import { causeOf, HOST, idle } from './seen.ts';

type Idle = EvidenceOf<'idle-timeout'>;
type Probe = Idle['probes'][number];

const probe = (idleSeconds: number, outcome: Probe['outcome']): Probe => ({
  idleSeconds,
  outcome,
  code: outcome === 'alive' ? null : 'ETIMEDOUT',
  pass: idleSeconds > 250 ? 2 : 1,
});

/** A measurement of which these rungs lived and those died, as the ladder tells it. */
function climbed(lived: readonly number[], died: readonly number[], some: Partial<Idle> = {}): Idle {
  const survivedSeconds = lived.length === 0 ? null : Math.max(...lived);
  const above = died.filter((seconds) => seconds > (survivedSeconds ?? 0));
  const expiredSeconds = above.length === 0 ? null : Math.min(...above);
  const onExpiry = above.length === 0 ? null : (some.onExpiry ?? 'silent-drop');
  const probes = [
    ...lived.map((seconds) => probe(seconds, 'alive')),
    ...died.map((seconds) => probe(seconds, some.onExpiry ?? 'silent-drop')),
  ].sort((a, b) => a.idleSeconds - b.idleSeconds);
  return idle({ survivedSeconds, expiredSeconds, onExpiry, deaths: above.length, probes, ...some });
}

const BELOW = [2, 10, 60, 120, 240];

describe('a timer that varies', () => {
  test('is the idle timeout, confirmed, and it is said that it varies and by how much', () => {
    const seen = climbed([...BELOW, 299, 303, 309], [301, 304, 310, 375]);
    const cause = causeOf('idle-timeout', seen);
    expect(cause).toMatchObject({ verdict: 'confirmed', missing: [] });
    expect(cause.summary).toMatch(
      /^Something on the path to 10\.0\.0\.5:443 forgets an idle connection after 299 to 310 s \(it varies from one connection to another, by 8 s at least\); later packets vanish/,
    );
    // A third of the longest idle time below which nothing died.
    expect(cause.advice.join('\n')).toContain('ServerAliveInterval 99\n');
    expect(cause.consistentWith?.map(({ seconds }) => seconds)).toEqual([300, 300]);
  });

  test('is confirmed by two deaths, wherever they are', () => {
    expect(causeOf('idle-timeout', climbed([...BELOW, 299, 309], [301, 310])).verdict).toBe('confirmed');
  });

  test('keeps no keepalive that was chosen for a longer timeout', () => {
    const where = { host: HOST, address: HOST, port: 443 };
    const trial: EvidenceOf<'keepalive-trial'> = {
      ...{ id: 'fix-1', kind: 'keepalive-trial', ...where },
      ...{ intervalSeconds: 103, lastedSeconds: 400, outcome: 'alive' },
    };
    const { advice, because } = causeOf('idle-timeout', climbed([...BELOW, 299, 309], [301, 304, 310, 375]), trial);
    expect(because).toEqual(['idle-1']);
    expect(advice.join('\n')).toContain('ServerAliveInterval 99\n');
  });

  test.each([
    { seen: 'several deaths far below', lived: [...BELOW, 299], died: [61, 122, 301, 303], verdict: 'likely' },
    { seen: 'deaths at any time, to the end', lived: [...BELOW, 400, 900], died: [61, 300, 500], verdict: 'likely' },
    { seen: 'nothing that lives below', lived: [9], died: [2, 4, 10, 12], verdict: 'likely' },
    { seen: 'no death above', lived: [...BELOW, 295, 300], died: [297, 298], verdict: 'likely' },
  ])('is not what $seen are', ({ lived, died, verdict }) => {
    const cause = causeOf('idle-timeout', climbed(lived, died));
    expect(cause.verdict).toBe(verdict);
    expect(cause.summary).toMatch(/forgets some idle connections/);
  });

  test('is not told where the difference may be our own', () => {
    const cause = causeOf('idle-timeout', climbed([...BELOW, 299.7, 300.1], [300, 300.6, 375]));
    expect(cause.verdict).toBe('confirmed');
    expect(cause.summary).toMatch(/after 299.7 to 300.6 s; later/);
  });

  test('is not one that ends in two ways', () => {
    const seen = climbed([...BELOW, 299, 309], [310, 375]);
    const resets = [301, 304].map((seconds) => ({ ...probe(seconds, 'reset') }));
    const cause = causeOf('idle-timeout', { ...seen, probes: [...seen.probes, ...resets] });
    expect(cause.summary).toMatch(/forgets some idle connections: 2 were dead after 301 s or more/);
  });

  test.each([
    { seen: 'far below', died: [60.5] },
    { seen: 'alone, and in less than half the time', died: [4] },
  ])('one early death $seen is an accident', ({ died }) => {
    const lived = died[0] === 4 ? [2, 9] : [...BELOW, 299];
    const above = died[0] === 4 ? [9.5, 10] : [301, 303];
    const cause = causeOf('idle-timeout', climbed(lived, [...died, ...above]));
    expect(cause.verdict).toBe('confirmed');
    expect(cause.summary).not.toMatch(/varies|some/);
    expect(cause.summary).toContain(died[0] === 4 ? 'after 9 to 9.5 s' : 'after 299 to 301 s');
  });

  test('an accident far below does not hide it', () => {
    const cause = causeOf('idle-timeout', climbed([...BELOW, 299, 303, 309], [61, 301, 304, 310, 375]));
    expect(cause.verdict).toBe('confirmed');
    expect(cause.summary).toMatch(/after 299 to 310 s \(it varies/);
  });

  test('whichever side speaks first, its whole range is told', () => {
    const inbound = climbed([...BELOW, 288, 296], [290, 297, 375], { id: 'idle-2', direction: 'inbound' });
    const cause = causeOf('idle-timeout', climbed([...BELOW, 299, 303, 309], [301, 304, 310, 375]), inbound);
    expect(cause.summary).toMatch(
      /after 288 to 297 s \(it varies .*; when this side speaks first, after 299 to 310 s\./,
    );
  });

  test.each([15, 60, 120, 300])(
    'of %i s and up to 10 s more is told as what the ladder saw of it',
    async (idleSeconds) => {
      for (const seed of [1, 2, 3, 4]) {
        const nat = { idleSeconds, jitterSeconds: 10, onExpiry: 'silent' } as const;
        const { bracket, rungs } = connected(await simulate({ nat, seed }));
        const probes = rungs.map(({ idleSeconds: seconds, outcome, code, pass }) => {
          return { idleSeconds: seconds, outcome, code, pass };
        });
        const { verdict, summary } = causeOf('idle-timeout', idle({ ...bracket, probes }));
        expect(verdict).toBe('confirmed');
        expect(summary).toMatch(/forgets an idle connection after/);
        const died = Math.min(...rungs.filter(({ outcome }) => outcome !== 'alive').map((rung) => rung.idleSeconds));
        const overlapSeconds = (bracket.survivedSeconds ?? 0) - died;
        if (overlapSeconds > 0.5) expect(summary).toMatch(/it varies from one connection to another/);
        if (overlapSeconds < 0) expect(summary).not.toMatch(/varies/);
      }
    },
  );

  /** A box whose timer is `seconds` long, and for each connection up to `jitter` longer. */
  const box = fc
    .record({
      seconds: fc.double({ min: 5, max: 4000, noNaN: true }),
      jitter: fc.double({ min: 0, max: 10, noNaN: true }),
      longer: fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      near: fc.array(fc.double({ min: -5, max: 15, noNaN: true }), { minLength: 2, maxLength: 20 }),
    })
    .map(({ seconds, jitter, longer, near }) => {
      const steps = Array.from({ length: 50 }, (_, step) => 2 * 1.25 ** step).filter((s) => s < 2 * seconds + 60);
      const asked = [...steps, ...near.map((offset) => seconds + offset).filter((s) => s >= 1)];
      const isAlive = asked.map((s) => s < seconds + jitter * (longer.next().value as number));
      const lived = asked.filter((_, index) => isAlive[index]);
      const died = asked.filter((_, index) => !isAlive[index]);
      return { seconds, jitter, lived, died };
    });

  test('of up to 10 s is never taken for a path that treats connections differently', () => {
    fc.assert(
      fc.property(box, ({ seconds, jitter, lived, died }) => {
        const seen = climbed(lived, died);
        const { verdict, summary, advice } = causeOf('idle-timeout', seen);
        expect(verdict).toBe('confirmed');
        const [, from, to] = /after ([\d.]+) to ([\d.]+) s/.exec(summary) ?? [];
        expect(Number(to)).toBeGreaterThanOrEqual(seconds - 1);
        expect(Number(from)).toBeLessThan(seconds + jitter + 1);
        const [, by] = /by ([\d.]+) s at least/.exec(summary) ?? [];
        if (by !== undefined) expect(Number(by)).toBeLessThanOrEqual(jitter * 1.01);
        const overlapping = died.filter((s) => s < Math.max(...lived)).length;
        if (overlapping > 1) {
          expect(by === undefined).toBe(Math.max(...lived) - Math.min(...died) < 0.5);
          expect(Number(from)).toBeLessThanOrEqual(seconds + jitter);
          // The advice keeps every connection, those with the shortest timer too.
          for (const [, interval] of advice.join('\n').matchAll(/Interval[ =](\d+)/g)) {
            expect(Number(interval) * 3).toBeLessThanOrEqual(Math.min(...died));
          }
        }
        if (overlapping === 0) expect(by).toBeUndefined();
        expect(diagnose([{ ...seen, probes: seen.probes.toReversed() }])).toEqual(diagnose([seen]));
      }),
      { numRuns: 500 },
    );
  });
});
