// What a lab is to its users: hosts in network namespaces of their own (network_namespaces(7)) that vanish with it.

import type { ChildProcess, SpawnOptions } from 'node:child_process';
import type { CommandResult, RunOptions } from './command.ts';

export interface LabHost {
  /** The role it plays: `client`, `router`, … */
  readonly name: string;
  /** As `ip netns` lists it. */
  readonly namespace: string;
  /** Runs a command inside the namespace to its end. Never rejects on a non-zero exit. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<CommandResult>;
  /** Starts a command inside the namespace; it is ended with the lab. */
  spawn(command: string, args: readonly string[], options?: SpawnOptions): ChildProcess;
}

export interface Lab<Role extends string = string> extends AsyncDisposable {
  /** Begins every namespace name of this lab. */
  readonly id: string;
  readonly hosts: Readonly<Record<Role, LabHost>>;
  /** Ends every process inside and removes every namespace. Idempotent. */
  dispose(): Promise<void>;
}
