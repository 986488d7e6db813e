// One host of a lab: a namespace, and the processes that the lab started in it.

import type { ChildProcess } from 'node:child_process';
import { collect, findCommand, spawnCommand } from './command.ts';
import type { LabHost } from './lab.ts';

/** `children` is told of every process that starts, and forgets it when it has ended. */
export function labHost(name: string, namespace: string, children: Set<ChildProcess>): LabHost {
  const spawn: LabHost['spawn'] = (command, args, options) => {
    // `ip netns exec` becomes the command (execve), so the child's pid is the command's own.
    const inside = ['netns', 'exec', namespace, command, ...args];
    const child = spawnCommand(findCommand('ip') ?? 'ip', inside, options);
    children.add(child);
    child.once('exit', () => children.delete(child));
    child.once('error', () => children.delete(child));
    return child;
  };
  return {
    name,
    namespace,
    spawn,
    run: (command, args, options = {}) =>
      collect(spawn(command, args, options.env ? { env: options.env } : {}), options),
  };
}
