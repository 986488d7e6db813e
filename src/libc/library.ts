// The C library, called through koffi. Every call is checked here: a result below zero becomes a SystemError with its errno.

import { constants } from 'node:os';
import koffi from 'koffi';

// Some numbers have two names: EAGAIN is EWOULDBLOCK. The list is alphabetical, and the first name wins.
const CODES = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([code, errno]) => [errno, code]),
);

/** A failed system call: which one, and the kernel's reason (`EPERM`, `ENETDOWN`, …). */
export class SystemError extends Error {
  readonly syscall: string;
  readonly code: string;

  constructor(syscall: string, code: string) {
    super(`${syscall}: ${code}`);
    this.name = 'SystemError';
    this.syscall = syscall;
    this.code = code;
  }
}

export function errnoCode(errno: number): string {
  return CODES.get(errno) ?? `errno ${errno}`;
}

// null is the running program itself: Node is linked with libc, be it glibc or musl, so no library name is guessed.
const libc = koffi.load(null);

type Arguments = readonly (number | bigint | Uint8Array | Uint32Array | string | null)[];

/** Binds one function by its C prototype. The result is the call's own; negative results throw a SystemError. */
export function bindSyscall<A extends Arguments>(prototype: string): (...args: A) => number {
  const name = /(\w+)\(/.exec(prototype)?.[1] ?? prototype;
  const call = libc.func(prototype);
  return (...args) => {
    const result: number = call(...args);
    if (result < 0) throw new SystemError(name, errnoCode(koffi.errno()));
    return result;
  };
}

/**
 * The same on one of libuv's threads. Resolves with the call's own result, negative ones included: errno is the thread's
 * and lost, so whoever needs the reason repeats the call at once. Buffers must live until then.
 */
export function bindAsyncSyscall<A extends Arguments>(prototype: string): (...args: A) => Promise<number> {
  const call = libc.func(prototype);
  return (...args) =>
    new Promise((resolve, reject) => {
      call.async(...args, (error: Error | null, result: number) => (error ? reject(error) : resolve(result)));
    });
}

/** Address of a buffer's first byte, for structures that hold pointers. The buffer must outlive the structure. */
export function addressOf(buffer: ArrayBufferView): bigint {
  return koffi.address(buffer);
}
