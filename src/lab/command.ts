// Commands run to their end, without a shell: what they wrote and how they left.

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** null when a signal ended it: the timeout's, or the lab's own end. */
  readonly exitCode: number | null;
}

export interface RunOptions {
  /** Killed after this long; unlimited when left out. */
  readonly timeoutMs?: number;
  /** Replaces the environment, as in `child_process.spawn`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
}

/** root's PATH lacks the sbin folders under some cron and su setups, and `ip`, `nft` and `sshd` live there. */
const SEARCH_PATH = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

export function findCommand(name: string): string | null {
  const isExecutable = (path: string) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return SEARCH_PATH.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

export function spawnCommand(command: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
  const env = options.env ?? process.env;
  return spawn(command, args, { ...options, env: { ...env, PATH: SEARCH_PATH.join(delimiter) } });
}

/** Waits for the end of a child whose three streams are pipes. Rejects only when it could not be started. */
export function collect(child: ChildProcess, options: RunOptions = {}): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    // A command may leave without reading its input: EPIPE is its business, its exit code tells.
    child.stdin?.on('error', () => {}).end(options.input ?? '');

    const kill = () => {
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open; 'close' must not wait for it.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer = options.timeoutMs === undefined ? undefined : setTimeout(kill, options.timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (exitCode) => {
      clearTimeout(timer);
      resolve({ stdout, stderr, exitCode });
    });
  });
}
