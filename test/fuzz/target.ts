// What a decoder is to the fuzzer, and the few things that targets have in common.

import { Buffer } from 'node:buffer';

export interface FuzzTarget {
  readonly name: string;
  /** Something valid to begin from; the corpus adds to it. */
  readonly seeds: readonly Uint8Array[];
  /** Words that it looks for, which chance would not find. */
  readonly dictionary?: readonly string[];
  /** Of a long run: 1 for what takes microseconds, less for what takes milliseconds. */
  readonly share?: number;
  /** Longer inputs are cut; 4096 where nothing is said. */
  readonly longestBytes?: number;
  /** The input is JSON: its values are changed as well as its bytes. */
  readonly isJson?: true;
  /** Throws when what it promises of any input does not hold: that it ends, throws nothing else than it says, gives out no more. */
  readonly run: (bytes: Uint8Array) => void;
}

export const text = (value: string): Uint8Array => Buffer.from(value, 'utf8');
export const asText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');

/** What a codec gives back is a value that says whether it is one. */
export function isDecoded(decoded: { readonly ok: boolean; readonly reason?: string }): void {
  if (!decoded.ok && !decoded.reason) throw new Error('no reason is given');
}

/** What was decoded, encoded and decoded again, is the same. */
export function comesBack<T>(value: T, again: T): void {
  const [one, other] = [value, again].map((each) => JSON.stringify(each));
  if (one !== other) throw new Error(`${one} comes back as ${other}`);
}

const UNWANTED = /(?!\n)[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** Line breaks may be in it, and nothing else that a terminal obeys. */
export function isPrintable(said: string | null): void {
  if (said !== null && UNWANTED.test(said)) throw new Error('a control character came through');
}

/** Runs it, and lets pass what it says that it throws. */
export function mayThrow<E extends Error>(Expected: abstract new (...args: never[]) => E, run: () => void): void {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Expected)) throw error;
  }
}
