// Whether a process is still there: what one has left behind that is not may be taken away.

import { readFileSync, statSync } from 'node:fs';

/** One of another user counts too (kill(2): EPERM). Numbers are used again: true says only that there is some process. */
function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** Of another boot, container or machine: whether its process is still there can't be known. */
export function isMarkFromElsewhere(mark: string): boolean {
  return /^\d{1,9}\.[\da-f]{0,8}-\d*$/.test(mark) && mark.split('.', 2)[1] !== HERE;
}

/** In file names: this process, among all that may write to a shared folder from other containers or machines. */
export function processMark(): string {
  return `${process.pid}.${HERE}`;
}

/** Whether it is the mark of a process that could be seen from here, and is no more. */
export function isMarkOfEnded(mark: string): boolean {
  const [pid = '', here] = mark.split('.', 2);
  return here === HERE && /^\d{1,9}$/.test(pid) && !isRunning(Number(pid));
}

/** Where process numbers mean the same: one boot of one machine (random(4)), one PID namespace (pid_namespaces(7)). */
const HERE = `${look(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8))}-${look(() => String(statSync('/proc/self/ns/pid').ino))}`;

function look(at: () => string): string {
  try {
    return at();
  } catch {
    return '';
  }
}
