// The command line (commander lives here only): argv → Command, a plain value. Nothing is done here.

import { Command as Commander, CommanderError, InvalidArgumentError, Option } from 'commander';
import { parseDuration } from './duration.ts';
import type { ScanOptions } from './plan/index.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly savePath: string | null;
  readonly dryRun: boolean;
  readonly color: boolean;
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
}

export type Command =
  | { readonly kind: 'scan'; readonly options: ScanOptions; readonly output: OutputOptions }
  | { readonly kind: 'demo'; readonly color: boolean }
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'usage-error'; readonly message: string };

const EXAMPLES = `
Examples:
  sudo netcheck --dup-ip 10.0.0.5             does more than one machine answer for this address?
  sudo netcheck --dup-ip 10.0.0.0/24          … for any address of this network?
  netcheck --idle-timeout example.org:443     after how many idle seconds does the path forget a connection?
  netcheck --ping example.org                 does it answer, how fast, and is anything lost?
  sudo netcheck --dup-ip 10.0.0.5 --ping 10.0.0.5 --idle-timeout 10.0.0.5:22
                                              all three, in one cross-referenced report
  sudo netcheck demo                          builds a virtual network with faults in it, and diagnoses it

Durations read 90, 90s, 15m or 2h. --dup-ip needs root; --idle-timeout and --ping do not.

Exit codes: 0 no cause found, 1 a cause is confirmed or likely, 2 wrong usage,
3 could not measure and found nothing, 130 interrupted (the partial report is printed).
`;

const DEFAULT_RATE = 5000;
const DEFAULT_MAX_IDLE_SECONDS = 900;
const DEFAULT_CONNECTIONS = 64;
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

const NOTHING_TO_DO = 'nothing to check; give --dup-ip, --ping or --idle-timeout (netcheck --help shows examples)';

function define(version: string, onCommand: (command: Command) => void): Commander {
  const program = new Commander('netcheck');
  program
    .description('Finds what in the network makes SSH sessions freeze or die.')
    .usage('[checks] [options]')
    .helpCommand(false)
    .optionsGroup('Checks (any of them together, each as often as wanted):')
    .option('--dup-ip <address|cidr>', 'find machines that share one IPv4 address (needs root)', collect)
    .option('--ping <host>', 'measure reachability, loss and round-trip time', collect)
    .option('--idle-timeout <host:port>', 'measure after how long the path forgets an idle connection', collect)
    .optionsGroup('How to measure:')
    .option('-i, --interface <name>', 'network interface (default: by the routing table)')
    .addOption(
      new Option('--max-idle <duration>', 'longest idle time to ask about')
        .argParser(duration)
        .default(DEFAULT_MAX_IDLE_SECONDS, '15m'),
    )
    .option('--connections <n>', 'connections to open in all for --idle-timeout', connections, DEFAULT_CONNECTIONS)
    .option('--wait <duration>', 'how long to wait for the last answer (default: 1.5s for ARP, 2s for ping)', duration)
    .option('--rate <pps|max>', 'packets per second of a sweep', rate, DEFAULT_RATE)
    .option('--dry-run', 'print what would be done and how long it takes at worst; send nothing')
    .optionsGroup('Output:')
    .option('--json', 'print the report as JSON')
    .option('--save <file>', 'write the JSON report to a file too')
    .addOption(new Option('--no-color', 'plain text (also with NO_COLOR set)'))
    .option('-q, --quiet', 'no progress; of the report only the verdicts')
    .option('-v, --verbose', 'log each step to stderr, and every measurement in the report')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .argument('[host]')
    .showSuggestionAfterError()
    .action((host: string | undefined, options: Flags) => {
      if (host !== undefined) onCommand({ kind: 'usage-error', message: bareArgument(host) });
      else if (options.dupIp || options.ping || options.idleTimeout) {
        onCommand({ kind: 'scan', options: scanOptions(options), output: outputOptions(options) });
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
  return program;
}

/** What commander hands over: camel-cased names, values through the parsers below. */
interface Flags {
  dupIp?: string[];
  ping?: string[];
  idleTimeout?: string[];
  interface?: string;
  maxIdle: number;
  connections: number;
  wait?: number;
  rate: number | 'max';
  dryRun?: boolean;
  json?: boolean;
  save?: string;
  color: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

function scanOptions(flags: Flags): ScanOptions {
  return {
    dupIp: flags.dupIp ?? [],
    ping: flags.ping ?? [],
    idleTimeout: flags.idleTimeout ?? [],
    interfaceName: flags.interface ?? null,
    rate: flags.rate,
    waitSeconds: flags.wait ?? null,
    maxIdleSeconds: flags.maxIdle,
    connections: flags.connections,
  };
}

function outputOptions(flags: Flags): OutputOptions {
  return {
    json: flags.json ?? false,
    savePath: flags.save ?? null,
    dryRun: flags.dryRun ?? false,
    color: flags.color,
    verbosity: flags.quiet ? 'quiet' : flags.verbose ? 'verbose' : 'normal',
  };
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

function bareArgument(host: string): string {
  const bare = host.split('@').at(-1) ?? host;
  return `say what to check about ${bare}: netcheck --ping ${bare}, --idle-timeout ${bare}:22 or --dup-ip <its IPv4 address>`;
}

/** commander's messages begin with `error:` and may put a suggestion on a line of its own. */
function oneLine(message: string): string {
  return message.replace(/^error: /, '').replaceAll(/\s*\n\s*/g, ' ');
}
