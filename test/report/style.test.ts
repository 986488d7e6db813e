// Words on lines: nothing lost, nothing too long.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capital, withoutStop, wrap } from '../../src/report/style.ts';

describe('wrap', () => {
  const prose = fc
    .array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '-'), minLength: 1, maxLength: 30 }), { maxLength: 40 })
    .map((words) => words.join(' '));

  test('breaks at spaces only: every word comes through, in order', () => {
    fc.assert(
      fc.property(prose, fc.integer({ min: 1, max: 120 }), (text, width) => {
        expect(wrap(text, width, '    ').split(/\s+/)).toEqual(text.split(/\s+/));
      }),
    );
  });

  test('no line is longer than the width, unless a single word is', () => {
    fc.assert(
      fc.property(prose, fc.integer({ min: 10, max: 120 }), (text, width) => {
        for (const line of wrap(text, width, '    ').split('\n')) {
          if (line.trim().includes(' ')) expect(line.length).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  test('keeps the lines that the text has, and their indentation', () => {
    expect(wrap('put this:\nHost x\n    ServerAliveInterval 9', 100, '      ')).toBe(
      'put this:\n      Host x\n          ServerAliveInterval 9',
    );
  });
});

test('capital changes the first letter only', () => {
  expect([capital('run: sudo X'), capital(''), capital('äb')]).toEqual(['Run: sudo X', '', 'Äb']);
});

test('what ends with a full stop gets no second one', () => {
  expect(withoutStop('Permission denied (publickey).')).toBe('Permission denied (publickey)');
  expect(withoutStop('refused')).toBe('refused');
});
