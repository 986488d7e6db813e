// The folder of a login: nobody else's, gone with it, and what a killed netcheck left is taken away by the next.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { privateFolder } from '../../src/session/private-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let scratch: ReturnType<typeof temporaryFolder>;

beforeEach(() => {
  scratch = temporaryFolder();
  vi.stubEnv('TMPDIR', scratch.path);
});

afterEach(() => {
  vi.unstubAllEnvs();
  scratch[Symbol.dispose]();
});

it('can be entered by its owner alone, and goes when it is disposed of', () => {
  {
    using folder = privateFolder();
    expect(statSync(dirname(folder.socketPath)).mode & 0o777).toBe(0o700);
    writeFileSync(folder.socketPath, '');
  }
  expect(readdirSync(scratch.path)).toEqual([]);
});

it('takes away what one that was killed has left, and nothing else', () => {
  const killed = spawnSync('true').pid;
  const make = (name: string, ...files: string[]): void => {
    mkdirSync(join(scratch.path, name));
    for (const file of files) writeFileSync(join(scratch.path, name, file), '');
  };
  make(`netcheck-${killed}-abcdef`, 'relay');
  make(`netcheck-${killed}-ghijkl`);
  const kept = [
    `netcheck-${process.pid}-abcdef`,
    `netcheck-${killed}-mnopqr`,
    'netcheck-abcdef',
    `netcheck-${killed}-link00`,
  ];
  make(kept[0] as string, 'relay');
  make(kept[1] as string, 'relay', 'of somebody');
  make(kept[2] as string);
  symlinkSync(join(scratch.path, 'netcheck-abcdef'), join(scratch.path, kept[3] as string));
  {
    using _folder = privateFolder();
  }
  expect(readdirSync(scratch.path).sort()).toEqual(kept.sort());
});
