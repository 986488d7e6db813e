// A folder for the socket of one login, in which nobody else can look: what it holds leads into the session.

import { lstatSync, mkdtempSync, readdirSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMarkFromElsewhere, isMarkOfEnded, processMark } from '../running.ts';
import type { Refusal } from './refusal.ts';

const SOCKET = 'relay';
/** Bytes of sun_path, unix(7), without the 0 at its end. */
const LONGEST_SOCKET_PATH = 107;
/** With the process that made it, so that what one leaves behind that was killed is known. */
const NAME = /^netcheck-(\d{1,9}\.[\da-f]{0,8}-\d*)-\w{6}$/;
/** No login takes so long, whoever has to be asked for a code. */
const LONGEST_LOGIN_MS = 24 * 60 * 60 * 1000;

/** Those that are there: they go with the process, however it ends by itself. */
const present = new Set<string>();
let isWatched = false;

export interface PrivateFolder extends Disposable {
  readonly socketPath: string;
}

export type PrivateFolderResult =
  | { readonly ok: true; readonly folder: PrivateFolder }
  | ({ readonly ok: false } & Refusal);

/**
 * Made for one login and disposed of when that is over: from then on nothing of the session has a name. In the first of `parents`
 * that can be used: TMPDIR may name a folder that is root's (libpam-tmpdir under sudo), is not there, or has too long a name.
 */
export function privateFolder(parents: readonly string[] = [tmpdir(), '/tmp']): PrivateFolderResult {
  const problems = new Map<string, string>();
  for (const parent of parents) {
    try {
      removeAbandoned(parent);
      return { ok: true, folder: folderIn(parent) };
    } catch (error) {
      problems.set(parent, (error as NodeJS.ErrnoException).code ?? (error as Error).message);
    }
  }
  const which = [...problems].map(([parent, problem]) => `${parent} (${problem})`).join(', ');
  return {
    ok: false,
    because: `no folder can be made for the socket by which ssh reaches netcheck: ${which}`,
    hint: 'set TMPDIR to a folder with a short name in which you may write, and that has room',
  };
}

function folderIn(parent: string): PrivateFolder {
  const prefix = join(parent, `netcheck-${processMark()}-`);
  if (Buffer.byteLength(join(`${prefix}XXXXXX`, SOCKET)) > LONGEST_SOCKET_PATH) {
    throw new Error('too long a name for a socket');
  }
  const path = mkdtempSync(prefix);
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
function removeAbandoned(parent: string): void {
  for (const name of namesIn(parent)) {
    const mark = NAME.exec(name)?.[1];
    const path = join(parent, name);
    try {
      if (mark === undefined || !isOurs(path)) continue;
      if (!isMarkOfEnded(mark) && !(isMarkFromElsewhere(mark) && isOld(path))) continue;
      for (const entry of readdirSync(path)) if (entry === SOCKET) unlinkSync(join(path, entry));
      rmdirSync(path);
    } catch {
      // Another one was faster, or it is no folder of ours after all: it stays.
    }
  }
}

/** Who may write there need not be let look. */
function namesIn(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    return [];
  }
}

function isOld(path: string): boolean {
  return Date.now() - lstatSync(path).mtimeMs > LONGEST_LOGIN_MS;
}

function isOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isDirectory() === true && stats.uid === process.getuid?.();
}
