// Where defaults are read from, and what is said of a file that can't be.

import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ConfigChoice } from '../src/cli/index.ts';
import { type Defaults, readDefaults } from '../src/settings-file.ts';
import { temporaryFolder } from './support/temporary-folder.ts';

/** What is read where these files are; `env` may name the folder as FOLDER. */
async function read(
  files: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = { XDG_CONFIG_HOME: 'FOLDER' },
  choice: ConfigChoice = 'usual',
): Promise<Defaults> {
  using folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, name)), { recursive: true });
    writeFileSync(join(folder.path, name), text);
  }
  const inside = (text = ''): string => text.replace('FOLDER', folder.path);
  const named = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inside(value)]));
  const file = typeof choice === 'string' ? choice : { file: inside(choice.file) };
  const found = await readDefaults(file, { env: named, getuid: () => 1000 } as unknown as NodeJS.Process);
  return JSON.parse(JSON.stringify(found).replaceAll(folder.path, 'FOLDER')) as Defaults;
}

const TOML = 'max-idle = "20m"\n[expect]\n"10.0.0.5" = ["02:00:00:00:00:01"]\n';
const SETTINGS = { maxIdle: 1200, expect: ['10.0.0.5=02:00:00:00:00:01'] };

describe('found', () => {
  test.each(['netcheck.toml', 'netcheck/netcheck.toml'])('%s', async (name) => {
    expect(await read({ [name]: TOML })).toEqual({ kind: 'file', path: `FOLDER/${name}`, settings: SETTINGS });
  });

  test.each(['netcheck.json', 'netcheck/netcheck.json'])('%s', async (name) => {
    const json = '\ufeff{"max-idle": "20m", "expect": {"10.0.0.5": ["02:00:00:00:00:01"]}}';
    expect(await read({ [name]: json })).toEqual({ kind: 'file', path: `FOLDER/${name}`, settings: SETTINGS });
  });

  test('an empty one', async () => {
    expect(await read({ 'netcheck.toml': '' })).toMatchObject({ kind: 'file', settings: {} });
  });

  test.each<[name: string, env: NodeJS.ProcessEnv]>([
    ['in ~/.config', { HOME: 'FOLDER' }],
    ['… when the variable is empty', { HOME: 'FOLDER', XDG_CONFIG_HOME: '' }],
    ['… or relative, which the specification says to ignore', { HOME: 'FOLDER', XDG_CONFIG_HOME: 'etc' }],
  ])('%s', async (_, env) => {
    const found = await read({ '.config/netcheck.toml': TOML }, env);
    expect(found).toEqual({ kind: 'file', path: 'FOLDER/.config/netcheck.toml', settings: SETTINGS });
  });

  test('by name, whatever it is called, in place of the usual one', async () => {
    const files = { 'netcheck.toml': 'rate = 1', mine: TOML };
    const found = await read(files, undefined, { file: 'FOLDER/mine' });
    expect(found).toEqual({ kind: 'file', path: 'FOLDER/mine', settings: SETTINGS });
  });
});

test('as README.md shows it', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, example = ''] = /### Defaults of your own\n[^`]*(?:`[^`]+`[^`]*)*?```\n([^`]+)```/.exec(readme) ?? [];
  expect(await read({ 'netcheck.toml': example })).toEqual({
    kind: 'file',
    path: 'FOLDER/netcheck.toml',
    settings: {
      maxIdle: 1200,
      interface: 'eth0',
      exclude: ['10.0.0.64/26', '@FOLDER/printers.txt'],
      expect: ['10.0.0.1=00:00:5e:00:01:01,02:42:ac:11:00:02'],
    },
  });
});

describe('not there', () => {
  test.each<[name: string, files: Record<string, string>, env: NodeJS.ProcessEnv | undefined, choice: ConfigChoice]>([
    ['no file', {}, undefined, 'usual'],
    ['no folder', {}, { XDG_CONFIG_HOME: '/nonexistent' }, 'usual'],
    ['a file in place of the folder', { netcheck: 'x' }, undefined, 'usual'],
    ['not wanted', { 'netcheck.toml': 'broken' }, undefined, 'none'],
  ])('%s', async (_, files, env, choice) => {
    expect(await read(files, env, choice)).toEqual({ kind: 'none' });
  });
});

describe('a problem names the file', () => {
  test.each<[name: string, files: Record<string, string>, problem: RegExp]>([
    [
      'two',
      { 'netcheck.toml': '', 'netcheck.json': '{}' },
      /^FOLDER\/netcheck\.toml and FOLDER\/netcheck\.json are both there; keep one of them$/,
    ],
    [
      'no TOML',
      { 'netcheck.toml': 'rate = 5\nmax-idle = 20m\n' },
      /^FOLDER\/netcheck\.toml: line 2: this is no TOML: \S[^\n]+$/,
    ],
    ['a key twice', { 'netcheck.toml': 'rate = 5\nrate = 6\n' }, /^FOLDER\/netcheck\.toml: line 2: this is no TOML: /],
    ['no JSON', { 'netcheck.json': '{"rate": }' }, /^FOLDER\/netcheck\.json: this is no JSON: \S[^\n]+$/],
    ['no object', { 'netcheck.json': '[]' }, /^FOLDER\/netcheck\.json: write an object, like \{"max-idle": "20m"\}$/],
    ['a folder', { 'netcheck.toml/x': '' }, /^FOLDER\/netcheck\.toml: it is a folder; give a file name$/],
    ['a date', { 'netcheck.toml': 'wait = 2026-01-01' }, /^FOLDER\/netcheck\.toml: wait: write text or a number$/],
    [
      'a wrong value',
      { 'netcheck.toml': 'rate = "fast"' },
      /^FOLDER\/netcheck\.toml: rate: Write packets per second from 1 to 1000000, or max\.$/,
    ],
    [
      '__proto__',
      { 'netcheck.json': '{"__proto__": {"rate": 1}}' },
      /^FOLDER\/netcheck\.json: __proto__: there is no such option$/,
    ],
    [
      'too long',
      { 'netcheck.toml': '#'.repeat(17 * 1024 * 1024) },
      /^FOLDER\/netcheck\.toml: it is longer than 16 MB$/,
    ],
  ])('%s', async (_, files, problem) => {
    expect(await read(files)).toEqual({ kind: 'problem', problem: expect.stringMatching(problem) });
  });

  test('one that was named and is not there', async () => {
    expect(await read({}, undefined, { file: 'FOLDER/mine' })).toEqual({
      kind: 'problem',
      problem: '--config FOLDER/mine: there is no such file',
    });
  });

  test('a link into nothing is no file', async () => {
    using folder = temporaryFolder();
    symlinkSync('/nonexistent', join(folder.path, 'netcheck.toml'));
    const process = { env: { XDG_CONFIG_HOME: folder.path }, getuid: () => 1000 } as unknown as NodeJS.Process;
    expect(await readDefaults('usual', process)).toEqual({ kind: 'none' });
  });
});
