// Lines out of pieces of any size, and what is no text at all.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LineSplitter, notText } from '../../src/explain/index.ts';

function split(bytes: Buffer, sizes: readonly number[]): { line: string; isCut: boolean }[] {
  const lines: { line: string; isCut: boolean }[] = [];
  const splitter = new LineSplitter((line, isCut) => lines.push({ line, isCut }));
  let at = 0;
  for (const size of sizes) {
    splitter.push(bytes.subarray(at, at + size));
    at += size;
  }
  splitter.push(bytes.subarray(at));
  splitter.end();
  return lines;
}

describe('lines', () => {
  test('are the same whatever pieces they come in', () => {
    const text = fc
      .array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll(/[\r\n]/g, '')))
      .map((l) => l.join('\n'));
    fc.assert(
      fc.property(text, fc.array(fc.nat(20)), (whole, sizes) => {
        const expected = whole === '' ? [] : whole.replace(/\n$/, '').split('\n');
        expect(split(Buffer.from(whole), sizes)).toEqual(expected.map((line) => ({ line, isCut: false })));
      }),
    );
  });

  test('that have no end are cut, and the next one is whole', () => {
    const bytes = Buffer.from(`${'x'.repeat(100_000)}\nnext\r\n`);
    const lines = split(bytes, [7, 8192, 1, 50_000]);
    expect(lines).toEqual([
      { line: 'x'.repeat(8192), isCut: true },
      { line: 'next', isCut: false },
    ]);
    expect(split(bytes, [])).toEqual(lines);
    expect(split(Buffer.from('y'.repeat(20_000)), [3])).toEqual([{ line: 'y'.repeat(8192), isCut: true }]);
  });
});

describe('what is no text', () => {
  test.each([
    ['gzip', [0x1f, 0x8b, 8], 'zcat'],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd], 'zstdcat'],
    ['a journal', [...Buffer.from('LPKSHHRH')], 'journalctl'],
    ['wtmp', [7, 0, 0, 0], 'no text'],
  ])('%s', (_, bytes, words) => {
    expect(notText(Buffer.from(bytes))).toContain(words);
  });

  test('and what is', () => {
    expect(notText(Buffer.from('Nov 27'))).toBeNull();
    expect(notText(Buffer.alloc(0))).toBeNull();
  });
});
