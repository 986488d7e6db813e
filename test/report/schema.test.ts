// The published contract: the committed JSON Schema is what the code says, and leaves room for more.

import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import { renderJson } from '../../src/report/json.ts';
import { eventsJsonSchema, reportJsonSchema, reportSchema } from '../../src/report/schema.ts';
import { echo } from '../diagnose/seen.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';
import { reportOf } from './reports.ts';

describe.each([
  ['netcheck-1', reportJsonSchema],
  ['netcheck-events-1', eventsJsonSchema],
] as const)('the JSON Schema %s', (name, make) => {
  test('that is published is the one that the code makes (npm run build && node scripts/schema.mjs)', () => {
    const committed = readFileSync(new URL(`../../schema/${name}.schema.json`, import.meta.url), 'utf8');
    expect(committed).toBe(`${JSON.stringify(make(), null, 2)}\n`);
  });

  test('forbids no field that may be added later', () => {
    expect(JSON.stringify(make())).not.toContain('additionalProperties');
  });
});

describe('a report as JSON', () => {
  test('comes back as it was, and is what the schema says', () => {
    fc.assert(
      fc.property(evidenceList, fc.boolean(), (evidence, interrupted) => {
        const report = reportOf({ evidence, causes: diagnose(evidence), interrupted });
        const text = renderJson(report);
        expect(text).toMatch(/^\{[\s\S]*\}\n$/);
        expect(JSON.parse(text)).toEqual(report);
        expect(reportSchema.parse(JSON.parse(text))).toEqual(report);
      }),
    );
  });

  test('is read with fields that this version does not know', () => {
    const evidence = { ...echo(10, 10), reorderedPackets: 2 };
    const report = { ...reportOf({}), evidence: [evidence], host: { name: 'x' } };
    expect(reportSchema.safeParse(report).success).toBe(true);
  });

  test.each([
    { what: 'another schema', change: { schema: 'netcheck/2' } },
    { what: 'a time that is none', change: { startedAt: 'yesterday' } },
    { what: 'evidence without an id', change: { evidence: [{ ...echo(1, 1), id: '' }] } },
    { what: 'a negative count', change: { evidence: [{ ...echo(1, 1), sent: -1 }] } },
    { what: 'an unknown verdict', change: { causes: [{ ...diagnose([echo(1, 1)])[0], verdict: 'perhaps' }] } },
  ])('is refused: $what', ({ change }) => {
    expect(reportSchema.safeParse({ ...reportOf({}), ...change }).success).toBe(false);
  });
});

describe('a validator that is not ours', () => {
  const ajv = new Ajv2020({ allErrors: true });
  ajv.addFormat('date-time', (text: string) => !Number.isNaN(Date.parse(text)));
  const schema = JSON.parse(readFileSync(new URL('../../schema/netcheck-1.schema.json', import.meta.url), 'utf8'));
  const validate = ajv.compile(schema);
  const errors = (report: unknown): string | null => (validate(report) ? null : ajv.errorsText(validate.errors));

  test.each(readdirSync(new URL('../../fixtures/scenarios/', import.meta.url)))(
    'takes the report of the scenario %s',
    (name) => {
      const part = (file: string): unknown =>
        JSON.parse(readFileSync(new URL(`../../fixtures/scenarios/${name}/${file}`, import.meta.url), 'utf8'));
      const report = { ...reportOf({}), evidence: part('evidence.json'), causes: part('causes.json') };
      expect(errors(report)).toBeNull();
    },
  );

  test('takes any report', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const report = JSON.parse(renderJson(reportOf({ evidence, causes: diagnose(evidence) })));
        expect(errors(report)).toBeNull();
      }),
    );
  });

  test.each([
    ['another schema', { schema: 'netcheck/2' }],
    ['evidence without an id', { evidence: [{ ...echo(1, 1), id: undefined }] }],
    ['a negative count', { evidence: [{ ...echo(1, 1), sent: -1 }] }],
    ['no causes', { causes: undefined }],
  ])('refuses %s', (_, change) => {
    expect(errors(JSON.parse(JSON.stringify({ ...reportOf({}), ...change })))).not.toBeNull();
  });
});
