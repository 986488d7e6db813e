// The wall clock to the nanosecond (clock_gettime(2)): what the kernel stamps packets with.

import { bindSyscall } from './library.ts';
import { LITTLE_ENDIAN } from './socket.ts';

const clockGettime = bindSyscall<[clock: number, into: Uint8Array]>('int clock_gettime(int, void *)');

const CLOCK_REALTIME = 0;

const timespec = new DataView(new ArrayBuffer(16));
const bytes = new Uint8Array(timespec.buffer);

/** Milliseconds since 1970. */
export function realTimeMs(): number {
  clockGettime(CLOCK_REALTIME, bytes);
  return timespecMs(timespec, 0);
}

/** A struct timespec: seconds, nanoseconds, 8 bytes each. Without BigInt, which costs memory for each. */
export function timespecMs(view: DataView, at: number): number {
  const [high, low] = LITTLE_ENDIAN ? [at + 4, at] : [at, at + 4];
  const seconds = view.getInt32(high, LITTLE_ENDIAN) * 2 ** 32 + view.getUint32(low, LITTLE_ENDIAN);
  return seconds * 1000 + view.getUint32(at + (LITTLE_ENDIAN ? 8 : 12), LITTLE_ENDIAN) / 1e6;
}
