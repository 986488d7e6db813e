// Marks as a cause: only where chance does not make such a difference, and only where it is TCP's, which is what ssh speaks.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOfFewer } from '../../src/diagnose/statistics.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { causeOf, marks, path, ssh } from './seen.ts';

const TCP = { id: 'dscp-2', protocol: 'tcp', port: 22 } as const;

describe('qos-marking', () => {
  test.each([
    { none: 10, af21: 10, ef: 10, verdict: 'ruled-out' },
    { none: 10, af21: 10, ef: 0, verdict: 'confirmed' },
    { none: 10, af21: 0, ef: 10, verdict: 'confirmed' },
    { none: 10, af21: 10, ef: 8, verdict: 'ruled-out' },
    { none: 10, af21: 10, ef: 4, verdict: 'possible' },
    { none: 7, af21: 6, ef: 5, verdict: 'ruled-out' },
    { none: 3, af21: 0, ef: 0, verdict: 'unknown' },
    { none: 0, af21: 0, ef: 0, verdict: 'unknown' },
  ])('$none, $af21 and $ef of 10: $verdict', ({ verdict, ...answered }) => {
    expect(causeOf('qos-marking', marks(answered))).toMatchObject({ verdict, because: ['dscp-1'] });
  });

  test('EF is what OpenSSH 10.1 sends, and the advice is IPQoS none', () => {
    const cause = causeOf('qos-marking', marks({ none: 10, af21: 10, ef: 0 }), ssh({ ipqos: 'ef none' }));
    expect(cause.effect).toContain('OpenSSH 10.1 and later');
    expect(cause.effect).not.toContain('7.8');
    expect(cause.advice[0]).toMatch(/it is “ef none” now, which is hit.*\nHost 10\.0\.0\.5\n {4}IPQoS none$/);
  });

  test('where ICMP alone is dropped for its mark, ssh is spared', () => {
    const icmp = marks({ none: 10, af21: 10, ef: 0 });
    const tcp = marks({ none: 10, af21: 10, ef: 10 }, TCP);
    expect(causeOf('qos-marking', icmp, tcp)).toMatchObject({ verdict: 'ruled-out', because: ['dscp-1', 'dscp-2'] });
    expect(causeOf('qos-marking', icmp, marks({ none: 10, af21: 10, ef: 0 }, TCP)).verdict).toBe('confirmed');
    expect(
      causeOf('qos-marking', marks({ none: 10, af21: 10, ef: 10 }), marks({ none: 10, af21: 10, ef: 0 }, TCP)).verdict,
    ).toBe('confirmed');
  });

  test('SYNs of which too few came through without a mark spare nobody, and what was interrupted rules out nothing', () => {
    const icmp = marks({ none: 10, af21: 10, ef: 0 });
    expect(causeOf('qos-marking', icmp, marks({ none: 3, af21: 2, ef: 0 }, TCP)).verdict).toBe('confirmed');
    const begun = marks({ none: 2, af21: 2, ef: 2 });
    const few = begun.marks.map((mark) => ({ ...mark, sent: 2 }));
    expect(causeOf('qos-marking', { ...begun, marks: few, complete: false }).verdict).toBe('unknown');
  });

  test('a reset of marked SYNs counts, where others are accepted; a closed port refuses all alike', () => {
    const reset = marks({ none: 10, af21: 10, ef: 10 }, TCP);
    const [none, af21, ef] = reset.marks as [
      (typeof reset.marks)[number],
      (typeof reset.marks)[number],
      (typeof reset.marks)[number],
    ];
    const cause = causeOf('qos-marking', { ...reset, marks: [none, af21, { ...ef, refused: 10 }] });
    expect(cause).toMatchObject({ verdict: 'confirmed' });
    expect(cause.summary).toContain('0 of 10 were answered, and 10 were reset');
    const closed = reset.marks.map((mark) => ({ ...mark, refused: 10 }));
    expect(causeOf('qos-marking', { ...reset, marks: closed }).verdict).toBe('ruled-out');
  });

  test('it says how far marked packets came, and by which hop a mark was changed', () => {
    const lost = marks({ none: 10, af21: 10, ef: 0 });
    const seen = lost.marks.map((mark) => ({ ...mark, answeredUpToHop: mark.dscp === 46 ? 1 : 2 }));
    expect(causeOf('qos-marking', { ...lost, marks: seen }, path()).summary).toContain('is hop 1 (10.0.1.1)');
    const changed = marks({ none: 10, af21: 10, ef: 10 }, { changes: [{ sentDscp: 46, hop: 2, arrivedDscp: 0 }] });
    expect(causeOf('qos-marking', changed, path())).toMatchObject({
      verdict: 'ruled-out',
      summary: expect.stringContaining('EF has become nothing by hop 2 (10.0.2.1)'),
    });
  });

  test('equal chances are seldom taken for a difference', () => {
    // 20,000 pairs of ten packets of a path that loses 20 %, by a seeded generator.
    const next = seededRandom(7);
    const ten = (): number => Array.from({ length: 10 }, next).filter((each) => each >= 0.2).length;
    const pairs = Array.from({ length: 20_000 }, () => [ten(), ten()] as const);
    const facts = pairs.filter(
      ([a, b]) => chanceOfFewer({ succeeded: a, tried: 10 }, { succeeded: b, tried: 10 }) < 0.001,
    );
    expect(facts.length).toBeLessThan(20);
  });

  test("is Fisher's: nothing of 10 where 10 of 10 would be one in 184,756", () => {
    expect(chanceOfFewer({ succeeded: 0, tried: 10 }, { succeeded: 10, tried: 10 })).toBeCloseTo(1 / 184_756, 12);
    expect(chanceOfFewer({ succeeded: 10, tried: 10 }, { succeeded: 0, tried: 10 })).toBeCloseTo(1, 12);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        fc.nat(),
        fc.nat(),
        (m, n, a, b) => {
          const chance = chanceOfFewer({ succeeded: a % (m + 1), tried: m }, { succeeded: b % (n + 1), tried: n });
          expect(chance).toBeGreaterThan(0);
          expect(chance).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
