// Target lists from files: comments, what is missing, and what has no end.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ScanOptions } from '../src/plan/index.ts';
import { readTargetFiles } from '../src/target-file.ts';
import { NOTHING_ASKED, typed } from './plan/machines.ts';

const folder = mkdtempSync(join(tmpdir(), 'netcheck-targets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function listing(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return `@${path}`;
}

const read = (...dupIp: readonly string[]): ScanOptions['dupIp'] =>
  readTargetFiles({ ...NOTHING_ASKED, dupIp: typed(...dupIp) }).dupIp;

describe('a file of targets', () => {
  it('is its lines, without comments and what is blank', () => {
    const text = '# the servers\n10.0.0.5\n\n  10.0.0.6 10.0.0.7\t# two of them\r\n#10.0.0.8\n10.0.0.0/29,self';
    const file = listing('hosts', text);
    expect(read('10.0.0.1', file)).toEqual([
      { typed: '10.0.0.1', lines: ['10.0.0.1'] },
      { typed: file, lines: ['10.0.0.5', '10.0.0.6 10.0.0.7', '10.0.0.0/29,self'] },
    ]);
  });

  it('may begin with a byte order mark, be empty, or hold noise', () => {
    expect(read(listing('windows', '\uFEFF10.0.0.5\r\n'))[0]?.lines).toEqual(['10.0.0.5']);
    expect(read(listing('empty', '# nobody\n'))[0]?.lines).toEqual([]);
    const noise = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256);
    expect(() => read(listing('noise', noise))).not.toThrow();
  });

  it('is read for every option that takes one, and everything else is left as it is', () => {
    const file = listing('both', '10.0.0.5=aa:bb:cc:dd:ee:01 # ours\n');
    const lists = [{ typed: file, lines: ['10.0.0.5=aa:bb:cc:dd:ee:01'] }];
    const options = { ...NOTHING_ASKED, exclude: typed(file), expect: typed(file), rounds: 7 };
    expect(readTargetFiles(options)).toEqual({ ...options, exclude: lists, expect: lists });
  });

  it('of many pieces is whole', () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    expect(read(listing('long', lines.join('\n')))[0]?.lines).toEqual(lines);
  });
});

describe('what can’t be read is told by the name that was typed', () => {
  it('a file that is not there, and a folder', () => {
    expect(() => read('@/nowhere/hosts')).toThrow(/^@\/nowhere\/hosts: there is no such file$/);
    expect(() => read('@')).toThrow(/^@: there is no such file$/);
    expect(() => read(`@${folder}`)).toThrow(`@${folder}: it is a folder; give a file name`);
  });

  it('a file that has no end', () => {
    expect(() => read('@/dev/zero')).toThrow('@/dev/zero: it is longer than 16 MB');
  });
});
