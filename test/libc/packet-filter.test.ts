// Composed filter programs, run by a small interpreter of classic BPF: a frame is kept when one alternative holds.

import { describe, expect, it } from 'vitest';
import { and, keepWhere, ldb, ldbIndexed, ldh, ldhIndexed, ldxIpv4HeaderLength } from '../../src/libc/packet-filter.ts';
import { runFilter } from '../support/classic-bpf.ts';

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
    expect(runFilter(program, Uint8Array.from(frame))).toBe(kept);
  });
});
