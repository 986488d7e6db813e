// Words on lines: nothing lost, nothing too long, nothing that a terminal obeys.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capital, printable, withoutStop, wrap } from '../../src/report/style.ts';
import { hostileText } from '../support/arbitrary-evidence.ts';

describe('printable', () => {
  test.each([
    { what: 'an escape sequence', text: 'a\x1b[31mb', shown: 'a\ufffd[31mb' },
    { what: 'a C1 control', text: 'a\x9bb', shown: 'a\ufffdb' },
    { what: 'line breaks', text: 'a\r\nb\u2028c', shown: 'a\ufffd\ufffdb\ufffdc' },
    { what: 'what reorders text', text: 'a\u202eb\u2066c', shown: 'a\ufffdb\ufffdc' },
    { what: 'what hides text', text: 'a\u200bb\ufeffc\u00add', shown: 'a\ufffdb\ufffdc\ufffdd' },
    { what: 'nothing of a plain text', text: 'Größe 5 µs, 東京', shown: 'Größe 5 µs, 東京' },
  ])('replaces $what', ({ text, shown }) => {
    expect(printable(text)).toBe(shown);
  });

  test('leaves no control or format character, and changes nothing a second time', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
});

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
