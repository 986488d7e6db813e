// bin/netcheck.js beside programs that fail in every way: one line, and 3, never the 1 that says that a cause was found.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { PROGRAM } from './support/lab-run.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** `main` is dist/main.js; null: there is none. */
function run(main: string | null, ...args: string[]): SpawnSyncReturns<string> {
  using folder = temporaryFolder();
  const program = join(folder.path, 'bin', 'netcheck.js');
  mkdirSync(dirname(program));
  mkdirSync(join(folder.path, 'dist'));
  cpSync(PROGRAM, program);
  writeFileSync(join(folder.path, 'package.json'), '{"type":"module"}');
  if (main !== null) writeFileSync(join(folder.path, 'dist', 'main.js'), main);
  return spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
}

test.each<[how: string, main: string | null, words: RegExp]>([
  ['is not there', null, /^the program could not be loaded; install it again: Cannot find module .+main\.js/],
  ['needs what is not there', "import 'koffi';", /^the program could not be loaded; .+koffi/],
  ['is cut off', 'export async function main() {', /^the program could not be loaded; /],
  [
    'rejects',
    "export const main = async () => { throw new Error('a|b\\n \\x1b[31mc'); };",
    /^internal error: a.b \?\[31mc$/,
  ],
  ['throws no error', 'export const main = async () => { throw undefined; };', /^internal error: undefined$/],
  [
    'throws where nobody catches',
    "export const main = () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 5));",
    /^internal error: late$/,
  ],
  [
    'rejects where nobody looks',
    "export const main = () => new Promise(() => setTimeout(() => Promise.reject(new Error('late')), 5));",
    /^internal error: late$/,
  ],
  [
    'may open no file',
    "export const main = async () => { throw Object.assign(new Error('x'), { code: 'EMFILE' }); };",
    /^too few files may be open .+ulimit -n 1024$/,
  ],
])('a program that %s', (_, main, words) => {
  const { status, stdout, stderr } = run(main);
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
  expect(stderr).toMatch(/^netcheck: [\x20-\x7e]+\n$/);
  expect(stderr.slice('netcheck: '.length, -1)).toMatch(words);

  const plugin = run(main, '--nagios');
  expect({ status: plugin.status, stderr: plugin.stderr }).toEqual({ status: 3, stderr: '' });
  expect(plugin.stdout).toMatch(/^NETCHECK UNKNOWN - [^|\n]+\n$/);
  expect(plugin.stdout.slice('NETCHECK UNKNOWN - '.length, -1)).toMatch(words);
});

test('the line stays, though what is drawn on a terminal is erased at the end', () => {
  const main = `export async function main() {
    process.once('exit', () => process.stderr.write('(erased)'));
    throw new Error('late');
  }`;
  expect(run(main).stderr).toBe('(erased)netcheck: internal error: late\n');
});

test.each([[[]], [['--nagios']]])('a verdict that is out already stands, with %j', (args) => {
  const main = `export async function main() {
    setTimeout(() => { throw new Error('late'); }, 5);
    console.log('the report');
    return 1;
  }`;
  const { status, stdout, stderr } = run(main, ...args);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: 'the report\n',
    stderr: 'netcheck: internal error: late\n',
  });
});
