// The command line as commander defines it: options, their help, and what each subcommand turns into.

import { Argument, Command as Commander, Option } from 'commander';
import type { Command } from './command.ts';
import { defineExplain, defineSchema } from './define-explain.ts';
import {
  configChoice,
  contradiction,
  type Flags,
  outputOptions,
  scanOptions,
  typedBeside,
  withoutOptions,
} from './flags.ts';
import { helpEpilogue } from './manual.ts';
import { applySettings, type Settings, typedFlags, withSettings } from './settings.ts';
import { SHELLS, type Shell } from './shells.ts';
import {
  bandwidth,
  collect,
  connections,
  dscp,
  duration,
  interval,
  maxIdle,
  packets,
  port,
  rate,
  resolution,
  rounds,
  size,
} from './values.ts';

const DEFAULT_RATE = 5000;
const DEFAULT_ROUNDS = 3;
const SSH_PORT = 22;
const DEFAULT_MAX_IDLE_SECONDS = 900;

/** `onCommand` is told what was typed, unless it was nothing; `settings` stand for what was not. */
export function defineProgram(
  version: string,
  onCommand: (command: Command) => void,
  settings: Settings = {},
): Commander {
  const program = new Commander('netcheck');
  program
    .description('Finds what in the network makes SSH sessions freeze or die.')
    .usage('[user@]host[:port] | [checks] [options]')
    .helpCommand(false)
    .optionsGroup('Checks (any of them together, each as often as wanted):')
    .option(
      '--dup-ip <targets>',
      'find machines that share one IPv4 address (needs root); targets: address, CIDR, a-b, self, @file, - or a comma list of these',
      collect,
    )
    .option(
      '--ping <targets>',
      'measure loss and round-trip times, of the first router too; targets: host, address, CIDR, a-b, @file, - or a comma list of these',
      collect,
    )
    .option(
      '--path <host[:port]>',
      'find the hops, loss along them, the path MTU and what becomes of marked packets; :port asks by TCP (fastest and fullest as root)',
      collect,
    )
    .option(
      '--idle-timeout <host:port>',
      'measure after how long the path forgets an idle connection; user@host[:port]: through sessions of your own ssh',
      collect,
    )
    .option('--mosh-ports <host>', 'see whether UDP ports of mosh (60000-61000) are rejected on the way', collect)
    .optionsGroup('How to measure:')
    .option('-i, --interface <name>', 'network interface (default: by the routing table)')
    .addOption(
      new Option('--max-idle <duration>', 'longest idle time to ask about')
        .argParser(maxIdle)
        .default(DEFAULT_MAX_IDLE_SECONDS, '15m'),
    )
    .option('--quick', '--idle-timeout: the first answer only, within 1.2 times the timeout')
    .option('--deep', '--idle-timeout: look for slower timers behind the hop that forgets first')
    .option(
      '--resolution <duration>',
      'how exactly to tell an idle timeout (default: 0.5s, or 1 % if more)',
      resolution,
    )
    .option(
      '--connections <n>',
      'connections to open in all for --idle-timeout (default: 64 for 15m), or sessions at once (default: 6)',
      connections,
    )
    .option(
      '--count <n>',
      '--ping, --path: requests to a host (default: 10; 1000 place a loss of a few percent; a sweep asks again only who is silent, see --rounds)',
      packets,
    )
    .option('--interval <duration>', '--ping: between two requests to a host (default: 200ms)', interval)
    .option('--size <bytes>', '--ping: data in each request (default: 56)', size)
    .option('--dscp <name|n>', '--ping: mark requests with this code point: AF21, EF, CS1, … or 0 to 63', dscp)
    .option('--names', '--path: ask reverse DNS for the names of hops')
    .option(
      '--wait <duration>',
      'how long to wait for the last answer (default: 1.5s for ARP, 2s for ping, 1s for a path or a sweep by ping)',
      duration,
    )
    .addOption(
      new Option('--rate <pps|max>', 'packets per second of a sweep')
        .argParser(rate)
        .default(DEFAULT_RATE)
        .conflicts('bandwidth'),
    )
    .option('--bandwidth <bits/s>', 'the same as a bandwidth, like 256000, 256K or 1M', bandwidth)
    .option('--rounds <n>', 'how often an address that is silent or in doubt is asked', rounds, DEFAULT_ROUNDS)
    .option('--exclude <targets>', 'leave these out of --dup-ip and --ping', collect)
    .option('--expect <ip=mac,mac>', 'owners of an address that you know of: no conflict (or @file)', collect)
    .option('--proof-port <port>', 'TCP port at which claimants of one address are told apart', port, SSH_PORT)
    .option('--no-proof', 'do not connect to the claimants of one address')
    .option(
      '--listen <duration>',
      'send nothing: listen to what ARP says by itself (with or without --dup-ip)',
      duration,
    )
    .option('--read <file>', 'look into a capture (pcap, pcapng) instead; needs no root', collect)
    .option(
      '--config <file>',
      'defaults of options from this file (TOML, or JSON if it ends so), in place of the usual one',
    )
    .option('--no-config', 'no defaults from a file')
    .option('--dry-run', 'print what would be done and how long it takes at worst; send nothing')
    .optionsGroup('Output:')
    .option('--json', 'print the report as JSON')
    .option(
      '--nagios',
      'print one line with performance data for Nagios, Icinga and the like; exit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN',
    )
    .option('--save <file>', 'write the JSON report to a file too')
    .option('--html <file>', 'write the report as a page too, with charts; one file that needs no network')
    .option('--redact', 'pseudonyms for addresses, names and MACs in the report, whatever it is written to')
    .option(
      '--pcap <file>',
      'write the frames that were sent and received to a capture file (ARP, and what each claimant was asked)',
    )
    .option(
      '--events <file>',
      'write what happens, as it happens, to a file, a FIFO or - (stderr): one JSON object a line',
    )
    .option('--plain', 'tab-separated tables without boxes and pictures, for pipes and screen readers')
    .addOption(new Option('--no-color', 'no colours (also with NO_COLOR set)'))
    .option('-q, --quiet', 'no progress; of the report only the verdicts')
    .option('-v, --verbose', 'log what happens to stderr, and every measurement in the report')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', helpEpilogue())
    .argument('[[user@]host[:port]]', 'examine everything about one host: all checks below, cross-referenced')
    .showSuggestionAfterError()
    .action((host: string | undefined, options: Flags) => {
      const { dupIp, ping, path, idleTimeout, moshPorts, listen, read } = options;
      if (host ?? dupIp ?? ping ?? path ?? idleTimeout ?? moshPorts ?? listen ?? read) {
        const problem = contradiction(typedFlags(program, settings), host);
        if (problem !== null) return onCommand({ kind: 'usage-error', message: problem });
        const flags = withSettings(program, settings);
        onCommand({
          kind: 'scan',
          options: scanOptions(flags, host),
          output: outputOptions(flags),
          config: configChoice(flags),
        });
      }
    });
  program
    .command('completion')
    .description('print completions for a shell: source <(netcheck completion bash)')
    .addArgument(new Argument('<shell>').choices(SHELLS))
    .action((shell: Shell) => onCommand(withoutOptions(program, 'completion', { kind: 'completion', shell })));
  program
    .command('man')
    .description('print the manual page (netcheck man | man -l -)')
    .action(() => onCommand(withoutOptions(program, 'man', { kind: 'man' })));
  program
    .command('doctor')
    .description('what can be measured on this machine, what is missing, and the command to fix it')
    .action(() => {
      const flags = program.opts<Flags>();
      const isAlone = typedBeside(program, ['color', 'plain', 'config']).length === 0;
      if (isAlone) {
        onCommand({ kind: 'doctor', color: flags.color, plain: flags.plain ?? false, config: configChoice(flags) });
      } else {
        const message =
          'doctor takes no option but --plain, --no-color, --config and --no-config; run it without others';
        onCommand({ kind: 'usage-error', message });
      }
    });
  program
    .command('demo')
    .description('build a virtual network with faults in it, and diagnose it (needs root)')
    .action(() => {
      const flags = program.opts<Flags>();
      const isAlone = typedBeside(program, ['color', 'config']).length === 0;
      if (isAlone) onCommand({ kind: 'demo', color: flags.color, config: configChoice(flags) });
      else onCommand({ kind: 'usage-error', message: 'demo takes no option but --no-color; run it without checks' });
    });
  defineServe(program, onCommand);
  defineExplain(program, onCommand);
  defineSchema(program, onCommand);
  applySettings(program, settings);
  return program;
}

function defineServe(program: Commander, onCommand: (command: Command) => void): void {
  program
    .command('serve')
    .description('on the far host: hold test connections open for --idle-timeout, and speak first when asked')
    .option('--listen <port>', 'TCP port to listen on', port)
    .option('--bind <address>', 'IP address to listen on (default: all of this machine)')
    .option('-v, --verbose', 'log each event to stderr')
    .action(({ listen, bind, verbose }: { listen?: number; bind?: string; verbose?: boolean }) => {
      // Not commander's requiredOption(): it would tell of the missing one and not of the misspelt one that was meant.
      if (listen === undefined) {
        onCommand({ kind: 'usage-error', message: 'say on which port: netcheck serve --listen 7022' });
      } else if (typedBeside(program, []).length > 0)
        onCommand({ kind: 'usage-error', message: 'serve takes no other options; write its own after it' });
      else onCommand({ kind: 'serve', port: listen, bindAddress: bind ?? null, verbose: verbose ?? false });
    });
}
