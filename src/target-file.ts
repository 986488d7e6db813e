// Target lists that are given as @file, or as - for standard input: read at the edge, so that planning stays pure.

import { closeSync, openSync, readSync } from 'node:fs';
import { inputProblem } from './input.ts';
import type { ScanOptions, TargetList } from './plan/index.ts';

/** A file of targets has lines, not gigabytes. */
const MOST_BYTES = 16 * 1024 * 1024;
const PIECE_BYTES = 64 * 1024;

/** The options with every list's lines in place; throws an Error whose message names the option's file and the reason. */
export function readTargetFiles(options: ScanOptions): ScanOptions {
  return {
    ...options,
    dupIp: options.dupIp.map(readList),
    ping: options.ping.map(readList),
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
    if (typed === '-') return readAll(0);
    const file = openSync(typed.slice(1), 'r');
    try {
      return readAll(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new Error(`${typed === '-' ? 'standard input' : typed}: ${inputProblem(error)}`);
  }
}

/** Piece by piece, because what is no regular file may have no end. */
export function readAll(file: number): string {
  const pieces: Buffer[] = [];
  let length = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(PIECE_BYTES);
    const count = readSync(file, piece);
    if (count === 0) return Buffer.concat(pieces).toString('utf8');
    pieces.push(piece.subarray(0, count));
    length += count;
    if (length > MOST_BYTES) throw new Error('it is longer than 16 MB');
  }
}

function withoutComment(line: string): string {
  return line.replace(/#.*/, '').trim();
}
