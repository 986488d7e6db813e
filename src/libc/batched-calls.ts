// sendmmsg(2) and recvmmsg(2) on the structures of a MessageBatch.

import { bindAsyncSyscall, bindSyscall } from './library.ts';
import type { Fd } from './socket.ts';

const SENDMMSG = 'int sendmmsg(int, void *, unsigned int, int)';

export const sendmmsg = bindSyscall<[fd: Fd, headers: Uint8Array, count: number, flags: number]>(SENDMMSG);
/** On another thread; -1 when the first message was not taken. */
export const sendmmsgAside = bindAsyncSyscall<[fd: Fd, headers: Uint8Array, count: number, flags: number]>(SENDMMSG);
export const recvmmsg = bindSyscall<[fd: Fd, headers: Uint8Array, count: number, flags: number, timeout: null]>(
  'int recvmmsg(int, void *, unsigned int, int, void *)',
);
