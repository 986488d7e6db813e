// Who made a network card: the IEEE registry (oui-data), read only when a MAC is to be named.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Mac } from './mac.ts';

/** MA-S, MA-M and MA-L blocks are 9, 7 and 6 hex digits; the longest match is the holder. */
const BLOCK_DIGITS = [9, 7, 6] as const;

/** Blocks that hypervisors use without holding them: IEEE lists none of these, people meet them every day. */
const UNREGISTERED: Readonly<Record<string, string>> = { '52:54:00': 'QEMU/KVM', '02:42': 'Docker' };

/** The registry itself holds blocks that it gives out in parts; some holders wish to stay unnamed. */
const NOBODY = new Set(['IEEE Registration Authority', 'Private']);

/**
 * The registry's file, unparsed: 54,000 entries as objects would take 25 MB and 0.1 s for the few that are ever named.
 * It is JSON with an entry per line, ` "001B21": "Intel Corporate\\nLot 8…",`, ordered by length of the block, then by block.
 */
let registry: Buffer | undefined;

/** Reads the registry now instead of at the first name: before the right to read it may be given up. */
export function loadVendors(): void {
  registry ??= readFileSync(createRequire(import.meta.url).resolve('oui-data'));
}

/** The organisation's name, or null when nobody registered the block (randomised and local addresses). */
export function macVendor(mac: Mac): string | null {
  const unregistered = Object.entries(UNREGISTERED).find(([prefix]) => mac.startsWith(`${prefix}:`));
  if (unregistered) return unregistered[1];
  loadVendors();
  const digits = mac.replaceAll(':', '').toUpperCase();
  for (const length of BLOCK_DIGITS) {
    const holder = holderOf(digits.slice(0, length), registry as Buffer);
    if (holder !== null) return NOBODY.has(holder) ? null : holder;
  }
  return null;
}

const NEWLINE = 0x0a;

/** Binary search over the lines of the file. */
function holderOf(block: string, file: Buffer): string | null {
  let low = 0;
  let high = file.length;
  while (low < high) {
    const start = file.lastIndexOf(NEWLINE, Math.floor((low + high) / 2) - 1) + 1;
    const end = file.indexOf(NEWLINE, start);
    const line = file.toString('utf8', start, end < 0 ? file.length : end);
    const [, key, value] = /^ "([0-9A-F]+)": (".*"),?$/.exec(line) ?? [];
    if (key === block) return (JSON.parse(value as string) as string).split('\n', 1)[0] as string;
    // The first line is an opening bracket, the last a closing one.
    const order = key === undefined ? (start === 0 ? -1 : 1) : key.length - block.length || (key < block ? -1 : 1);
    if (order < 0) low = end < 0 ? file.length : end + 1;
    else high = start;
  }
  return null;
}
