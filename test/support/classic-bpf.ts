// A small interpreter of classic BPF, for what the kernel would make of a filter.

import type { FilterInstruction } from '../../src/libc/packet-filter.ts';

/** Bytes kept; null where the program runs off its end. Reading past the frame drops it, as in the kernel. */
export function runFilter(program: readonly FilterInstruction[], frame: Uint8Array): number | null {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let [loaded, index] = [0, 0];
  try {
    for (let at = 0; at < program.length; at++) {
      const [code, jumpTrue, jumpFalse, k] = program[at] as FilterInstruction;
      if (code === 0x30) loaded = view.getUint8(k);
      else if (code === 0x28) loaded = view.getUint16(k);
      else if (code === 0x20) loaded = view.getUint32(k);
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
