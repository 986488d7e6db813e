// Target lists that are given as @file, or as - for standard input: read at the edge, so that planning stays pure.

import { readFileSync } from 'node:fs';
import type { ScanOptions, TargetList } from './plan/index.ts';

/** A file of targets has lines, not gigabytes. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The options with every list's lines in place; throws an Error whose message names the option's file and the reason. */
export function readTargetFiles(options: ScanOptions): ScanOptions {
  return {
    ...options,
    dupIp: options.dupIp.map(readList),
    exclude: options.exclude.map(readList),
    expect: options.expect.map(readList),
  };
}

function readList({ typed, lines }: TargetList): TargetList {
  if (typed !== '-' && !typed.startsWith('@')) return { typed, lines };
  const text = readText(typed);
  return {
    typed,
    lines: text
      .split(/\r?\n/)
      .map(withoutComment)
      .filter((line) => line !== ''),
  };
}

function readText(typed: string): string {
  try {
    // Descriptor 0 is standard input.
    const text = readFileSync(typed === '-' ? 0 : typed.slice(1), 'utf8');
    if (text.length <= MOST_BYTES) return text;
    throw new Error('it is longer than 16 MB');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason = code === 'ENOENT' ? 'there is no such file' : (code ?? (error as Error).message);
    throw new Error(`${typed === '-' ? 'standard input' : typed}: ${reason}`);
  }
}

function withoutComment(line: string): string {
  return line.replace(/#.*/, '').trim();
}
