// The gate, and that there is only one: no other file of the program decides what may be printed, or prints.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { harmlessJson, printable, printableAscii, printableLines, printableOutput } from '../src/printable.ts';
import { hostileText } from './support/arbitrary-evidence.ts';
import { controlsIn, HOSTILE } from './support/control-bytes.ts';

describe('printable', () => {
  test.each([
    { what: 'an escape sequence', text: 'a\x1b[31mb', shown: 'a\ufffd[31mb' },
    { what: 'a C1 control', text: 'a\x9bb', shown: 'a\ufffdb' },
    { what: 'line breaks', text: 'a\r\nb\u2028c', shown: 'a\ufffd\ufffdb\ufffdc' },
    { what: 'what reorders text', text: 'a\u202eb\u2066c', shown: 'a\ufffdb\ufffdc' },
    { what: 'what hides text', text: 'a\u200bb\ufeffc\u00add', shown: 'a\ufffdb\ufffdc\ufffdd' },
    { what: 'what is shown as nothing', text: 'a\u3164b\ufe0fc\u{e0041}d', shown: 'a\ufffdb\ufffdc\ufffdd' },
    { what: 'half a surrogate pair', text: 'a\ud83dc', shown: 'a\ufffdc' },
    { what: 'nothing of a plain text', text: 'Größe 5 µs, 東京 e\u0301 😀', shown: 'Größe 5 µs, 東京 e\u0301 😀' },
  ])('replaces $what', ({ text, shown }) => {
    expect(printable(text)).toBe(shown);
  });

  test('leaves nothing unwanted in any text, and changes nothing a second time', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(controlsIn(printable(text))).toEqual([]);
        expect(printable(printable(text))).toBe(printable(text));
      }),
    );
  });
});

test('the other ways through are as tight', () => {
  for (const shown of [printable, printableLines, printableAscii, printableOutput].map((way) => way(HOSTILE))) {
    expect(controlsIn(shown, { tabs: true, colours: true })).toEqual([]);
    expect(shown).toMatch(/^before[\s\S]*behind$/);
  }
  expect(printableLines('a\n\tb')).toBe('a\n\ufffdb');
  expect(printableAscii('é\x1b😀~')).toBe('???~');
});

test('JSON says the same after as before', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const json = harmlessJson(JSON.stringify({ [text]: text }, null, 2));
      expect(controlsIn(json)).toEqual([]);
      expect(JSON.parse(json)).toEqual({ [text]: text });
    }),
  );
});

test('an output keeps its line breaks, its tabs and the colours that are ours', () => {
  const ours = '\x1b[1mbold\x1b[22m\ta\tb\n\x1b[31mred\x1b[39m\n';
  expect(printableOutput(ours)).toBe(ours);
  expect(printableOutput('\x1b[2J\x1b[5mx\x9b31m')).toBe('\ufffd[2J\ufffd[5mx\ufffd31m');
});

const SRC = new URL('../src/', import.meta.url);
const SOURCES = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
const filesWith = (pattern: RegExp): string[] =>
  SOURCES.filter((name) => pattern.test(readFileSync(new URL(name, SRC), 'utf8'))).sort();

test('nothing else replaces controls', () => {
  expect(SOURCES.length).toBeGreaterThan(300);
  expect(filesWith(/replace(?:All)?\([^\n]*(?:\\p\{C|\\x9f|\\x1f|\\x7e|\\u202|\\u200)/)).toEqual(['printable.ts']);
});

test('nothing else writes to standard output or standard error', () => {
  // The live view moves the cursor; the lab's service is heard by a test, and serve writes to a socket of its own.
  expect(filesWith(/(?:std(?:out|err)|stream)\.write\(|console\./)).toEqual([
    'event-stream.ts',
    'lab/service.ts',
    'print.ts',
    'terminal.ts',
  ]);
});
