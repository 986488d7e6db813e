// Files that the user names: whether they can be read and written, and saving so that an older one is never half overwritten.

import {
  accessSync,
  chmodSync,
  constants,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { isRunning } from './running.ts';

/** Why nothing can be saved at this path, in a few words; null when it can. Found out before anything is measured. */
export function savingProblem(path: string): string | null {
  if (path === '') return 'the file name is empty';
  const existing = statOf(path);
  if (existing?.isDirectory() || path.endsWith(sep)) return `${path} is a folder; give a file name`;
  const folder = dirname(path);
  const parent = statOf(folder);
  if (parent === null) return `the folder ${folder} does not exist`;
  if (!parent.isDirectory()) return `${folder} is not a folder`;
  try {
    if (existing !== null) accessSync(path, constants.W_OK);
    if (existing === null || existing.isFile()) accessSync(dirname(targetOf(path)), constants.W_OK);
    return null;
  } catch {
    return `no permission to write ${path}`;
  }
}

/** Whether two paths lead to one file, be it there already or not: through links, or written in another way. */
export function isSameFile(a: string, b: string): boolean {
  const [one, other] = [statOf(a), statOf(b)];
  if (one !== null && other !== null) return one.dev === other.dev && one.ino === other.ino && one.isFile();
  return (
    one === other && resolve(realpathSync(dirname(a)), basename(a)) === resolve(realpathSync(dirname(b)), basename(b))
  );
}

/** Why a file can't be read, in a few words; null when it can. */
export function readingProblem(path: string): string | null {
  const existing = statOf(path);
  if (existing === null) return `there is no file ${path}`;
  if (existing.isDirectory()) return `${path} is a folder; give a file name`;
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch {
    return `no permission to read ${path}`;
  }
}

/** A file to be written in the place of another, which stays as it is until `commit`. */
export interface Replacement {
  /** Where to write. */
  readonly path: string;
  /** How to open that: a file of ours is new, whatever somebody else has put in its place (open(2), O_EXCL). */
  readonly flags: 'w' | 'wx';
  /** Puts what was written in its place, with the mode of what was there. @throws the system's error. */
  commit(): void;
  /** Removes what was begun. */
  discard(): void;
}

/** A new file beside the old one, to be renamed; what is no regular file (a pipe, a device) is written to as it is. */
export function replacementFor(path: string): Replacement {
  const existing = statOf(path);
  if (existing !== null && !existing.isFile()) return { path, flags: 'w', commit: () => {}, discard: () => {} };
  const target = targetOf(path);
  removeAbandoned(target);
  const temporary = `${dirname(target)}${sep}.${basename(target)}.${process.pid}.tmp`;
  begin(temporary);
  return {
    path: temporary,
    flags: 'wx',
    commit() {
      if (existing !== null) chmodSync(temporary, existing.mode & 0o7777);
      renameSync(temporary, target);
      begun.delete(temporary);
    },
    discard() {
      rmSync(temporary, { force: true });
      begun.delete(temporary);
    },
  };
}

/** Files that are neither in their place nor removed. */
const begun = new Set<string>();
let isWatched = false;

function begin(temporary: string): void {
  rmSync(temporary, { force: true });
  // Whoever presses Ctrl-C twice ends the process in the middle.
  if (!isWatched) process.once('exit', removeBegun);
  isWatched = true;
  begun.add(temporary);
}

function removeBegun(): void {
  for (const temporary of begun) rmSync(temporary, { force: true });
}

/** What a netcheck that was killed had begun for the same file. */
function removeAbandoned(target: string): void {
  const [start, end] = [`.${basename(target)}.`, '.tmp'];
  for (const name of namesIn(dirname(target))) {
    if (!name.startsWith(start) || !name.endsWith(end)) continue;
    const pid = name.slice(start.length, -end.length);
    if (/^\d{1,9}$/.test(pid) && !isRunning(Number(pid))) rmSync(`${dirname(target)}${sep}${name}`, { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // One may write to a folder without being allowed to look into it.
    return [];
  }
}

/** Writes a whole file, or throws the system's error and leaves what was there. */
export function saveFile(path: string, text: string): void {
  const replacement = replacementFor(path);
  try {
    writeFileSync(replacement.path, text, { flag: replacement.flags });
    replacement.commit();
  } catch (error) {
    replacement.discard();
    throw error;
  }
}

/** Where a link leads, so that the link stays and the file behind it is replaced. */
function targetOf(path: string): string {
  return statOf(path) === null ? path : realpathSync(path);
}

/** null where nothing is, or where a file stands in the way of the path. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
