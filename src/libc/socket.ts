// Socket calls shared by every kind of socket (socket(2), getsockopt(2)), with file descriptors as plain numbers.

import {
  SO_BINDTODEVICE,
  SO_ERROR,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOL_SOCKET,
} from './constants.ts';
import { bindSyscall, errnoCode } from './library.ts';

/** An open file descriptor. */
export type Fd = number;

export const socket = bindSyscall<[domain: number, type: number, protocol: number]>('int socket(int, int, int)');
export const bind = bindSyscall<[fd: Fd, address: Uint8Array, length: number]>('int bind(int, const void *, uint32_t)');
export const connect = bindSyscall<[fd: Fd, address: Uint8Array, length: number]>(
  'int connect(int, const void *, uint32_t)',
);
export const listen = bindSyscall<[fd: Fd, backlog: number]>('int listen(int, int)');
const getsockname = bindSyscall<[fd: Fd, name: Uint8Array, length: Uint32Array]>(
  'int getsockname(int, void *, uint32_t *)',
);
export const recv = bindSyscall<[fd: Fd, into: Uint8Array, length: number, flags: number]>(
  'intptr_t recv(int, void *, size_t, int)',
);
export const send = bindSyscall<[fd: Fd, bytes: Uint8Array, length: number, flags: number]>(
  'intptr_t send(int, const void *, size_t, int)',
);
export const close = bindSyscall<[fd: Fd]>('int close(int)');

const setsockopt = bindSyscall<[fd: Fd, level: number, name: number, value: Uint8Array, length: number]>(
  'int setsockopt(int, int, int, const void *, uint32_t)',
);
const getsockopt = bindSyscall<[fd: Fd, level: number, name: number, value: Uint8Array, length: Uint32Array]>(
  'int getsockopt(int, int, int, void *, uint32_t *)',
);

/** Sets an option whose C type is `int`, or any structure given as its bytes. */
export function setOption(fd: Fd, level: number, name: number, value: number | Uint8Array): void {
  const bytes = typeof value === 'number' ? new Uint8Array(Int32Array.of(value).buffer) : value;
  setsockopt(fd, level, name, bytes, bytes.length);
}

/**
 * How much may wait to be read and to be sent. Beyond the system's limits (net.core.rmem_max, wmem_max) with CAP_NET_ADMIN
 * only; without it as much as they allow, which the kernel cuts to without a word.
 */
export function setBuffers(fd: Fd, receiveBytes: number, sendBytes: number): void {
  for (const [forced, usual, bytes] of [
    [SO_RCVBUFFORCE, SO_RCVBUF, receiveBytes],
    [SO_SNDBUFFORCE, SO_SNDBUF, sendBytes],
  ] as const) {
    try {
      setOption(fd, SOL_SOCKET, forced, bytes);
    } catch {
      setOption(fd, SOL_SOCKET, usual, bytes);
    }
  }
}

/** The option's bytes; kernels may return fewer than `size` when they know an older structure. */
export function getOption(fd: Fd, level: number, name: number, size: number): DataView {
  const bytes = new Uint8Array(size);
  const length = Uint32Array.of(size);
  getsockopt(fd, level, name, bytes, length);
  return new DataView(bytes.buffer, 0, length[0]);
}

/** The pending error (`ECONNREFUSED`, …), which reading it clears; null when there is none. */
export function takeSocketError(fd: Fd): string | null {
  const errno = getOption(fd, SOL_SOCKET, SO_ERROR, 4).getInt32(0, LITTLE_ENDIAN);
  return errno === 0 ? null : errnoCode(errno);
}

/** The socket's own TCP or UDP port: at the same place in a sockaddr_in and a sockaddr_in6. */
export function localPort(fd: Fd): number {
  return new DataView(localName(fd).buffer).getUint16(2);
}

/** The socket's own address, a sockaddr_in or sockaddr_in6 with room to spare. */
export function localName(fd: Fd): Uint8Array {
  const name = new Uint8Array(28);
  getsockname(fd, name, Uint32Array.of(name.length));
  return name;
}

/** All traffic of the socket goes through this interface, whatever the routing table says (socket(7)). */
export function bindToDevice(fd: Fd, interfaceName: string): void {
  setOption(fd, SOL_SOCKET, SO_BINDTODEVICE, new TextEncoder().encode(`${interfaceName}\0`));
}

/** Byte order of this machine, for structures that the kernel fills in. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
