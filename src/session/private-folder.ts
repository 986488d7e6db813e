// A folder for the socket of one login, in which nobody else can look: what it holds leads into the session.

import { lstatSync, mkdtempSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../running.ts';

const SOCKET = 'relay';
/** With the process that made it, so that what one leaves behind that was killed is known. */
const NAME = /^netcheck-(\d{1,9})-\w{6}$/;

/** Those that are there: they go with the process, however it ends by itself. */
const present = new Set<string>();
let isWatched = false;

/** Made for one login and disposed of when that is over: from then on nothing of the session has a name. */
export function privateFolder(): Disposable & { readonly socketPath: string } {
  removeAbandoned();
  const path = mkdtempSync(join(tmpdir(), `netcheck-${process.pid}-`));
  present.add(path);
  if (!isWatched) process.once('exit', removePresent);
  isWatched = true;
  return {
    socketPath: join(path, SOCKET),
    [Symbol.dispose]: () => {
      present.delete(path);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

function removePresent(): void {
  for (const path of present) rmSync(path, { recursive: true, force: true });
}

/** What a netcheck of the same user left that was killed in the middle of a login. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = NAME.exec(name)?.[1];
    const path = join(tmpdir(), name);
    if (pid === undefined || !isOurs(path) || isRunning(Number(pid))) continue;
    try {
      for (const entry of readdirSync(path)) if (entry === SOCKET) unlinkSync(join(path, entry));
      rmdirSync(path);
    } catch {
      // Another one was faster, or it is no folder of ours after all: it stays.
    }
  }
}

function isOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}
