// Golden bytes as people can read them: hexadecimal, one field per line, `#` begins a comment.

import { readFileSync } from 'node:fs';

/** Bytes beside an assertion. */
export function hexBytes(text: string): Uint8Array {
  const digits = text.replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`golden bytes are pairs of hexadecimal digits, got ${digits}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** A file of fixtures/frames, whose README says what each proves. */
export function goldenFrame(name: string): Uint8Array {
  return hexBytes(readFileSync(new URL(`../../fixtures/frames/${name}.hex`, import.meta.url), 'utf8'));
}
