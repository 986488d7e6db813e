// --version as scripts ask for it, which loads no command line: the same answer as with one.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PROGRAM } from '../support/lab-run.ts';

test.each([
  ['alone', ['--version']],
  ['with what the command line has to be defined for', ['--ping', '127.0.0.1', '--version']],
])('%s', (_, args) => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  expect(execFileSync(process.execPath, [PROGRAM, ...args], { encoding: 'utf8' })).toBe(`${version}\n`);
});
