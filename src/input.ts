// What is read by name, or from standard input as `-`: piece by piece, because what is no regular file may have no end.

import { createReadStream, fstatSync, openSync } from 'node:fs';

/** Opens it now, so that root may be given up before the first byte is read. @throws the system's error. */
export function openInput(path: string, process: NodeJS.Process): AsyncIterable<Buffer> {
  if (path === '-') return process.stdin;
  const fd = openSync(path, 'r');
  if (fstatSync(fd).isDirectory()) throw Object.assign(new Error('EISDIR'), { code: 'EISDIR' });
  return createReadStream('', { fd });
}

/** The whole of it as text, or null when it is longer. */
export async function readWhole(input: AsyncIterable<Buffer>, mostBytes: number): Promise<string | null> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of input) {
    length += piece.length;
    if (length > mostBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a folder; give a file name',
  EACCES: 'no permission to read it',
};

/** Why it could not be opened or read, in a few words. */
export function inputProblem(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === undefined ? message : (REASONS[code] ?? code);
}
