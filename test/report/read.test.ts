// Saved reports that are read again: the same report, one of a newer netcheck, and everything that is no report.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { renderJson } from '../../src/report/json.ts';
import { type ReadReport, readReport } from '../../src/report/read.ts';
import { renderText } from '../../src/report/text.ts';
import { echo } from '../diagnose/seen.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';
import { reportOf } from './reports.ts';

const OWN = '0.1.0';
const TEXT = { color: false, verbosity: 'verbose' } as const;

function read(text: string): ReadReport {
  const result = readReport(text, OWN);
  if (!result.ok) throw new Error(result.problem);
  return result;
}

function problem(text: string): string {
  const result = readReport(text, OWN);
  if (result.ok) throw new Error('it was read');
  return result.problem;
}

const measured = (evidence: readonly Evidence[]) => reportOf({ evidence, causes: diagnose(evidence) });
const whole = renderJson(measured([echo(10, 9)]));
const edited = (change: object): string => JSON.stringify({ ...JSON.parse(whole), ...change });

describe('a report of this netcheck', () => {
  test('gives the same text and the same JSON', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const report = measured(evidence);
        const json = renderJson(report);
        const again = read(json);
        expect(renderText(again.known, TEXT)).toBe(renderText(report, TEXT));
        expect(renderJson(again.whole)).toBe(json);
        expect(again).toMatchObject({ unknownKinds: [], unknownCauses: [], reasonedAnew: false });
      }),
    );
  });

  test.each(readdirSync(new URL('../../fixtures/scenarios/', import.meta.url)))('of the scenario %s too', (name) => {
    const file = (part: string) =>
      readFileSync(new URL(`../../fixtures/scenarios/${name}/${part}`, import.meta.url), 'utf8');
    const report = reportOf({ evidence: JSON.parse(file('evidence.json')), causes: JSON.parse(file('causes.json')) });
    const again = read(renderJson(report));
    expect(renderText(again.known, { color: false, verbosity: 'normal' })).toBe(file('report.txt'));
    expect(again.reasonedAnew).toBe(false);
  });

  test('is reasoned about anew, and it is said where that comes to something else', () => {
    const again = read(edited({ causes: [] }));
    expect(again.reasonedAnew).toBe(true);
    expect(again.known.causes).toEqual(diagnose([echo(10, 9)]));
  });

  test('shows no character in its JSON that a terminal obeys', () => {
    const report = measured([{ ...echo(10, 9), host: 'a\u001b[2J\u009b2J\u202e\u{e0041}\u2028' }]);
    const json = renderJson(report);
    expect(json).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\u2028\u2029]/u);
    expect(JSON.parse(json)).toEqual(report);
    expect(read(json).whole).toEqual(report);
  });
});

describe('a report of a newer netcheck', () => {
  const future = { id: 'quic-1', kind: 'quic-idle', host: 'h', seconds: 30, __proto__x: 1 };
  const cause = { cause: 'quic-timeout', subject: 'h', verdict: 'confirmed', because: ['quic-1'], summary: 'It is.' };

  test('is read with the kinds that are not known here kept', () => {
    const text = edited({ version: '0.2.0', evidence: [echo(10, 9), future], host: { name: 'x' } });
    const again = read(text);
    expect(again.unknownKinds).toEqual(['quic-idle']);
    expect(again.known.evidence).toEqual([echo(10, 9)]);
    expect(JSON.parse(renderJson(again.whole))).toEqual(JSON.parse(text));
    expect(renderText(again.known, TEXT)).toContain('Echo (ping)');
  });

  test('keeps its own causes, and tells those that are not known here', () => {
    const own = { ...diagnose([echo(10, 9)])[0], summary: 'By a better rule.' };
    const again = read(edited({ version: '0.2.0', evidence: [echo(10, 9), future], causes: [own, cause] }));
    expect(again.known.causes).toEqual([own]);
    expect(again.unknownCauses).toEqual([{ cause: 'quic-timeout', verdict: 'confirmed', summary: 'It is.' }]);
  });

  test('may have new values for a known kind; one of this version may not', () => {
    const evidence = [{ ...echo(10, 9), method: 'io_uring' }];
    expect(read(edited({ version: '0.1.1', evidence })).unknownKinds).toEqual(['echo']);
    expect(problem(edited({ evidence }))).toMatch(/^its evidence echo-\S+ is not whole: method: Invalid/);
  });
});

describe('what is no report is refused in one clear clause', () => {
  test.each([
    ['nothing', '', 'it is empty'],
    ['blank', ' \n', 'it is empty'],
    ['text', 'Found: nothing', 'it is no JSON'],
    ['a number', '7', 'it is no netcheck report'],
    ['null', 'null', 'it is no netcheck report'],
    ['another object', '{"name":"x"}', 'it is no netcheck report'],
    ['a list', '[]', 'it is no netcheck report'],
    [
      'the next form',
      edited({ schema: 'netcheck/2' }),
      'it is a report of the form netcheck/2, and this netcheck reads netcheck/1',
    ],
    [
      'events',
      '{"event":"started","at":"x"}\n{"event":"finished"}\n',
      'these are the events of a run (--events), not its report',
    ],
    ['one without evidence', edited({ evidence: undefined }), 'it is no whole report: evidence is missing'],
    [
      'evidence that is none',
      edited({ evidence: [7] }),
      'it is no whole report: evidence.0: Invalid input: expected object, received number',
    ],
    ['two of one id', edited({ evidence: [echo(1, 1), echo(1, 1)] }), 'two pieces of its evidence are called echo-1'],
    [
      'a count below nothing',
      edited({ evidence: [{ ...echo(1, 1), sent: -1 }] }),
      'its evidence echo-1 is not whole: sent: Too small: expected number to be >=0',
    ],
  ])('%s', (_, text, said) => {
    expect(problem(text)).toBe(said);
  });

  test('cut short anywhere', () => {
    for (let length = 1; length < whole.trimEnd().length; length += 7) {
      expect(problem(whole.slice(0, length))).toMatch(/cut short|no JSON/);
    }
  });

  test('with any value in any place: read or refused, never a fault', () => {
    const paths = Object.keys(echo(1, 1));
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const result = readReport(edited({ evidence: [{ ...echo(10, 9), [path]: value }] }), OWN);
        if (result.ok) renderText(result.known, TEXT);
        else expect(result.problem).toMatch(/^\S.{5,200}$/);
      }),
    );
  });

  test('nested without end', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const text = `{"schema":"netcheck/1","version":"9.0.0","startedAt":"2026-01-02T03:04:05Z","finishedAt":"2026-01-02T03:04:05Z","interrupted":false,"evidence":[{"id":"a","kind":"deep","x":${deep}}],"causes":[]}`;
    const result = readReport(text, OWN);
    expect(result.ok || result.problem.length > 0).toBe(true);
    if (result.ok) expect(() => renderJson(result.whole)).toThrow(RangeError);
  });
});
