// The folder of a login: nobody else's, gone with it, and what a killed netcheck left is taken away by the next.

import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { processMark } from '../../src/running.ts';
import { type PrivateFolder, privateFolder } from '../../src/session/private-folder.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function usable(...parents: readonly string[][]): PrivateFolder {
  const made = privateFolder(...parents);
  if (!made.ok) throw new Error(made.because);
  return made.folder;
}

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
    using folder = usable();
    expect(statSync(dirname(folder.socketPath)).mode & 0o777).toBe(0o700);
    writeFileSync(folder.socketPath, '');
  }
  expect(readdirSync(scratch.path)).toEqual([]);
});

it('takes away what one that was killed has left, and nothing else', () => {
  const here = processMark().slice(`${process.pid}.`.length);
  const killed = `${spawnSync('true').pid}.${here}`;
  const elsewhere = `${process.pid}.01234567-1`;
  const make = (name: string, ...files: string[]): void => {
    mkdirSync(join(scratch.path, name));
    for (const file of files) writeFileSync(join(scratch.path, name, file), '');
  };
  make(`netcheck-${killed}-abcdef`, 'relay');
  make(`netcheck-${killed}-ghijkl`);
  // Of another container or boot: whether its process is there can't be known, but no login takes two days.
  make(`netcheck-${elsewhere}-oldold`);
  const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
  utimesSync(join(scratch.path, `netcheck-${elsewhere}-oldold`), twoDaysAgo, twoDaysAgo);
  const link = `netcheck-${killed}-link00`;
  const kept: Record<string, string[]> = {
    [`netcheck-${processMark()}-abcdef`]: ['relay'],
    [`netcheck-${killed}-mnopqr`]: ['relay', 'of somebody'],
    [`netcheck-${elsewhere}-stuvwx`]: ['relay'],
    'netcheck-abcdef': [],
  };
  for (const [name, files] of Object.entries(kept)) make(name, ...files);
  symlinkSync(join(scratch.path, 'netcheck-abcdef'), join(scratch.path, link));
  {
    using _folder = usable();
  }
  expect(readdirSync(scratch.path).sort()).toEqual([...Object.keys(kept), link].sort());
});

describe('where it can not be made', () => {
  const long = (): string => join(scratch.path, 'x'.repeat(100));

  it.each([
    ['that is not there', () => join(scratch.path, 'missing')],
    ['that is a file', () => join(scratch.path, 'file')],
    ['whose name leaves no room for that of a socket', long],
  ])('for a TMPDIR %s it is made in /tmp', (_, name) => {
    mkdirSync(long());
    writeFileSync(join(scratch.path, 'file'), '');
    vi.stubEnv('TMPDIR', name());
    using folder = usable();
    expect(dirname(dirname(folder.socketPath))).toBe('/tmp');
  });

  it('a socket may be made in the longest name that is taken', async () => {
    const behind = `/netcheck-${processMark()}-XXXXXX/relay`.length;
    const [longest, longer] = [107, 108].map((bytes) =>
      join(scratch.path, 'x'.repeat(bytes - behind - scratch.path.length - 1)),
    );
    for (const each of [longest, longer]) mkdirSync(each as string);
    using folder = usable([longer as string, longest as string]);
    expect(dirname(dirname(folder.socketPath))).toBe(longest);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(folder.socketPath, resolve));
    server.close();
  });

  it('anywhere, it is said in one line which were tried, and why each is of no use', () => {
    mkdirSync(long());
    expect(privateFolder(['/nonexistent', long()])).toEqual({
      ok: false,
      because: `no folder can be made for the socket by which ssh reaches netcheck: /nonexistent (ENOENT), ${long()} (too long a name for a socket)`,
      hint: expect.stringContaining('TMPDIR'),
    });
  });
});
