// Patterns with * and ?, against the regular expressions that they used to be, and against patterns that those choke on.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchesWildcards } from '../src/wildcard.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 10 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?'), maxLength: 7 });

test.each([null, '/'])('is what a regular expression says (barrier %s)', (barrier) => {
  const any = barrier === null ? '.' : '[^/]';
  fc.assert(
    fc.property(word, pattern, (text, signs) => {
      const source = signs.replaceAll('*', `${any}*`).replaceAll('?', any);
      expect(matchesWildcards(text, signs, barrier)).toBe(new RegExp(`^${source}$`).test(text));
    }),
    { numRuns: 5000 },
  );
});

describe('is quick', () => {
  test.each([
    ['a'.repeat(200), `${'*a'.repeat(100)}*b`],
    ['session:subsystem:sftp', `${'*'.repeat(250)}x`],
    [`${'a'.repeat(100)}/${'a'.repeat(100)}`, `${'*a'.repeat(50)}b/${'*a'.repeat(50)}b`],
  ])('with %s', (text, signs) => {
    expect(matchesWildcards(text, signs)).toBe(false);
    expect(matchesWildcards(text, signs, '/')).toBe(false);
  });
});
