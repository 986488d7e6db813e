// The command line: argv in, a Command out, as tables.

import { describe, expect, it } from 'vitest';
import { type Command, type OutputOptions, parseCommandLine } from '../src/cli/index.ts';
import type { ScanOptions } from '../src/plan/index.ts';
import { NOTHING_ASKED, typed } from './plan/machines.ts';

const VERSION = '1.2.3';
const parse = (...argv: string[]): Command => parseCommandLine(argv, VERSION);

const DEFAULT_OPTIONS: ScanOptions = { ...NOTHING_ASKED, ping: typed('h') };

const DEFAULT_OUTPUT: OutputOptions = {
  json: false,
  nagios: false,
  savePath: null,
  htmlPath: null,
  redact: false,
  pcapPath: null,
  eventsPath: null,
  dryRun: false,
  color: true,
  plain: false,
  verbosity: 'normal',
};

const DEFAULT_SCAN: Command = { kind: 'scan', options: DEFAULT_OPTIONS, output: DEFAULT_OUTPUT, config: 'usual' };

function usageMessage(...argv: string[]): string {
  const command = parse(...argv);
  if (command.kind !== 'usage-error') throw new Error(`parsed as ${JSON.stringify(command)}`);
  return command.message;
}

describe('a scan', () => {
  it('has defaults for all that is not said', () => {
    expect(parse('--ping', 'h')).toEqual(DEFAULT_SCAN);
  });

  it.each<[string, Partial<ScanOptions>]>([
    ['--dup-ip 10.0.0.5', { dupIp: typed('10.0.0.5') }],
    ['--dup-ip=10.0.0.5', { dupIp: typed('10.0.0.5') }],
    ['--dup-ip b --dup-ip a', { dupIp: typed('b', 'a') }],
    ['--dup-ip b,a --dup-ip c,b', { dupIp: typed('b', 'a', 'c') }],
    ['--dup-ip ,a,,b,', { dupIp: typed('a', 'b') }],
    ['--dup-ip 10.0.0.5-9,10.0.0.0/24,self', { dupIp: typed('10.0.0.5-9', '10.0.0.0/24', 'self') }],
    ['--dup-ip -', { dupIp: typed('-') }],
    ['--dup-ip @hosts.txt,10.0.0.5', { dupIp: typed('@hosts.txt', '10.0.0.5') }],
    ['--dup-ip a --exclude b,c --exclude @d', { dupIp: typed('a'), exclude: typed('b', 'c', '@d') }],
    ['--dup-ip a --expect a=x,y --expect b=z', { dupIp: typed('a'), expect: typed('a=x,y', 'b=z') }],
    ['--dup-ip a --expect @known', { dupIp: typed('a'), expect: typed('@known') }],
    ['--listen 60', { listenSeconds: 60 }],
    ['--listen 5m --dup-ip a --exclude b', { listenSeconds: 300, dupIp: typed('a'), exclude: typed('b') }],
    ['--listen 60 --expect a=x', { listenSeconds: 60, expect: typed('a=x') }],
    ['--read a.pcap --read b.pcap', { read: ['a.pcap', 'b.pcap'] }],
    ['--read a.pcap --dup-ip a --expect a=x', { read: ['a.pcap'], dupIp: typed('a'), expect: typed('a=x') }],
    ['--read a.pcap --expect a=x', { read: ['a.pcap'], expect: typed('a=x') }],
    ['alice@h:2222', { examine: { typed: 'alice@h:2222', whereabouts: null } }],
    ['h --expect a=x', { examine: { typed: 'h', whereabouts: null }, expect: typed('a=x') }],
    ['h --quick --max-idle 60', { examine: { typed: 'h', whereabouts: null }, quick: true, maxIdleSeconds: 60 }],
    ['--rounds 1', { rounds: 1 }],
    ['--rounds 20', { rounds: 20 }],
    ['--proof-port 2222', { proofPort: 2222 }],
    ['--no-proof', { proofPort: null }],
    ['--no-proof --proof-port 2222', { proofPort: null }],
    ['--bandwidth 256000', { rate: 500 }],
    ['--bandwidth 256K', { rate: 500 }],
    ['--bandwidth 256k', { rate: 500 }],
    ['--bandwidth 1M', { rate: 1953 }],
    ['--bandwidth 1m', { rate: 1953 }],
    ['--bandwidth 512', { rate: 1 }],
    ['--bandwidth 1023', { rate: 1 }],
    ['--bandwidth 1G', { rate: 1_000_000 }],
    ['--bandwidth 512M', { rate: 1_000_000 }],
    ['--ping b --ping a', { ping: typed('h', 'b', 'a') }],
    ['--ping h --ping h', { ping: typed('h') }],
    ['--ping h --ping 10.0.0.0/24,a-b,@f,-', { ping: typed('h', '10.0.0.0/24', 'a-b', '@f', '-') }],
    ['--count 1000', { count: 1000 }],
    ['--interval 20ms', { intervalSeconds: 0.02 }],
    ['--size 1400', { sizeBytes: 1400 }],
    ['--dscp EF', { dscp: 46 }],
    ['--dscp af21', { dscp: 18 }],
    ['--dscp CS1', { dscp: 8 }],
    ['--dscp LE', { dscp: 1 }],
    ['--dscp 63', { dscp: 63 }],
    ['--dscp 0', { dscp: 0 }],
    ['--exclude b', { exclude: typed('b') }],
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
    ['--idle-timeout a:22 --quick', { idleTimeout: ['a:22'], quick: true }],
    ['--idle-timeout a:22 --deep', { idleTimeout: ['a:22'], deep: true }],
    ['--idle-timeout a:22 --resolution 100ms', { idleTimeout: ['a:22'], resolutionSeconds: 0.1 }],
  ])('%s', (words, options) => {
    const expected = { ...DEFAULT_SCAN, options: { ...DEFAULT_OPTIONS, ...options } };
    expect(parse('--ping', 'h', ...words.split(' '))).toEqual(expected);
    if (!words.includes('--ping')) expect(parse(...words.split(' '), '--ping', 'h')).toEqual(expected);
  });

  it.each<[string, Partial<OutputOptions>]>([
    ['--json', { json: true }],
    ['--nagios', { nagios: true, verbosity: 'quiet' }],
    ['--nagios -q --save run.json', { nagios: true, savePath: 'run.json', verbosity: 'quiet' }],
    ['--save run.json', { savePath: 'run.json' }],
    ['--pcap run.pcap', { pcapPath: 'run.pcap' }],
    ['--events /dev/fd/3', { eventsPath: '/dev/fd/3' }],
    ['--events -', { eventsPath: '-' }],
    ['--pcap run.pcap --save run.json', { pcapPath: 'run.pcap', savePath: 'run.json' }],
    ['--dry-run', { dryRun: true }],
    ['--no-color', { color: false }],
    ['--plain', { plain: true }],
    ['-q', { verbosity: 'quiet' }],
    ['--quiet', { verbosity: 'quiet' }],
    ['-v', { verbosity: 'verbose' }],
    ['--verbose', { verbosity: 'verbose' }],
    ['-q -v', { verbosity: 'quiet' }],
    ['--json --save run.json --no-color', { json: true, savePath: 'run.json', color: false }],
  ])('%s', (words, output) => {
    const expected = { ...DEFAULT_SCAN, output: { ...DEFAULT_OUTPUT, ...output } };
    expect(parse('--ping', 'h', ...words.split(' '))).toEqual(expected);
  });

  it('takes any of the checks alone', () => {
    for (const words of [
      ['--dup-ip', 'x'],
      ['--ping', 'x'],
      ['--idle-timeout', 'x'],
      ['--listen', '5'],
      ['--read', 'x'],
    ]) {
      expect(parse(...words).kind).toBe('scan');
    }
  });

  it('keeps nothing from the parse before', () => {
    parse('--ping', 'a', '--dup-ip', 'b', '--json');
    expect(parse('--ping', 'h')).toEqual(DEFAULT_SCAN);
  });
});

describe('wrong usage is one line that says what to type', () => {
  it.each([
    [
      [],
      /^nothing to check; give a host \(alice@example\.org\), --dup-ip, --ping, --path, --idle-timeout, --mosh-ports, --listen or --read/,
    ],
    [['--json'], /^nothing to check/],
    [['--rate', '10', '-v'], /^nothing to check/],
    [['a.example', 'b.example'], /^too many arguments/],
    [['alice@a.example', '--read', 'x.pcap'], /^--read looks into a file, and alice@a\.example is to be measured/],
    [['a', 'b'], /^too many arguments\. Expected 1 argument but got 2\. One host is examined at a time$/],
    [['exlpain', 'duplicate-ip'], /^too many arguments\. .* \(Did you mean netcheck explain\?\)$/],
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
    [['demo', '--listen', '5'], /^demo takes no option/],
    [['doctor', '--json'], /^doctor takes no option but --plain, --no-color, --config and --no-config; run it without/],
    [['--nagios', 'doctor'], /^doctor takes no option but/],
    [['--dup-ip', 'self', 'doctor'], /^doctor takes no option but/],
    [['man', '--json'], /^man takes no options/],
    [['completion', 'bash', '-v'], /^completion takes no options/],
    [['schema', '--plain'], /^schema takes no options/],
    [['--ping', 'h', '--path', ''], /^--path: no host is given$/],
    [['--idle-timeout', ' '], /^--idle-timeout: no host is given$/],
    [['--mosh-ports', ','], /^--mosh-ports: no host is given$/],
    [['--ping', 'h', '--config', ''], /^--config: the file name is empty$/],
    [['explain', '--log', ''], /^--log: the file name is empty$/],
    [['--dup-ip', ''], /^--dup-ip: no target is given$/],
    [['--dup-ip', '10.0.0.5', '--dup-ip', ' , '], /^--dup-ip: no target is given$/],
    [['--dup-ip', '10.0.0.5', '--exclude', ''], /^--exclude: no target is given$/],
    [['--read', 'a', '--listen', '5'], /^--listen is for the network and --read for a file; give one of them$/],
    [['--read', 'a', '--pcap', 'b'], /^--pcap writes what is sent and received, and --read does neither$/],
    [['--ping', 'a', '--events', '-', '-v'], /^--events - and -v both write to standard error; give one of them$/],
    [['--dup-ip', 'a', '--pcap', 'b', '--save', 'b'], /^--save and --pcap name the same file$/],
    [['--listen', '5', '--exclude', 'a'], /^--exclude must go with --dup-ip or --ping$/],
    [['--read', 'x', '--exclude', 'a'], /^--exclude must go with --dup-ip or --ping$/],
    [['--ping', 'h', '--expect', 'a=x'], /^--expect must go with --dup-ip, or with a host$/],
    [['--ping', 'h', '--exclude', 'a', '--expect', 'a=x'], /^--expect must go with --dup-ip, or with a host$/],
    [['--dup-ip', 'a', '--rate', '5', '--bandwidth', '1M'], /--rate .* cannot be used with option '--bandwidth/],
    [['--dup-ip', 'a', '--count', '5', '--dscp', 'EF'], /^--dscp must go with --ping$/],
    [['--dup-ip', 'a', '--count', '5'], /^--count must go with --ping or --path$/],
    [
      ['--ping', 'h', '--nagios', '--json'],
      /^--nagios prints one line for a monitoring system, and --json something else/,
    ],
    [['--ping', 'h', '--nagios', '--plain'], /, and --plain something else; give one of them$/],
    [['--ping', 'h', '--nagios', '-v'], /, and -v something else; give one of them$/],
    [['--ping', 'h', '--nagios', '--dry-run'], /, and --dry-run something else; give one of them$/],
    [['--ping', ','], /^--ping: no target is given$/],
    [['--ping', 'h', '--count', '0'], /from 1 to 100000/],
    [['--ping', 'h', '--interval', '1ms'], /at least 2ms/],
    [['--ping', 'h', '--size', '11'], /from 12 to 65507/],
    [['--ping', 'h', '--dscp', '64'], /AF21, EF or CS1, or a number from 0 to 63/],
    [['--ping', 'h', '--dscp', 'AF44'], /AF21, EF or CS1/],
    [['--dup-ip', 'a', '--bandwidth', '1M', '--rate', 'max'], /--rate .* cannot be used with option '--bandwidth/],
  ])('%j', (argv, message) => {
    expect(usageMessage(...argv)).toMatch(message);
    expect(usageMessage(...argv)).not.toMatch(/\n|^error/);
  });

  it.each(['--max-idle', '--wait', '--listen'])('%s wants a duration', (option) => {
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

  it.each([
    [
      '--idle-timeout a:22 --quick --deep',
      '--quick stops after the first pass, and --deep goes on after the second; give one of them',
    ],
    ['--ping h --quick', '--quick must go with --idle-timeout, or with a host'],
    ['--ping h --deep --resolution 1', '--deep and --resolution must go with --idle-timeout, or with a host'],
  ])('%s', (words, message) => {
    expect(usageMessage(...words.split(' '))).toBe(message);
  });

  it.each(['0', '99ms', '25h', 'x'])('--resolution %j', (value) => {
    expect(usageMessage('--idle-timeout', 'a:22', '--resolution', value)).toMatch(/^option '--resolution <duration>'/);
  });

  it.each(['0', '2', '1001', '-5', '3.5', 'abc', '', '1e2', '0x10', ' 5'])('--connections %j', (value) => {
    expect(usageMessage('--ping', 'h', '--connections', value)).toMatch(
      /is invalid\. Write a number from 3 to 1000\.$/,
    );
  });

  it.each(['0', '511', '-5', '1.5M', '1T', 'K', '256 K', 'max', '', '0x10', '1e6', '9'.repeat(13)])(
    '--bandwidth %j',
    (value) => {
      expect(usageMessage('--dup-ip', 'a', '--bandwidth', value)).toMatch(
        /is invalid\. Write bits per second, like 256000, 256K or 1M\.$/,
      );
    },
  );

  it.each(['0', '21', '-1', '1.5', 'many', ''])('--rounds %j', (value) => {
    expect(usageMessage('--dup-ip', 'a', '--rounds', value)).toMatch(/is invalid\. Write a number from 1 to 20\.$/);
  });

  it.each(['0', '65536', '-22', 'ssh', '', '022222'])('--proof-port %j', (value) => {
    expect(usageMessage('--dup-ip', 'a', '--proof-port', value)).toMatch(
      /is invalid\. Write a port from 1 to 65535\.$/,
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
      '--quick',
      '--deep',
      '--resolution',
      '--connections',
      '--wait',
    ]) {
      expect(command.text).toContain(`  ${option}`);
    }
    for (const option of [
      '--rate',
      '--bandwidth',
      '--rounds',
      '--exclude',
      '--expect',
      '--proof-port',
      '--no-proof',
      '--listen',
      '--read',
      '--pcap',
      '--dry-run',
      '--json',
      '--save',
      '--plain',
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
    expect(parse(...words.split(' '))).toEqual({ kind: 'demo', color, config: 'usual' });
  });

  it('has a help of its own', () => {
    expect(parse('demo', '--help')).toMatchObject({ kind: 'print', text: expect.stringContaining('netcheck demo') });
  });
});
