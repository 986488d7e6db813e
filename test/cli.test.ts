// The command line: argv in, a Command out, as tables.

import { describe, expect, it } from 'vitest';
import { type Command, type OutputOptions, parseCommandLine } from '../src/cli.ts';
import type { ScanOptions } from '../src/plan/index.ts';

const VERSION = '1.2.3';
const parse = (...argv: string[]): Command => parseCommandLine(argv, VERSION);

const DEFAULT_OPTIONS: ScanOptions = {
  dupIp: [],
  ping: ['h'],
  idleTimeout: [],
  interfaceName: null,
  rate: 5000,
  waitSeconds: null,
  maxIdleSeconds: 900,
  connections: 64,
};

const DEFAULT_OUTPUT: OutputOptions = {
  json: false,
  savePath: null,
  dryRun: false,
  color: true,
  verbosity: 'normal',
};

function usageMessage(...argv: string[]): string {
  const command = parse(...argv);
  if (command.kind !== 'usage-error') throw new Error(`parsed as ${JSON.stringify(command)}`);
  return command.message;
}

describe('a scan', () => {
  it('has defaults for all that is not said', () => {
    expect(parse('--ping', 'h')).toEqual({ kind: 'scan', options: DEFAULT_OPTIONS, output: DEFAULT_OUTPUT });
  });

  it.each<[string, Partial<ScanOptions>]>([
    ['--dup-ip 10.0.0.5', { dupIp: ['10.0.0.5'] }],
    ['--dup-ip=10.0.0.5', { dupIp: ['10.0.0.5'] }],
    ['--dup-ip b --dup-ip a', { dupIp: ['b', 'a'] }],
    ['--ping b --ping a', { ping: ['h', 'b', 'a'] }],
    ['--ping h --ping h', { ping: ['h'] }],
    ['--idle-timeout a:22 --idle-timeout b:22', { idleTimeout: ['a:22', 'b:22'] }],
    ['-i eth1', { interfaceName: 'eth1' }],
    ['--interface eth1', { interfaceName: 'eth1' }],
    ['--rate 1', { rate: 1 }],
    ['--rate 1000000', { rate: 1_000_000 }],
    ['--rate max', { rate: 'max' }],
    ['--wait 5', { waitSeconds: 5 }],
    ['--wait 250ms', { waitSeconds: 0.25 }],
    ['--max-idle 2h', { maxIdleSeconds: 7200 }],
    ['--max-idle 90', { maxIdleSeconds: 90 }],
    ['--max-idle 24h', { maxIdleSeconds: 86_400 }],
    ['--max-idle 1d', { maxIdleSeconds: 86_400 }],
    ['--connections 3', { connections: 3 }],
    ['--connections 1000', { connections: 1000 }],
  ])('%s', (words, options) => {
    const expected = { kind: 'scan', options: { ...DEFAULT_OPTIONS, ...options }, output: DEFAULT_OUTPUT };
    expect(parse('--ping', 'h', ...words.split(' '))).toEqual(expected);
    if (!words.includes('--ping')) expect(parse(...words.split(' '), '--ping', 'h')).toEqual(expected);
  });

  it.each<[string, Partial<OutputOptions>]>([
    ['--json', { json: true }],
    ['--save run.json', { savePath: 'run.json' }],
    ['--dry-run', { dryRun: true }],
    ['--no-color', { color: false }],
    ['-q', { verbosity: 'quiet' }],
    ['--quiet', { verbosity: 'quiet' }],
    ['-v', { verbosity: 'verbose' }],
    ['--verbose', { verbosity: 'verbose' }],
    ['-q -v', { verbosity: 'quiet' }],
    ['--json --save run.json --no-color', { json: true, savePath: 'run.json', color: false }],
  ])('%s', (words, output) => {
    const expected = { kind: 'scan', options: DEFAULT_OPTIONS, output: { ...DEFAULT_OUTPUT, ...output } };
    expect(parse('--ping', 'h', ...words.split(' '))).toEqual(expected);
  });

  it('takes any of the three checks alone', () => {
    for (const words of [
      ['--dup-ip', 'x'],
      ['--ping', 'x'],
      ['--idle-timeout', 'x'],
    ]) {
      expect(parse(...words).kind).toBe('scan');
    }
  });

  it('keeps nothing from the parse before', () => {
    parse('--ping', 'a', '--dup-ip', 'b', '--json');
    expect(parse('--ping', 'h')).toEqual({ kind: 'scan', options: DEFAULT_OPTIONS, output: DEFAULT_OUTPUT });
  });
});

describe('wrong usage is one line that says what to type', () => {
  it.each([
    [[], /^nothing to check; give --dup-ip, --ping or --idle-timeout/],
    [['--json'], /^nothing to check/],
    [['--rate', '10', '-v'], /^nothing to check/],
    [
      ['example.org'],
      /^say what to check about example\.org: netcheck --ping example\.org, --idle-timeout example\.org:22/,
    ],
    [['user@example.org'], /^say what to check about example\.org: /],
    [['example.org', '--ping', 'example.org'], /^say what to check about example\.org: /],
    [['a', 'b'], /too many arguments/],
    [['--dup-ipp', '10.0.0.5'], /^unknown option '--dup-ipp' \(Did you mean --dup-ip\?\)$/],
    [['--pnig', 'h'], /^unknown option '--pnig' \(Did you mean --ping\?\)$/],
    [['--jsn'], /^unknown option '--jsn' \(Did you mean --json\?\)$/],
    [['--qqqqqqqqqqqqqq'], /^unknown option '--qqqqqqqqqqqqqq'$/],
    [['-x'], /^unknown option '-x'$/],
    [['--ping'], /argument missing/],
    [['--dup-ip'], /argument missing/],
    [['--ping', 'h', '--save'], /argument missing/],
    [['--ping', 'h', '--interface'], /argument missing/],
    [['demo', 'more'], /too many arguments/],
    [['demo', '--ping', 'x'], /^demo takes no option/],
    [['-v', 'demo'], /^demo takes no option/],
  ])('%j', (argv, message) => {
    expect(usageMessage(...argv)).toMatch(message);
    expect(usageMessage(...argv)).not.toMatch(/\n|^error/);
  });

  it.each(['--max-idle', '--wait'])('%s wants a duration', (option) => {
    for (const value of ['-5', 'abc', '', '5 s', '1h30m', '1e3']) {
      expect(usageMessage('--ping', 'h', option, value)).toMatch(
        /is invalid\. Write a duration like 90, 90s, 15m or 2h\.$/,
      );
    }
    for (const value of ['0', '0s', '0ms', '86401', '25h', '2d', '9'.repeat(400)]) {
      expect(usageMessage('--ping', 'h', option, value)).toMatch(
        /is invalid\. It must be more than 0 and at most 24h\.$/,
      );
    }
    expect(usageMessage('--ping', 'h', `${option}=-5`)).toContain("'-5' is invalid");
  });

  it.each(['0', '2', '1001', '-5', '3.5', 'abc', '', '1e2', '0x10', ' 5'])('--connections %j', (value) => {
    expect(usageMessage('--ping', 'h', '--connections', value)).toMatch(
      /is invalid\. Write a number from 3 to 1000\.$/,
    );
  });

  it.each(['0', '-5', '1000001', '0.5', 'fast', 'MAX', '', '1e3'])('--rate %j', (value) => {
    expect(usageMessage('--ping', 'h', '--rate', value)).toMatch(
      /is invalid\. Write packets per second from 1 to 1000000, or max\.$/,
    );
  });
});

describe('what is printed', () => {
  it('--version is the version', () => {
    expect(parse('--version')).toEqual({ kind: 'print', text: `${VERSION}\n` });
  });

  it.each(['-h', '--help'])('%s names every option, the exit codes and examples', (flag) => {
    const command = parse(flag);
    if (command.kind !== 'print') throw new Error(`parsed as ${JSON.stringify(command)}`);
    for (const option of [
      '--dup-ip',
      '--ping',
      '--idle-timeout',
      '-i, --interface',
      '--max-idle',
      '--connections',
      '--wait',
    ]) {
      expect(command.text).toContain(`  ${option}`);
    }
    for (const option of [
      '--rate',
      '--dry-run',
      '--json',
      '--save',
      '--no-color',
      '-q, --quiet',
      '-v, --verbose',
      'demo',
    ]) {
      expect(command.text).toContain(`  ${option}`);
    }
    expect(command.text).toContain('Exit codes: 0 no cause found');
    expect(command.text).toContain('sudo netcheck --dup-ip 10.0.0.5 ');
  });

  it('help wins over what else is there, and is the same each time', () => {
    expect(parse('--ping', 'h', '--help')).toEqual(parse('--help'));
  });

  it('nothing reaches the terminal while parsing', () => {
    const written: unknown[] = [];
    const { stdout, stderr } = process;
    const writes = [stdout.write, stderr.write] as const;
    stdout.write = (text: unknown) => written.push(text) > 0;
    stderr.write = (text: unknown) => written.push(text) > 0;
    try {
      for (const argv of [['--help'], ['--version'], ['--wrong'], ['--ping'], ['demo', '--help'], ['demo', '--wrong']])
        parse(...argv);
    } finally {
      [stdout.write, stderr.write] = writes;
    }
    expect(written).toEqual([]);
  });
});

describe('the demo', () => {
  it.each<[string, boolean]>([
    ['demo', true],
    ['demo --no-color', false],
    ['--no-color demo', false],
  ])('%s', (words, color) => {
    expect(parse(...words.split(' '))).toEqual({ kind: 'demo', color });
  });

  it('has a help of its own', () => {
    expect(parse('demo', '--help')).toMatchObject({ kind: 'print', text: expect.stringContaining('netcheck demo') });
  });
});
