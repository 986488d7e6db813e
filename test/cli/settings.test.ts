// Defaults of options from a file: what may stand there, what is wrong with it, and that what is typed wins.

import { describe, expect, test } from 'vitest';
import { type Command, parseCommandLine } from '../../src/cli/index.ts';
import { parseSettings } from '../../src/cli/parse-settings.ts';

const PATH = '/home/someone/.config/netcheck.toml';

function scan(words: string, content: Record<string, unknown>): Extract<Command, { kind: 'scan' }> {
  const command = parseCommandLine(words.split(' '), '1.2.3', parseSettings({ path: PATH, content }));
  if (command.kind !== 'scan') throw new Error(JSON.stringify(command));
  return command;
}

const MAC = '02:00:00:00:00:01';
const OTHER = '02:00:00:00:00:02';

describe('values', () => {
  test.each<[content: Record<string, unknown>, options: object]>([
    [{}, { maxIdleSeconds: 900, rate: 5000, rounds: 3, proofPort: 22 }],
    [{ 'max-idle': '20m' }, { maxIdleSeconds: 1200 }],
    [{ 'max-idle': 1200 }, { maxIdleSeconds: 1200 }],
    [
      { interface: 'eth1', wait: '250ms' },
      { interfaceName: 'eth1', waitSeconds: 0.25 },
    ],
    [{ rate: 'max' }, { rate: 'max' }],
    [{ rate: 100 }, { rate: 100 }],
    [{ bandwidth: '256K' }, { rate: 500 }],
    [
      { rounds: 5, count: 7, names: true },
      { rounds: 5, count: 7, names: true },
    ],
    [{ proof: false }, { proofPort: null }],
    [{ proof: true, 'proof-port': 2222 }, { proofPort: 2222 }],
    [
      { dscp: 'EF', interval: '20ms', size: 1400 },
      { dscp: 46, intervalSeconds: 0.02, sizeBytes: 1400 },
    ],
  ])('%j', (content, options) => {
    expect(scan('--dup-ip 10.0.0.5', content).options).toMatchObject(options);
  });

  test.each<[content: Record<string, unknown>, output: object]>([
    [{ plain: true }, { plain: true }],
    [{ color: false }, { color: false }],
    [{ color: true }, { color: true }],
    [{ quiet: true }, { verbosity: 'quiet' }],
    [{ verbose: true, quiet: false }, { verbosity: 'verbose' }],
  ])('%j', (content, output) => {
    expect(scan('--dup-ip 10.0.0.5', content).output).toMatchObject(output);
  });

  test('none of them asks for anything, or is wrong where it is not needed', () => {
    const content = { count: 5, size: 100, exclude: ['10.0.0.9'], expect: [`10.0.0.5=${MAC}`], names: true };
    const settings = parseSettings({ path: PATH, content });
    expect(parseCommandLine([], '1', settings)).toMatchObject({ kind: 'usage-error' });
    expect(parseCommandLine(['--idle-timeout', 'h:22'], '1', settings)).toMatchObject({ kind: 'scan' });
    expect(parseCommandLine(['demo'], '1', settings)).toMatchObject({ kind: 'demo' });
    expect(parseCommandLine(['serve', '--listen', '7022'], '1', settings)).toMatchObject({ kind: 'serve' });
    // What is typed is as wrong as ever.
    expect(parseCommandLine(['--idle-timeout', 'h:22', '--count', '5'], '1', settings)).toMatchObject({
      message: '--count must go with --ping or --path',
    });
  });

  test('doctor, demo and explain take what they print by', () => {
    const settings = parseSettings({ path: PATH, content: { plain: true, color: false, quiet: true } });
    expect(parseCommandLine(['doctor'], '1', settings)).toMatchObject({ plain: true, color: false });
    expect(parseCommandLine(['demo'], '1', settings)).toMatchObject({ kind: 'demo', color: false });
    const explain = (...words: string[]): Command => parseCommandLine(['explain', ...words], '1', settings);
    expect(explain('x')).toMatchObject({ output: { plain: true, color: false, verbosity: 'quiet' } });
    expect(explain('-v', 'x')).toMatchObject({ output: { verbosity: 'verbose' } });
  });
});

describe('what is typed wins', () => {
  test.each<[words: string, content: Record<string, unknown>, options: object]>([
    ['--max-idle 60', { 'max-idle': '20m' }, { maxIdleSeconds: 60 }],
    ['--rate 7', { bandwidth: '1M' }, { rate: 7 }],
    ['--bandwidth 256K', { rate: 9 }, { rate: 500 }],
    ['--proof-port 2222', { proof: false }, { proofPort: 2222 }],
    ['--no-proof', { 'proof-port': 2222 }, { proofPort: null }],
  ])('%s beside %j', (words, content, options) => {
    expect(scan(`--dup-ip 10.0.0.5 ${words}`, content).options).toMatchObject(options);
  });

  test.each<[words: string, content: Record<string, unknown>, output: object]>([
    ['--json', { plain: true }, { json: true, plain: false }],
    ['-v', { quiet: true }, { verbosity: 'verbose' }],
    ['-q', { verbose: true }, { verbosity: 'quiet' }],
    ['--redact', { verbose: true }, { redact: true, verbosity: 'normal' }],
    ['--events -', { verbose: true }, { eventsPath: '-', verbosity: 'normal' }],
    ['--events e', { verbose: true }, { eventsPath: 'e', verbosity: 'verbose' }],
    ['--no-color', { color: true }, { color: false }],
  ])('%s beside %j', (words, content, output) => {
    expect(scan(`--dup-ip 10.0.0.5 ${words}`, content).output).toMatchObject(output);
  });

  test('lists add up, but the owners of one address are those that are typed', () => {
    const content = { exclude: ['10.0.0.9'], expect: { '10.0.0.5': [MAC, OTHER], '10.0.0.6': MAC } };
    const { options } = scan(`--dup-ip 10.0.0.0/24 --exclude 10.0.0.8 --expect 10.0.0.5=${MAC}`, content);
    expect(options.exclude.map(({ typed }) => typed)).toEqual(['10.0.0.9', '10.0.0.8']);
    expect(options.expect.map(({ typed }) => typed)).toEqual([`10.0.0.6=${MAC}`, `10.0.0.5=${MAC}`]);
  });
});

describe('owners of addresses', () => {
  const both = [`10.0.0.5=${MAC},${OTHER}`];
  test.each<[name: string, expect: unknown, entries: string[]]>([
    ['a table', { '10.0.0.5': [MAC, OTHER] }, both],
    ['a table without quotes, as TOML takes it', { 10: { 0: { 0: { 5: [MAC, OTHER] } } } }, both],
    ['one owner', { '10.0.0.5': MAC }, [`10.0.0.5=${MAC}`]],
    ['a list', both, both],
    ['text', both[0], both],
    ['a file beside this one', ['@known', '@/etc/known'], ['@/home/someone/.config/known', '@/etc/known']],
  ])('%s', (_, value, entries) => {
    expect(parseSettings({ path: PATH, content: { expect: value } }).expect).toEqual(entries);
  });
});

describe('what is wrong is one line with the file and the key', () => {
  test.each<[content: Record<string, unknown>, message: string]>([
    [{ 'max-idel': '20m' }, 'max-idel: there is no such option (Did you mean max-idle?)'],
    [{ expct: {} }, 'expct: there is no such option (Did you mean expect?)'],
    [{ maxIdle: '20m' }, 'maxIdle: there is no such option (Did you mean max-idle?)'],
    [{ zzzzzzzz: 1 }, 'zzzzzzzz: there is no such option'],
    [{ '': 1 }, ': there is no such option'],
    [{ __proto__x: 1, 'a\nb': 1 }, '__proto__x: there is no such option'],
    [{ 'no-proof': true }, 'no-proof: write proof = false'],
    [{ 'max-idle': 'soon' }, 'max-idle: Write a duration like 90, 90s, 15m or 2h.'],
    [{ 'max-idle': true }, 'max-idle: write text or a number'],
    [{ 'max-idle': ['20m'] }, 'max-idle: write text or a number'],
    [{ rounds: 21 }, 'rounds: Write a number from 1 to 20.'],
    [{ rounds: 1.5 }, 'rounds: Write a number from 1 to 20.'],
    [{ plain: 'yes' }, 'plain: write true or false'],
    [{ proof: 0 }, 'proof: write true or false'],
    [{ rate: 5, bandwidth: '1M' }, "rate and bandwidth can't both be meant; leave one of them out"],
    [{ quiet: true, verbose: true }, "quiet and verbose can't both be meant; leave one of them out"],
    [
      { exclude: ['10.0.0.500'] },
      'exclude: 10.0.0.500: not an IPv4 address, network or range; write it like 10.0.0.5, 10.0.0.0/24, 10.0.0.5-9, self or @file',
    ],
    [{ exclude: ['-'] }, 'exclude: standard input is for the command line; name a file like @hosts.txt'],
    [{ exclude: [5] }, 'exclude: write text, or a list of texts in brackets'],
    [{ expect: { '10.0.0.5': [5] } }, 'expect: 10.0.0.5: write text, or a list of texts in brackets'],
    [
      { expect: { '10.0.0.5': ['nobody'] } },
      'expect: 10.0.0.5=nobody: nobody is not a MAC; write it like 10.0.0.5=aa:bb:cc:dd:ee:01,aa:bb:cc:dd:ee:02',
    ],
    [{ expect: [], exclude: null }, 'exclude: write text, or a list of texts in brackets'],
  ])('%j', (content, message) => {
    expect(() => parseSettings({ path: PATH, content })).toThrow(new Error(`${PATH}: ${message}`));
  });

  // Whoever may run one command line as root, and no other, gets no more by a file of their own.
  test.each([
    'dup-ip',
    'ping',
    'path',
    'idle-timeout',
    'mosh-ports',
    'listen',
    'read',
    'save',
    'html',
    'pcap',
    'events',
    'json',
    'redact',
    'dry-run',
    'quick',
    'deep',
    'config',
    'help',
    'version',
  ])('%s is said on the command line only', (key) => {
    expect(() => parseSettings({ path: PATH, content: { [key]: 'x' } })).toThrow(
      new Error(
        `${PATH}: ${key}: ${key === 'help' ? 'there is no such option' : 'this is said on the command line only'}`,
      ),
    );
  });
});
