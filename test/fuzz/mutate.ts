// Inputs for decoders: what is valid, broken a little. The same seed gives the same inputs.

import { mutateJson } from './mutate-json.ts';

/** mulberry32: small, fast, and good enough to choose bytes by. In [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Where lengths, counts and offsets go wrong. */
const TELLING_BYTES = [0x00, 0x01, 0x0a, 0x0d, 0x1b, 0x20, 0x40, 0x7f, 0x80, 0xfe, 0xff];
/** Longer inputs say nothing new of decoders of packets and lines. */
const LONGEST = 4096;

export interface Mutations {
  /** Words that are put in as a whole. */
  readonly dictionary?: readonly string[];
  readonly longestBytes?: number;
  readonly isJson?: true;
}

/** One to eight changes to one of the seeds. */
export function mutate(
  seeds: readonly Uint8Array[],
  random: () => number,
  { dictionary = [], longestBytes = LONGEST, isJson }: Mutations = {},
): Uint8Array {
  const pick = (below: number): number => Math.floor(random() * below);
  const seed = seeds[pick(seeds.length)] ?? new Uint8Array();
  // Seven of eight stay documents; the eighth is cut and broken as bytes are.
  if (isJson && pick(8) > 0) {
    const document = valid(seed);
    if (document !== null) return Buffer.from(mutateJson(document, random)).subarray(0, longestBytes);
  }
  let bytes = Uint8Array.from(seed);
  for (let changes = 1 + pick(8); changes > 0; changes--) bytes = changed(bytes, seeds, dictionary, pick);
  return bytes.length > longestBytes ? bytes.slice(0, longestBytes) : bytes;
}

function valid(seed: Uint8Array): string | null {
  const text = Buffer.from(seed).toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}

function changed(
  given: Uint8Array<ArrayBuffer>,
  seeds: readonly Uint8Array[],
  dictionary: readonly string[],
  pick: (below: number) => number,
): Uint8Array<ArrayBuffer> {
  const bytes = given;
  const at = pick(bytes.length + 1);
  switch (pick(dictionary.length > 0 ? 9 : 7)) {
    case 0:
      if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << pick(8));
      return bytes;
    case 1:
      if (at < bytes.length) bytes[at] = TELLING_BYTES[pick(TELLING_BYTES.length)] as number;
      return bytes;
    case 2:
      if (at < bytes.length) bytes[at] = pick(256);
      return bytes;
    case 3:
      return bytes.slice(0, at);
    case 4: {
      const from = pick(bytes.length + 1);
      return joined(bytes.subarray(0, at), bytes.subarray(from, from + pick(64)), bytes.subarray(at));
    }
    case 5: {
      const some = Uint8Array.from({ length: pick(16) }, () => pick(256));
      return joined(bytes.subarray(0, at), some, bytes.subarray(at));
    }
    case 6: {
      const other = seeds[pick(seeds.length)] as Uint8Array;
      return joined(bytes.subarray(0, at), other.subarray(pick(other.length + 1)));
    }
    default: {
      const word = Buffer.from(dictionary[pick(dictionary.length)] as string);
      return joined(bytes.subarray(0, at), word, bytes.subarray(at + (pick(2) === 0 ? 0 : word.length)));
    }
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
