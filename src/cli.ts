// The command line (commander lives here only): argv → Command, a plain value. Nothing is done here.

import { Command as Commander, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from './duration.ts';
import type { ScanOptions, TargetList } from './plan/index.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly savePath: string | null;
  readonly pcapPath: string | null;
  /** `-` is standard error. */
  readonly eventsPath: string | null;
  readonly dryRun: boolean;
  readonly color: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

export type Command =
  | { readonly kind: 'scan'; readonly options: ScanOptions; readonly output: OutputOptions }
  | { readonly kind: 'demo'; readonly color: boolean }
  | { readonly kind: 'serve'; readonly port: number; readonly bindAddress: string | null; readonly verbose: boolean }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage-error'; readonly message: string };

const EXAMPLES = `
Examples:
  sudo netcheck --dup-ip 10.0.0.5             does more than one machine answer for this address?
  sudo netcheck --dup-ip 10.0.0.0/24          … for any address of this network? (an inventory too)
  sudo netcheck --dup-ip self                 does anybody else use an address of this machine?
  netcheck --idle-timeout example.org:443     after how many idle seconds does the path forget a connection?
  netcheck --ping example.org                 does it answer, how fast, and is anything lost?
  sudo netcheck --dup-ip 10.0.0.5 --ping 10.0.0.5 --idle-timeout 10.0.0.5:22
                                              all three, in one cross-referenced report
  netcheck serve --listen 7022                on the far host: a partner for --idle-timeout there, which speaks first too
  sudo netcheck demo                          builds a virtual network with faults in it, and diagnoses it

Durations read 90, 90s, 15m or 2h. --dup-ip needs root; --idle-timeout and --ping do not.

Exit codes: 0 no cause found, 1 a cause is confirmed or likely, 2 wrong usage,
3 could not measure and found nothing, 130 interrupted (the partial report is printed).
`;

const DEFAULT_RATE = 5000;
/** What an ARP frame takes on the wire, as arp-scan counts it: the shortest Ethernet frame with its checksum. */
const ARP_FRAME_BITS = 64 * 8;
const DEFAULT_ROUNDS = 3;
const MOST_ROUNDS = 20;
const SSH_PORT = 22;
const DEFAULT_MAX_IDLE_SECONDS = 900;
const MOST_CONNECTIONS = 1000;
/** A day: the longest idle time that a patient person waits for. */
const LONGEST_DURATION_SECONDS = 86_400;

/** `argv` without the interpreter and the script. */
export function parseCommandLine(argv: readonly string[], version: string): Command {
  let printed = '';
  let command: Command | undefined;
  const program = define(version, (parsed) => {
    command = parsed;
  });
  // --listen is a duration for the checks and a port for serve: what follows that word is its own.
  program.enablePositionalOptions(argv.includes('serve'));
  for (const each of [program, ...program.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => {
        printed += text;
      },
      writeErr: () => {},
    });
  }
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { kind: 'print', text: printed };
    return { kind: 'usage-error', message: oneLine(error.message) };
  }
  return command ?? { kind: 'usage-error', message: NOTHING_TO_DO };
}

const NOTHING_TO_DO =
  'nothing to check; give --dup-ip, --ping, --idle-timeout, --listen or --read (netcheck --help shows examples)';

function define(version: string, onCommand: (command: Command) => void): Commander {
  const program = new Commander('netcheck');
  program
    .description('Finds what in the network makes SSH sessions freeze or die.')
    .usage('[checks] [options]')
    .helpCommand(false)
    .optionsGroup('Checks (any of them together, each as often as wanted):')
    .option(
      '--dup-ip <targets>',
      'find machines that share one IPv4 address (needs root); targets: address, CIDR, a-b, self, @file, - or a comma list of these',
      collect,
    )
    .option('--ping <host>', 'measure reachability, loss and round-trip time', collect)
    .option('--idle-timeout <host:port>', 'measure after how long the path forgets an idle connection', collect)
    .optionsGroup('How to measure:')
    .option('-i, --interface <name>', 'network interface (default: by the routing table)')
    .addOption(
      new Option('--max-idle <duration>', 'longest idle time to ask about')
        .argParser(duration)
        .default(DEFAULT_MAX_IDLE_SECONDS, '15m'),
    )
    .option('--quick', '--idle-timeout: the first answer only, within 1.2 times the timeout')
    .option('--deep', '--idle-timeout: look for slower timers behind the hop that forgets first')
    .option(
      '--resolution <duration>',
      'how exactly to tell an idle timeout (default: 0.5s, or 1 % if more)',
      resolution,
    )
    .option('--connections <n>', 'connections to open in all for --idle-timeout (default: 64 for 15m)', connections)
    .option('--wait <duration>', 'how long to wait for the last answer (default: 1.5s for ARP, 2s for ping)', duration)
    .addOption(
      new Option('--rate <pps|max>', 'packets per second of a sweep')
        .argParser(rate)
        .default(DEFAULT_RATE)
        .conflicts('bandwidth'),
    )
    .option('--bandwidth <bits/s>', 'the same as a bandwidth, like 256000, 256K or 1M', bandwidth)
    .option('--rounds <n>', 'how often an address that is silent or in doubt is asked', rounds, DEFAULT_ROUNDS)
    .option('--exclude <targets>', 'leave these out of --dup-ip', collect)
    .option('--expect <ip=mac,mac>', 'owners of an address that you know of: no conflict (or @file)', collect)
    .option('--proof-port <port>', 'TCP port at which claimants of one address are told apart', port, SSH_PORT)
    .option('--no-proof', 'do not connect to the claimants of one address')
    .option(
      '--listen <duration>',
      'send nothing: listen to what ARP says by itself (with or without --dup-ip)',
      duration,
    )
    .option('--read <file>', 'look into a capture (pcap, pcapng) instead; needs no root', collect)
    .option('--dry-run', 'print what would be done and how long it takes at worst; send nothing')
    .optionsGroup('Output:')
    .option('--json', 'print the report as JSON')
    .option('--save <file>', 'write the JSON report to a file too')
    .option(
      '--pcap <file>',
      'write the frames that were sent and received to a capture file (ARP, and what each claimant was asked)',
    )
    .option(
      '--events <file>',
      'write what happens, as it happens, to a file, a FIFO or - (stderr): one JSON object a line',
    )
    .addOption(new Option('--no-color', 'plain text (also with NO_COLOR set)'))
    .option('-q, --quiet', 'no progress; of the report only the verdicts')
    .option('-v, --verbose', 'log what happens to stderr, and every measurement in the report')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .argument('[host]')
    .showSuggestionAfterError()
    .action((host: string | undefined, options: Flags) => {
      if (host !== undefined) onCommand({ kind: 'usage-error', message: bareArgument(host) });
      else if (options.dupIp || options.ping || options.idleTimeout || options.listen || options.read) {
        const problem = contradiction(options);
        if (problem !== null) onCommand({ kind: 'usage-error', message: problem });
        else onCommand({ kind: 'scan', options: scanOptions(options), output: outputOptions(options) });
      }
    });
  program
    .command('demo')
    .description('build a virtual network with faults in it, and diagnose it (needs root)')
    .action(() => {
      const { color, ...others } = program.opts<Flags>();
      // --max-idle and its like have defaults; what was really typed has another source.
      const typed = Object.keys(others).filter((name) => program.getOptionValueSource(name) === 'cli');
      if (typed.length === 0) onCommand({ kind: 'demo', color });
      else onCommand({ kind: 'usage-error', message: 'demo takes no option but --no-color; run it without checks' });
    });
  defineServe(program, onCommand);
  return program;
}

function defineServe(program: Commander, onCommand: (command: Command) => void): void {
  program
    .command('serve')
    .description('on the far host: hold test connections open for --idle-timeout, and speak first when asked')
    .requiredOption('--listen <port>', 'TCP port to listen on', port)
    .option('--bind <address>', 'IP address to listen on (default: all of this machine)')
    .option('-v, --verbose', 'log each event to stderr')
    .action(({ listen, bind, verbose }: { listen: number; bind?: string; verbose?: boolean }) => {
      const before = Object.keys(program.opts()).some((name) => program.getOptionValueSource(name) === 'cli');
      if (before) onCommand({ kind: 'usage-error', message: 'serve takes no other options; write its own after it' });
      else onCommand({ kind: 'serve', port: listen, bindAddress: bind ?? null, verbose: verbose ?? false });
    });
}

/** What commander hands over: camel-cased names, values through the parsers below. */
interface Flags {
  dupIp?: string[];
  ping?: string[];
  idleTimeout?: string[];
  interface?: string;
  maxIdle: number;
  quick?: boolean;
  deep?: boolean;
  resolution?: number;
  connections?: number;
  wait?: number;
  rate: number | 'max';
  bandwidth?: number;
  rounds: number;
  exclude?: string[];
  expect?: string[];
  proofPort: number;
  proof: boolean;
  listen?: number;
  read?: string[];
  pcap?: string;
  events?: string;
  dryRun?: boolean;
  json?: boolean;
  save?: string;
  color: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

function scanOptions(flags: Flags): ScanOptions {
  return {
    dupIp: targetLists(flags.dupIp),
    exclude: targetLists(flags.exclude),
    expect: (flags.expect ?? []).map((typed) => ({ typed, lines: [typed] })),
    listenSeconds: flags.listen ?? null,
    read: flags.read ?? [],
    proofPort: flags.proof ? flags.proofPort : null,
    rounds: flags.rounds,
    ping: flags.ping ?? [],
    idleTimeout: flags.idleTimeout ?? [],
    interfaceName: flags.interface ?? null,
    rate: flags.bandwidth ?? flags.rate,
    waitSeconds: flags.wait ?? null,
    maxIdleSeconds: flags.maxIdle,
    connections: flags.connections ?? null,
    resolutionSeconds: flags.resolution ?? null,
    quick: flags.quick ?? false,
    deep: flags.deep ?? false,
  };
}

function outputOptions(flags: Flags): OutputOptions {
  return {
    json: flags.json ?? false,
    savePath: flags.save ?? null,
    pcapPath: flags.pcap ?? null,
    eventsPath: flags.events ?? null,
    dryRun: flags.dryRun ?? false,
    color: flags.color,
    verbosity: flags.quiet ? 'quiet' : flags.verbose ? 'verbose' : 'normal',
  };
}

/** Comma lists taken apart; what is a file is read later. */
function targetLists(values: readonly string[] = []): TargetList[] {
  const typed = values.flatMap((value) => value.split(',')).filter((text) => text.trim() !== '');
  return [...new Set(typed.map((text) => text.trim()))].map((text) => ({ typed: text, lines: [text] }));
}

/** Options that can't be meant together; null when there are none. */
function contradiction(flags: Flags): string | null {
  const { listen, read, pcap, save, events, verbose, dupIp, exclude, expect, quick, deep, resolution, idleTimeout } =
    flags;
  // A shell's variable that was empty must not turn into asking for nothing, or leaving nothing out.
  if (dupIp?.some(isBlank)) return '--dup-ip: no target is given';
  if (exclude?.some(isBlank)) return '--exclude: no target is given';
  if (read && listen !== undefined) return '--listen is for the network and --read for a file; give one of them';
  if (read && pcap !== undefined) return '--pcap writes what is sent and received, and --read does neither';
  if (quick && deep) return '--quick stops after the first pass, and --deep goes on after the second; give one of them';
  const ofIdleTimeout = [
    ...(quick ? ['--quick'] : []),
    ...(deep ? ['--deep'] : []),
    ...(resolution ? ['--resolution'] : []),
  ];
  if (!idleTimeout && ofIdleTimeout.length > 0) return `${ofIdleTimeout.join(' and ')} must go with --idle-timeout`;
  if (events === '-' && verbose) return '--events - and -v both write to standard error; give one of them';
  if (pcap !== undefined && pcap === save) return '--save and --pcap name the same file';
  const needsTargets = [...(exclude ? ['--exclude'] : []), ...(expect && !listen && !read ? ['--expect'] : [])];
  if (!dupIp && needsTargets.length > 0) return `${needsTargets.join(' and ')} must go with --dup-ip`;
  return null;
}

function isBlank(value: string): boolean {
  return targetLists([value]).length === 0;
}

function collect(value: string, earlier: readonly string[] = []): string[] {
  return earlier.includes(value) ? [...earlier] : [...earlier, value];
}

function duration(text: string): number {
  const seconds = parseDuration(text);
  if (seconds === null) throw new InvalidArgumentError('Write a duration like 90, 90s, 15m or 2h.');
  if (seconds <= 0 || seconds > LONGEST_DURATION_SECONDS) {
    throw new InvalidArgumentError('It must be more than 0 and at most 24h.');
  }
  return seconds;
}

/** Round trips and the kernel's ticks blur what is finer. */
const FINEST_RESOLUTION_SECONDS = 0.1;

function resolution(text: string): number {
  const seconds = duration(text);
  if (seconds < FINEST_RESOLUTION_SECONDS) throw new InvalidArgumentError('It must be at least 100ms.');
  return seconds;
}

function connections(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 3 || number > MOST_CONNECTIONS) {
    throw new InvalidArgumentError(`Write a number from 3 to ${MOST_CONNECTIONS}.`);
  }
  return number;
}

function rate(text: string): number | 'max' {
  if (text === 'max') return text;
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 1_000_000) {
    throw new InvalidArgumentError('Write packets per second from 1 to 1000000, or max.');
  }
  return number;
}

/** In packets per second, at least 1. */
function bandwidth(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,12})([KMG]?)$/i.exec(text) ?? [];
  const factor = { '': 1, K: 1e3, M: 1e6, G: 1e9 }[unit.toUpperCase()] ?? 0;
  const packets = Math.floor((Number(digits) * factor) / ARP_FRAME_BITS);
  if (digits === '' || packets < 1) throw new InvalidArgumentError('Write bits per second, like 256000, 256K or 1M.');
  return Math.min(packets, 1_000_000);
}

function rounds(text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MOST_ROUNDS) throw new InvalidArgumentError(`Write a number from 1 to ${MOST_ROUNDS}.`);
  return number;
}

function port(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > 65_535) throw new InvalidArgumentError('Write a port from 1 to 65535.');
  return number;
}

function bareArgument(host: string): string {
  const bare = host.split('@').at(-1) ?? host;
  return `say what to check about ${bare}: netcheck --ping ${bare}, --idle-timeout ${bare}:22 or --dup-ip <its IPv4 address>`;
}

/** commander's messages begin with `error:` and may put a suggestion on a line of its own. */
function oneLine(message: string): string {
  return message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
}
