// Namespace names that say who owns them: two runs never collide, and what a killed run left behind can be told.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

const NAME = /^netcheck-(\d+)-([0-9a-z]+)-[0-9a-f]{8}-[a-z0-9]+$/;

/** `netcheck-<pid>-<start time>-<random>`. A pid alone is reused; with its start time it is not (proc_pid_stat(5)). */
export function newLabId(): string {
  return `netcheck-${process.pid}-${startTime(process.pid)}-${randomBytes(4).toString('hex')}`;
}

export function namespaceName(labId: string, role: string): string {
  return `${labId}-${role}`;
}

/** True only for a lab's namespace whose owner is gone. */
export function isStale(namespace: string): boolean {
  const [, pid, ownerStartTime] = NAME.exec(namespace) ?? [];
  return pid !== undefined && startTime(Number(pid)) !== ownerStartTime;
}

/** Field 22 of /proc/<pid>/stat in base 36; null when there is no such process, or only its unreaped remains. */
function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Field 2 is the command in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : Number(fields[22 - 3]).toString(36);
  } catch {
    return null;
  }
}
