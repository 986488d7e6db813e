// Composed filter programs, run by a small interpreter of classic BPF: a frame is kept when one alternative holds.

import { describe, expect, it } from 'vitest';
import {
  and,
  type FilterInstruction,
  keepWhere,
  ldb,
  ldbIndexed,
  ldh,
  ldhIndexed,
  ldxIpv4HeaderLength,
} from '../../src/libc/packet-filter.ts';

/** Bytes kept; null where the program runs off its end. Reading past the frame drops it, as in the kernel. */
function run(program: readonly FilterInstruction[], frame: Uint8Array): number | null {
  const view = new DataView(frame.buffer);
  let [loaded, index] = [0, 0];
  try {
    for (let at = 0; at < program.length; at++) {
      const [code, jumpTrue, jumpFalse, k] = program[at] as FilterInstruction;
      if (code === 0x30) loaded = view.getUint8(k);
      else if (code === 0x28) loaded = view.getUint16(k);
      else if (code === 0x50) loaded = view.getUint8(index + k);
      else if (code === 0x48) loaded = view.getUint16(index + k);
      else if (code === 0xb1) index = (view.getUint8(k) & 0x0f) * 4;
      else if (code === 0x54) loaded &= k;
      else if (code === 0x15) at += loaded === k ? jumpTrue : jumpFalse;
      else if (code === 0x06) return k;
      else throw new Error(`unknown instruction ${code}`);
    }
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
  return null;
}

const program = keepWhere([
  [
    [[ldb(0)], 1],
    [[ldh(2), and(0x0fff)], 0x0234],
    [[ldxIpv4HeaderLength(1), ldhIndexed(4)], 0xabcd],
  ],
  [
    [[ldb(0)], 2],
    [[ldxIpv4HeaderLength(1), ldbIndexed(4)], 0xab],
  ],
]);

describe('keepWhere', () => {
  it.each([
    ['all of the first alternative', [1, 0x40, 0xf2, 0x34, 0xab, 0xcd], 0xffff],
    ['the same behind a longer header', [1, 0x41, 0xf2, 0x34, 0, 0, 0, 0, 0xab, 0xcd], 0xffff],
    ['all of the second', [2, 0x40, 0, 0, 0xab], 0xffff],
    ['the first check of neither', [3, 0x40, 0xf2, 0x34, 0xab, 0xcd], 0],
    ['not the second check', [1, 0x40, 0xf2, 0x35, 0xab, 0xcd], 0],
    ['not the last check', [1, 0x40, 0xf2, 0x34, 0xab, 0xce], 0],
    ['the second but for its last', [2, 0x40, 0, 0, 0xac], 0],
    ['a frame that ends too soon', [1, 0x41, 0xf2, 0x34, 0xab], 0],
  ])('%s', (_, frame, kept) => {
    expect(run(program, Uint8Array.from(frame))).toBe(kept);
  });
});
