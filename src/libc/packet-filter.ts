// Classic BPF (bpf(4) of BSD; Linux Documentation/networking/filter.rst): a small program that the kernel runs on each
// frame, so that a packet socket wakes us up only for what we want to read.

import { SO_ATTACH_FILTER, SOL_SOCKET } from './constants.ts';
import { addressOf } from './library.ts';
import { type Fd, LITTLE_ENDIAN, setOption } from './socket.ts';

/** struct sock_filter: operation, jump if true, jump if false (both relative to the next instruction), operand. */
export type FilterInstruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];

/** Loads, comparisons and returns, in the mnemonics of the kernel's documentation. Offsets count from the frame's start. */
export const ldb = (offset: number): FilterInstruction => [0x30, 0, 0, offset];
export const ldh = (offset: number): FilterInstruction => [0x28, 0, 0, offset];
export const ld = (offset: number): FilterInstruction => [0x20, 0, 0, offset];
export const jeq = (k: number, jumpTrue: number, jumpFalse: number): FilterInstruction => [
  0x15,
  jumpTrue,
  jumpFalse,
  k,
];
/** The half-word or byte at `offset` past the index register, which ldxIpv4HeaderLength fills. */
export const ldhIndexed = (offset: number): FilterInstruction => [0x48, 0, 0, offset];
export const ldbIndexed = (offset: number): FilterInstruction => [0x50, 0, 0, offset];
/** Index register: length in bytes of the IPv4 header that begins at `offset`. */
export const ldxIpv4HeaderLength = (offset: number): FilterInstruction => [0xb1, 0, 0, offset];
/** Keeps the bits of `mask` in what was loaded. */
export const and = (mask: number): FilterInstruction => [0x54, 0, 0, mask];
/** Keeps the first `bytes` of the frame; 0 drops it. */
export const ret = (bytes: number): FilterInstruction => [0x06, 0, 0, bytes];

/** What one check loads, and the value that it must have. */
export type FilterCheck = readonly [loads: readonly FilterInstruction[], equals: number];

/** A program that keeps a frame, whole, when all checks of one alternative hold. */
export function keepWhere(alternatives: readonly (readonly FilterCheck[])[]): FilterInstruction[] {
  return [...alternatives.flatMap(alternative), ret(0)];
}

function alternative(checks: readonly FilterCheck[]): FilterInstruction[] {
  const lengths = checks.map(([loads]) => loads.length + 1);
  let rest = lengths.reduce((sum, length) => sum + length, 1);
  return [
    ...checks.flatMap(([loads, equals], index) => {
      rest -= lengths[index] as number;
      // A check that fails jumps over what is left of its alternative.
      return [...loads, jeq(equals, 0, rest)];
    }),
    ret(WHOLE_FRAME),
  ];
}

const WHOLE_FRAME = 0xffff;

/** Attaches the program; frames that wait already are not filtered again, so attach it before the socket is bound. */
export function attachFilter(fd: Fd, program: readonly FilterInstruction[]): void {
  const instructions = new DataView(new ArrayBuffer(program.length * 8));
  for (const [index, [code, jumpTrue, jumpFalse, k]] of program.entries()) {
    instructions.setUint16(index * 8, code, LITTLE_ENDIAN);
    instructions.setUint8(index * 8 + 2, jumpTrue);
    instructions.setUint8(index * 8 + 3, jumpFalse);
    instructions.setUint32(index * 8 + 4, k, LITTLE_ENDIAN);
  }
  // struct sock_fprog: uint16 length, padding to 8, pointer to the instructions.
  const header = new DataView(new ArrayBuffer(16));
  header.setUint16(0, program.length, LITTLE_ENDIAN);
  header.setBigUint64(8, addressOf(instructions), LITTLE_ENDIAN);
  setOption(fd, SOL_SOCKET, SO_ATTACH_FILTER, new Uint8Array(header.buffer));
}
