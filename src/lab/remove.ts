// Taking namespaces away: the processes inside first, then the names. Synchronous, because 'exit' listeners must be.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync, statSync } from 'node:fs';
import { findCommand } from './command.ts';
import { isStale } from './namespace-name.ts';

/** Where ip-netns(8) keeps its names. */
const NAMESPACE_FOLDER = '/run/netns';

/** A process may fork while the others are being killed. */
const KILL_ROUNDS = 5;

export function removeNamespaces(namespaces: readonly string[]): void {
  const present = namespaces.filter((namespace) => existsSync(`${NAMESPACE_FOLDER}/${namespace}`));
  if (present.length === 0) return;
  killInside(present);
  spawnSync(findCommand('ip') ?? 'ip', ['-force', '-batch', '-'], {
    input: present.map((namespace) => `netns delete ${namespace}\n`).join(''),
    stdio: ['pipe', 'ignore', 'ignore'],
  });
}

/** Removes what runs that were killed left behind. A namespace with a living owner or a foreign name is not touched. */
export function sweepStaleNamespaces(): void {
  if (existsSync(NAMESPACE_FOLDER)) removeNamespaces(readdirSync(NAMESPACE_FOLDER).filter(isStale));
}

/** Ends every process in these namespaces. They hold none but ours: nobody else is told their names. */
function killInside(namespaces: readonly string[]): void {
  for (let round = 0; round < KILL_ROUNDS; round++) {
    const pids = processesInside(namespaces);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended by itself between the look and the kill.
      }
    }
  }
}

/** One pass over /proc for all of them; `ip netns pids` would be one pass, and one process, for each. */
function processesInside(namespaces: readonly string[]): number[] {
  const inside = new Set(namespaces.map(namespaceLink));
  // Whatever a name may be bound to, the namespace this process lives in is not the lab's.
  inside.delete(readlinkSync('/proc/self/ns/net'));
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return inside.has(readlinkSync(`/proc/${pid}/ns/net`));
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** As the links in /proc/<pid>/ns read, see namespaces(7). */
function namespaceLink(namespace: string): string {
  return `net:[${statSync(`${NAMESPACE_FOLDER}/${namespace}`, { throwIfNoEntry: false })?.ino}]`;
}
