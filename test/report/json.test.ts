// However much there is in a report: it is the JSON that JSON.stringify makes at once.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { harmlessJson } from '../../src/printable.ts';
import { jsonPieces, renderJson } from '../../src/report/json.ts';
import type { Report } from '../../src/report/report.ts';

/** Whatever it holds is rendered alike. */
const as = (value: unknown) => value as Report;

const few = fc.jsonValue({ maxDepth: 3 });
const many = fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 250, maxLength: 600 });
const deep = fc.array(fc.record({ before: few, many, after: few }), { minLength: 1, maxLength: 2 });

test('in pieces it is what it is at once', () => {
  const values = fc.oneof(few, many, deep, fc.record({ few, many, deep, left: fc.constant(undefined) }));
  fc.assert(
    fc.property(values, (value) => {
      expect(renderJson(as(value))).toBe(`${harmlessJson(JSON.stringify(value, null, 2))}\n`);
    }),
    { numRuns: 50 },
  );
});

test('a long one comes in pieces of about 64 KiB', () => {
  const rows = Array.from({ length: 30_000 }, (_, row) => ({ ip: `10.0.${row >> 8}.${row & 255}`, row }));
  const lengths = Array.from(jsonPieces(as({ evidence: [{ inventory: rows }] })), ({ length }) => length);
  expect(lengths.length).toBeGreaterThan(10);
  expect(Math.max(...lengths)).toBeLessThan(128 * 1024);
});
