// What this thread may do beyond its user's rights, and that no program it starts may do more: capabilities(7), prctl(2).

import { bindSyscall, SystemError } from './library.ts';
import { LITTLE_ENDIAN } from './socket.ts';

const capget = bindSyscall<[header: Uint8Array, data: Uint8Array]>('int capget(void *, void *)');
const capset = bindSyscall<[header: Uint8Array, data: Uint8Array]>('int capset(void *, const void *)');
const prctl = bindSyscall<[option: number, a: number, b: number, c: number, d: number]>(
  'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
);

const PR_CAPBSET_READ = 23;
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_GET_NO_NEW_PRIVS = 39;

const VERSION_3 = 0x2008_0522;
/** Two structs of effective, permitted and inheritable, 32 bits each: the lower half of the numbers, then the upper. */
const DATA_BYTES = 24;

/** The calling thread: version, pid 0. */
function header(): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setUint32(0, VERSION_3, LITTLE_ENDIAN);
  return bytes;
}

/** The numbers of all capabilities that this thread has or could take up again. @throws SystemError */
export function capabilitiesHeld(): number[] {
  const data = new Uint8Array(DATA_BYTES);
  capget(header(), data);
  const view = new DataView(data.buffer);
  const word = (index: number): number => view.getUint32(index * 4, LITTLE_ENDIAN);
  const low = word(0) | word(1) | word(2);
  const high = word(3) | word(4) | word(5);
  return Array.from({ length: 64 }, (_, number) => number).filter(
    (number) => (((number < 32 ? low : high) >>> (number & 31)) & 1) === 1,
  );
}

/**
 * Leaves this thread these capabilities, in force, and no others; what it hands on to programs (inheritable and ambient) is
 * emptied. For good: a permitted capability that was given up does not come back. @throws SystemError EPERM for one that it has not
 */
export function keepCapabilities(numbers: readonly number[]): void {
  const data = new Uint8Array(DATA_BYTES);
  const view = new DataView(data.buffer);
  const words = [0, 0];
  for (const number of numbers) words[number >> 5] = (words[number >> 5] as number) | (1 << (number & 31));
  for (const [half, word] of words.entries()) {
    for (const set of [0, 1]) view.setUint32((half * 3 + set) * 4, word >>> 0, LITTLE_ENDIAN);
  }
  capset(header(), data);
}

/** Numbers beyond the kernel's last one are no capabilities to it (EINVAL). @throws SystemError */
function isInBoundingSet(number: number): boolean {
  try {
    return prctl(PR_CAPBSET_READ, number, 0, 0, 0) === 1;
  } catch (error) {
    if (error instanceof SystemError && error.code === 'EINVAL') return false;
    throw error;
  }
}

/** What programs that this thread starts could gain at most, as root or by their files. */
export function programsMayGain(): number[] {
  return Array.from({ length: 64 }, (_, number) => number).filter(isInBoundingSet);
}

/** Leaves them these. For good. @throws SystemError EPERM without CAP_SETPCAP */
export function limitPrograms(numbers: readonly number[]): void {
  for (const number of programsMayGain()) if (!numbers.includes(number)) prctl(PR_CAPBSET_DROP, number, 0, 0, 0);
}

/** No program that this thread starts gains rights by its file (setuid, file capabilities). Can't be undone. */
export function refuseNewPrivileges(): void {
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

export function refusesNewPrivileges(): boolean {
  return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) === 1;
}
