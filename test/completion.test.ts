// Completions, as the shells themselves give them.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completionScript } from '../src/cli/completion.ts';
import { parseCommandLine } from '../src/cli/index.ts';
import type { Shell } from '../src/cli/shells.ts';

/** As they are shipped. */
const COMPLETIONS = fileURLToPath(new URL('../completions', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'netcheck-completion-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Where the script for a shell is written. */
function script(shell: Shell): string {
  const path = join(folder, `netcheck.${shell}`);
  writeFileSync(path, completionScript(shell));
  return path;
}

const isThere = (shell: string): boolean => {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function run(program: string, args: readonly string[]): string {
  // fish makes itself folders there.
  const env = { ...process.env, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  return execFileSync(program, args, { encoding: 'utf8', timeout: 20_000, env });
}

function bash(...words: readonly string[]): string[] {
  const driver = `source "$1"; shift; COMP_WORDS=(netcheck "$@"); COMP_CWORD=$#; _netcheck; printf "%s\\n" "\${COMPREPLY[@]}"`;
  return run('bash', ['--norc', '-c', driver, 'bash', script('bash'), ...words])
    .trim()
    .split('\n');
}

describe('bash', () => {
  test.each<[typed: string, expected: string[]]>([
    ['--idl', ['--idle-timeout']],
    ['dem', ['demo']],
    ['--interface l', ['lo']],
    ['-i l', ['lo']],
    ['serve --bi', ['--bind']],
    ['completion z', ['zsh']],
    ['--rate ', ['']],
  ])('%j', (typed, expected) => {
    expect(bash(...typed.split(' '))).toEqual(expected);
  });

  test('files where a file is meant, and every flag of the program', () => {
    expect(bash('--save', `${folder}/netcheck.b`)).toEqual([join(folder, 'netcheck.bash')]);
    const flags = bash('-');
    const help = parseCommandLine(['--help'], '1.2.3');
    const named =
      help.kind === 'print' ? [...help.text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag) : [];
    expect(named.length).toBeGreaterThan(20);
    expect(flags).toEqual(expect.arrayContaining(named));
  });
});

describe.skipIf(!isThere('fish'))('fish', () => {
  test.each([
    ['netcheck --idl', /^--idle-timeout\tmeasure after how long/],
    ['netcheck dem', /^demo\tbuild a virtual network/m],
    ['netcheck -i l', /^lo\t/m],
    ['netcheck completion z', /^zsh$/m],
    ['netcheck serve --bi', /^--bind\t/],
  ])('%s', (typed, expected) => {
    const source = `source ${script('fish')}; complete -C'${typed}'`;
    expect(run('fish', ['--no-config', '-c', source])).toMatch(expected);
  });
});

describe.skipIf(!isThere('zsh'))('zsh', () => {
  // It completes only where it believes to be typed at: zsh/zpty is its own way to play a terminal.
  test.each([
    ['sourced', () => `autoload -U compinit; compinit -u -D; source ${script('zsh')}`],
    // As it is installed: the very first completion finds it.
    ['as a file along fpath', () => `fpath=(${COMPLETIONS} $fpath); autoload -U compinit; compinit -u -D`],
  ])('%s', (_, load) => {
    const terminal = `
      zmodload zsh/zpty
      zpty -b z zsh -f -i
      until_says() { local out all; repeat 100 { while zpty -r -t z out; do all+=$out; done; [[ $all == *$1* ]] && return; sleep 0.1 }; exit 1 }
      zpty -w z "${load().replaceAll('$', '\\$')}; echo LOADED-\\$_comps[netcheck]"
      until_says LOADED-_netcheck
      zpty -n -w z "netcheck --idl"$'\\t'
      until_says e-timeout
      print completed
    `;
    expect(run('zsh', ['-f', '-c', terminal])).toContain('completed');
  });
});

test('another shell is wrong usage, which names those that there are', () => {
  expect(parseCommandLine(['completion', 'tcsh'], '1.2.3')).toMatchObject({
    kind: 'usage-error',
    message: expect.stringMatching(/bash, zsh, fish/),
  });
});
