// The inputs that are kept: fixtures/corpus/<target>/, a file for each, named by a hash of what it holds.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const CORPUS = new URL('../../fixtures/corpus/', import.meta.url);

/** Of a target's name: `ssh -G` is in `ssh-g`. */
export function folderOf(target: string): string {
  return target
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

export function corpusOf(target: string): Uint8Array[] {
  const folder = new URL(`${folderOf(target)}/`, CORPUS);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((name) => new Uint8Array(readFileSync(new URL(name, folder))));
}

export function keep(target: string, bytes: Uint8Array): void {
  const folder = new URL(`${folderOf(target)}/`, CORPUS);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(createHash('sha256').update(bytes).digest('hex').slice(0, 16), folder), bytes);
}
