// The manual page and the completions that are shipped: made from the definition as it is, and read by those who read them.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { completionScript } from '../../src/cli/completion.ts';
import { parseCommandLine } from '../../src/cli/index.ts';
import { manual, text } from '../../src/cli/man-page.ts';

const root = new URL('../../', import.meta.url);
const { version, man } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
  version: string;
  man: unknown;
};

describe('shipped', () => {
  test.each([
    ['man/netcheck.1', () => manual(version)],
    ['completions/netcheck.bash', () => completionScript('bash')],
    ['completions/_netcheck', () => completionScript('zsh')],
    ['completions/netcheck.fish', () => completionScript('fish')],
  ])('%s is as the command line is now (else: npm run shell-files)', (path, make) => {
    expect(readFileSync(new URL(path, root), 'utf8')).toBe(make());
  });
});

test('npm links the page on a global install, which it does for a list only', () => {
  expect(man).toEqual(['man/netcheck.1']);
});

describe('the page', () => {
  const page = manual(version);

  test('has every option and command of --help', () => {
    const help = parseCommandLine(['--help'], version);
    const said = help.kind === 'print' ? help.text : '';
    const options = [...said.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag = '']) => flag);
    const commands = [...said.slice(said.indexOf('\nCommands:')).matchAll(/^ {2}([a-z]+) {2,}|^ {2}([a-z]+) [[<]/gm)];
    expect(options.length).toBeGreaterThan(30);
    expect(commands.length).toBeGreaterThan(5);
    for (const flag of options) expect(page).toContain(`\\fB${text(flag)}\\fR`);
    for (const [, alone, withArguments] of commands)
      expect(page).toMatch(new RegExp(`^\\.SS "${alone ?? withArguments}`, 'm'));
  });

  test('is ASCII, with every section', () => {
    expect(page).toMatch(/^[\n\x20-\x7e]*$/);
    expect([...page.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title)).toEqual([
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'OPTIONS',
      'COMMANDS',
      'EXAMPLES',
      'EXIT STATUS',
      'FILES',
      'ENVIRONMENT',
      'SEE ALSO',
    ]);
  });

  test('is read by groff without a warning, and what is to be typed can be copied', () => {
    const { stdout, stderr, status } = spawnSync('groff', ['-ww', '-Tutf8', '-man', '-P-cbou', '-rLL=200n'], {
      input: page,
      encoding: 'utf8',
    });
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    expect(stdout).toContain('sudo netcheck --dup-ip 10.0.0.0/24');
    expect(stdout).toContain('netcheck explain "Write failed: …"');
    expect(stdout).toContain('~/.ssh/config');
    expect(stdout).toMatch(/^ +--max-idle duration$/m);
    expect(stdout).toMatch(/Longest idle time to ask about \(default: 15m\)\./);
    expect(stdout).not.toMatch(/\\f|\\-|\\&|undefined|null/);
  });
});

test.each([
  ['a-b', 'a\\-b'],
  ["it's", 'it\\(aqs'],
  ['C:\\x', 'C:\\ex'],
  ['.profile', '\\&.profile'],
  ['one\n.two', 'one\n\\&.two'],
  ['"~`^', '\\(dq\\(ti\\(ga\\(ha'],
  ['… 🙂', '\\[u2026] \\[u1F642]'],
])('%j as roff', (words, roff) => {
  expect(text(words)).toBe(roff);
  const shown = execFileSync('groff', ['-ww', '-Tutf8', '-man'], {
    input: `.TH X 1\n${text(words)}\n`,
    encoding: 'utf8',
  });
  expect(shown).toContain(words.replace('\n', ' '));
});
