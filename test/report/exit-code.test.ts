// The exit code that scripts go by: silence is never 0 by accident.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cause, Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import { EXIT, exitCode } from '../../src/report/exit-code.ts';
import { echo } from '../diagnose/seen.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';
import { reportOf } from './reports.ts';

const SKIPPED = {
  id: 'skip-1',
  kind: 'skipped',
  check: 'ping',
  target: 'x',
  because: 'no root',
  hint: 'sudo',
} as const;

const cause = (verdict: Verdict, because = ['echo-1']): Cause => ({
  cause: 'packet-loss',
  subject: 'x',
  verdict,
  because,
  summary: '.',
  advice: [],
  missing: verdict === 'unknown' ? ['more'] : [],
});

describe('the exit code', () => {
  test.each([
    { of: 'a confirmed cause', causes: [cause('confirmed')], code: 1 },
    { of: 'a likely cause', causes: [cause('likely')], code: 1 },
    { of: 'a possible cause', causes: [cause('possible')], code: 0 },
    { of: 'a cause ruled out', causes: [cause('ruled-out')], code: 0 },
    { of: 'a cause that nobody asked about', causes: [cause('ruled-out'), cause('unknown', [])], code: 0 },
    { of: 'a cause that was looked for in vain', causes: [cause('unknown')], code: 3 },
    { of: 'one in vain beside one ruled out', causes: [cause('ruled-out'), cause('unknown')], code: 3 },
    { of: 'one in vain beside one confirmed', causes: [cause('confirmed'), cause('unknown')], code: 1 },
  ])('of $of is $code', ({ causes, code }) => {
    expect(exitCode(reportOf({ evidence: [echo(10, 9)], causes }))).toBe(code);
  });

  test.each([
    { of: 'something skipped', causes: [cause('ruled-out')], code: 3 },
    { of: 'something skipped beside a finding', causes: [cause('likely')], code: 1 },
  ])('of $of is $code', ({ causes, code }) => {
    expect(exitCode(reportOf({ evidence: [SKIPPED, echo(10, 9)], causes }))).toBe(code);
  });

  test('of an interrupted run is 130, whatever was found', () => {
    for (const verdict of ['confirmed', 'ruled-out', 'unknown'] as const) {
      expect(exitCode(reportOf({ interrupted: true, causes: [cause(verdict)] }))).toBe(130);
    }
  });

  test('is 0 only where everything asked about was measured, and 1 only for a finding', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const causes = diagnose(evidence);
        const code = exitCode(reportOf({ evidence, causes }));
        const found = causes.some(({ verdict }) => verdict === 'confirmed' || verdict === 'likely');
        expect(code === EXIT.causeFound).toBe(found);
        if (code !== EXIT.nothingFound) return;
        expect(evidence.map(({ kind }) => kind)).not.toContain('skipped');
        expect(causes.filter(({ verdict, because }) => verdict === 'unknown' && because.length > 0)).toEqual([]);
      }),
    );
  });
});
