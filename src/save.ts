// Files that the user names: whether they can be read and written, and saving so that an older one is never half overwritten.

import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { isMarkFromElsewhere, isMarkOfEnded, processMark } from './running.ts';

/** NAME_MAX of Linux (limits.h): what a name may take in a folder. */
const NAME_BYTES = 255;

/** Why nothing can be saved at this path, in a few words; null when it can. Found out before anything is measured. */
export function savingProblem(path: string): string | null {
  if (path === '') return 'the file name is empty';
  if (path === '-') return '- is standard output elsewhere; give a file name (./- for one that is called so)';
  const existing = statOf(path);
  if (existing?.isDirectory() || path.endsWith(sep)) return `${path} is a folder; give a file name`;
  if (isLinkOfOthers(path)) return `${path} is a link that another user has made; remove it, or give another name`;
  const folder = dirname(path);
  const parent = statOf(folder);
  if (parent === null)
    return isKeptFrom(folder) ? `no permission to look into ${folder}` : `the folder ${folder} does not exist`;
  if (!parent.isDirectory()) return `${folder} is not a folder`;
  // Whose current folder it is still sees it; nothing can be put into it.
  if (parent.nlink === 0) return `the folder ${folder} has been removed`;
  const bytes = Buffer.byteLength(basename(path));
  if (bytes > NAME_BYTES) return `the file name is too long: ${bytes} bytes, and at most ${NAME_BYTES} are possible`;
  try {
    if (existing !== null) accessSync(path, constants.W_OK);
    if (existing === null || existing.isFile()) accessSync(dirname(targetOf(path)), constants.W_OK);
    return null;
  } catch (error) {
    const isReadOnly = (error as NodeJS.ErrnoException).code === 'EROFS';
    return isReadOnly ? `${path} is on a read-only file system` : `no permission to write ${path}`;
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
  if (path === '') return 'the file name is empty';
  const existing = statOf(path);
  if (existing === null) return isKeptFrom(path) ? `no permission to read ${path}` : `there is no file ${path}`;
  if (existing.isDirectory()) return `${path} is a folder; give a file name`;
  // Opening it waits for a writer; what a shell has opened for us (<(…)) has one.
  if (existing.isFIFO() && hasName(path)) return `${path} is a FIFO; give it as <(cat ${path})`;
  try {
    accessSync(path, constants.R_OK);
    return null;
  } catch {
    return `no permission to read ${path}`;
  }
}

/** A file to be written in the place of another, which stays as it is until `commit`. */
export interface Replacement {
  /** Open for writing. Whoever has it closes it, before the other two. */
  readonly fd: number;
  /** Puts what was written in its place. @throws the system's error. */
  commit(): void;
  /** Removes what was begun. */
  discard(): void;
}

/** What a file may be for whom; whom a program runs as (setuid, setgid) is nobody's to hand on. */
const PERMISSIONS = 0o777;

/**
 * A new file beside the old one, with its permissions, to be renamed; what is no regular file (a pipe, a device) is written to as it
 * is. The folder may be somebody else's, who may put anything in the place of a file at any moment: nothing but its descriptor is
 * ever written to or changed. @throws the system's error.
 */
export function replacementFor(path: string): Replacement {
  const existing = statOf(path);
  if (existing !== null && !existing.isFile()) {
    const fd = existing.isFIFO() ? openFifo(path) : openSync(path, 'w');
    return { fd, commit: () => {}, discard: () => {} };
  }
  const target = targetOf(path);
  removeAbandoned(target);
  const temporary = `${dirname(target)}${sep}.${begunName(target)}.${processMark()}.tmp`;
  begin(temporary);
  // O_EXCL: it is new, and follows no link (open(2)).
  const fd = openSync(temporary, 'wx', existing === null ? 0o666 : 0o600);
  if (existing !== null) fchmodSync(fd, existing.mode & PERMISSIONS);
  const { dev, ino } = fstatSync(fd);
  return {
    fd,
    commit() {
      const there = lstatSync(temporary);
      if (there.dev !== dev || there.ino !== ino)
        throw new Error(`somebody else put a file in the place of ${temporary}`);
      renameSync(temporary, target);
      begun.delete(temporary);
    },
    discard() {
      rmSync(temporary, { force: true });
      begun.delete(temporary);
    },
  };
}

/** A reader that is being started may take so long, and one that reads slowly so long for what fits into a pipe. */
const READER_MS = 1000;

/**
 * Its reader must be there: an open that waits for one (fifo(7)) would hold everything up, and could not be interrupted. What is
 * written to it goes by `writeWhole`. @throws Error when nobody reads it within a second
 */
export function openFifo(path: string): number {
  const { O_WRONLY, O_NONBLOCK } = constants;
  return insist('ENXIO', `nobody reads ${path} yet; start its reader first`, () =>
    openSync(path, O_WRONLY | O_NONBLOCK),
  );
}

/** Writes all of it. @throws the system's error, and where a pipe takes no more. */
export function writeWhole(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    const rest = bytes.subarray(written);
    written += insist('EAGAIN', 'the reader has stopped reading', () => writeSync(fd, rest));
  }
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Tries again for a while. */
function insist<T>(code: string, problem: string, attempt: () => T): T {
  for (const deadline = performance.now() + READER_MS; ; Atomics.wait(sleeper, 0, 0, 10)) {
    try {
      return attempt();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== code) throw error;
      if (performance.now() > deadline) throw new Error(problem);
    }
  }
}

/** The dots, the mark of this process and `.tmp` around a name. */
const AROUND_NAME_BYTES = 64;

/** What is begun is called after the file; after a digest of its name where that leaves no room for what is around it. */
function begunName(target: string): string {
  const name = basename(target);
  const isShort = Buffer.byteLength(name) <= NAME_BYTES - AROUND_NAME_BYTES;
  return isShort ? name : createHash('sha256').update(name).digest('hex');
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
  const [start, end] = [`.${begunName(target)}.`, '.tmp'];
  for (const name of namesIn(dirname(target))) {
    if (!name.startsWith(start) || !name.endsWith(end)) continue;
    const mark = name.slice(start.length, -end.length);
    const path = `${dirname(target)}${sep}${name}`;
    if (isMarkOfEnded(mark) || (isMarkFromElsewhere(mark) && isOldAndOurs(path))) rmSync(path, { force: true });
  }
}

const LONGEST_RUN_MS = 48 * 60 * 60 * 1000;

/** No run writes for so long to a file without touching it. */
function isOldAndOurs(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.uid === process.geteuid?.() && Date.now() - (stats?.mtimeMs ?? Number.NaN) > LONGEST_RUN_MS;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // One may write to a folder without being allowed to look into it.
    return [];
  }
}

/** Writes a whole file, from a text or its pieces, or throws the system's error and leaves what was there. */
export function saveFile(path: string, text: string | Generator<string>): void {
  const replacement = replacementFor(path);
  try {
    try {
      for (const piece of typeof text === 'string' ? [text] : text) writeWhole(replacement.fd, Buffer.from(piece));
    } finally {
      closeSync(replacement.fd);
    }
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

/** As the kernel sees it in folders that everybody may write to (proc_sys_fs(5), protected_symlinks); here, in all of them. */
function isLinkOfOthers(path: string): boolean {
  try {
    const link = lstatSync(path);
    // Whose folder it is may do there as they like.
    const mayBeFollowed = [0, process.geteuid?.(), lstatSync(dirname(path)).uid];
    return link.isSymbolicLink() && !mayBeFollowed.includes(link.uid);
  } catch {
    return false;
  }
}

/** Not so the pipe behind /dev/stdin or <(…), which has a writer already. */
function hasName(path: string): boolean {
  try {
    return existsSync(realpathSync(path));
  } catch {
    return false;
  }
}

/** null where nothing is, or where a file stands in the way of the path. */
function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** Whether something may be there that this user is not shown. */
function isKeptFrom(path: string): boolean {
  try {
    statSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}
