// Who made a network card: the IEEE registry (oui-data), read only when a MAC is to be named.

import { createRequire } from 'node:module';
import type { Mac } from './mac.ts';

/** MA-S, MA-M and MA-L blocks are 9, 7 and 6 hex digits; the longest match is the holder. */
const BLOCK_DIGITS = [9, 7, 6] as const;

/** Blocks that hypervisors use without holding them: IEEE lists none of these, people meet them every day. */
const UNREGISTERED: Readonly<Record<string, string>> = { '52:54:00': 'QEMU/KVM', '02:42': 'Docker' };

/** The registry itself holds blocks that it gives out in parts; some holders wish to stay unnamed. */
const NOBODY = new Set(['IEEE Registration Authority', 'Private']);

let registry: Readonly<Record<string, string>> | undefined;

/** Reads the registry now instead of at the first name: before the right to read it may be given up. */
export function loadVendors(): void {
  registry ??= createRequire(import.meta.url)('oui-data') as Readonly<Record<string, string>>;
}

/** The organisation's name, or null when nobody registered the block (randomised and local addresses). */
export function macVendor(mac: Mac): string | null {
  const unregistered = Object.entries(UNREGISTERED).find(([prefix]) => mac.startsWith(`${prefix}:`));
  if (unregistered) return unregistered[1];
  loadVendors();
  const digits = mac.replaceAll(':', '').toUpperCase();
  for (const length of BLOCK_DIGITS) {
    const holder = registry?.[digits.slice(0, length)]?.split('\n', 1)[0];
    if (holder !== undefined) return NOBODY.has(holder) ? null : holder;
  }
  return null;
}
