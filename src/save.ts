// Saves a report so that an older one is never half overwritten.

import { accessSync, constants, lstatSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Why nothing can be saved at this path, in a few words; null when it can. Found out before anything is measured. */
export function savingProblem(path: string): string | null {
  const folder = dirname(path);
  try {
    if (!statSync(folder).isDirectory()) return `${folder} is not a folder`;
  } catch {
    return `the folder ${folder} does not exist`;
  }
  try {
    const existing = lstatSync(path, { throwIfNoEntry: false });
    if (existing?.isDirectory()) return `${path} is a folder; give a file name`;
    accessSync(existing?.isFile() === false ? path : folder, constants.W_OK);
    if (existing) accessSync(path, constants.W_OK);
    return null;
  } catch {
    return `no permission to write ${path}`;
  }
}

/** Writes beside the file and renames; what is not a regular file (a pipe, a device) is written to as it is. */
export function saveFile(path: string, text: string): void {
  const existing = lstatSync(path, { throwIfNoEntry: false });
  if (existing && !existing.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
