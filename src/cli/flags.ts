// What commander hands over, and what it means together.

import type { Command as Commander } from 'commander';
import type { ScanOptions, TargetList } from '../plan/index.ts';
import type { Command, ConfigChoice, OutputOptions } from './command.ts';

/** What may be examined as a whole is an argument and no flag. Camel-cased names, values through the parsers of values.ts. */
export interface Flags {
  dupIp?: string[];
  ping?: string[];
  path?: string[];
  names?: boolean;
  count?: number;
  interval?: number;
  size?: number;
  dscp?: number;
  idleTimeout?: string[];
  moshPorts?: string[];
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
  /** A file, or false for none. */
  config?: string | false;
  json?: boolean;
  nagios?: boolean;
  save?: string;
  html?: string;
  redact?: boolean;
  color: boolean;
  plain?: boolean;
  quiet?: boolean;
  verbose?: boolean;
}

export function scanOptions(flags: Flags, host: string | undefined): ScanOptions {
  return {
    examine: host === undefined ? null : { typed: host, whereabouts: null },
    dupIp: targetLists(flags.dupIp),
    exclude: targetLists(flags.exclude),
    expect: (flags.expect ?? []).map((typed) => ({ typed, lines: [typed] })),
    listenSeconds: flags.listen ?? null,
    read: flags.read ?? [],
    proofPort: flags.proof ? flags.proofPort : null,
    rounds: flags.rounds,
    ping: targetLists(flags.ping),
    count: flags.count ?? null,
    intervalSeconds: flags.interval ?? null,
    sizeBytes: flags.size ?? null,
    dscp: flags.dscp ?? null,
    path: flags.path ?? [],
    names: flags.names ?? false,
    idleTimeout: flags.idleTimeout ?? [],
    moshPorts: flags.moshPorts ?? [],
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

export function outputOptions(flags: Flags): OutputOptions {
  return {
    json: flags.json ?? false,
    nagios: flags.nagios ?? false,
    savePath: flags.save ?? null,
    htmlPath: flags.html ?? null,
    redact: flags.redact ?? false,
    pcapPath: flags.pcap ?? null,
    eventsPath: flags.events ?? null,
    dryRun: flags.dryRun ?? false,
    color: flags.color,
    plain: flags.plain ?? false,
    verbosity: flags.quiet || flags.nagios ? 'quiet' : flags.verbose ? 'verbose' : 'normal',
  };
}

export function configChoice({ config }: Flags): ConfigChoice {
  if (config === false) return 'none';
  return config === undefined ? 'usual' : { file: config };
}

/** What was typed beside the word of a command, by the names of Flags; but for what that command takes. */
export function typedBeside(program: Commander, taken: readonly string[]): string[] {
  // --max-idle and its like have defaults; what was really typed has another source.
  return Object.keys(program.opts()).filter(
    (name) => !taken.includes(name) && program.getOptionValueSource(name) === 'cli',
  );
}

/** A command that takes no options, or why it is none: an option that is passed over in silence is believed to count. */
export function withoutOptions(program: Commander, word: string, command: Command): Command {
  if (typedBeside(program, []).length === 0) return command;
  return { kind: 'usage-error', message: `${word} takes no options; run it without` };
}

/** Comma lists taken apart; what is a file is read later. */
function targetLists(values: readonly string[] = []): TargetList[] {
  const typed = values.flatMap((value) => value.split(',')).filter((text) => text.trim() !== '');
  return [...new Set(typed.map((text) => text.trim()))].map((text) => ({ typed: text, lines: [text] }));
}

/** Options that can't be meant together; null when there are none. */
export function contradiction(flags: Flags, host: string | undefined): string | null {
  const { listen, read, pcap, save, events, verbose, dupIp, exclude, expect, quick, deep, resolution, idleTimeout } =
    flags;
  // A shell's variable that was empty must not turn into asking for nothing, or leaving nothing out.
  if (dupIp?.some(isBlank)) return '--dup-ip: no target is given';
  if (flags.ping?.some(isBlank)) return '--ping: no target is given';
  if (exclude?.some(isBlank)) return '--exclude: no target is given';
  const unnamed = (['path', 'idleTimeout', 'moshPorts'] as const).find((name) => flags[name]?.some(isBlank));
  if (unnamed !== undefined) {
    return `${{ path: '--path', idleTimeout: '--idle-timeout', moshPorts: '--mosh-ports' }[unnamed]}: no host is given`;
  }
  if (flags.config === '') return '--config: the file name is empty';
  if (read && listen !== undefined) return '--listen is for the network and --read for a file; give one of them';
  if (read && pcap !== undefined) return '--pcap writes what is sent and received, and --read does neither';
  if (quick && deep) return '--quick stops after the first pass, and --deep goes on after the second; give one of them';
  const ofPing = (['interval', 'size', 'dscp'] as const).filter((name) => flags[name] !== undefined);
  if (!flags.ping && ofPing.length > 0) return `${ofPing.map((name) => `--${name}`).join(' and ')} must go with --ping`;
  if (!flags.ping && !flags.path && flags.count !== undefined) return '--count must go with --ping or --path';
  if (!flags.path && flags.names) return '--names must go with --path';
  const ofIdleTimeout = [
    ...(quick ? ['--quick'] : []),
    ...(deep ? ['--deep'] : []),
    ...(resolution ? ['--resolution'] : []),
  ];
  if (!idleTimeout && host === undefined && ofIdleTimeout.length > 0) {
    return `${ofIdleTimeout.join(' and ')} must go with --idle-timeout, or with a host`;
  }
  if (host !== undefined && read) return `--read looks into a file, and ${host} is to be measured; give one of them`;
  if (flags.plain && flags.json) return '--plain and --json both say how the report is printed; give one of them';
  if (flags.dryRun && flags.json) return '--dry-run prints a plan, and no report as JSON; give one of them';
  const other = (['json', 'plain', 'verbose', 'dryRun'] as const).find((name) => flags[name]);
  if (flags.nagios && other !== undefined) {
    const said = { json: '--json', plain: '--plain', verbose: '-v', dryRun: '--dry-run' }[other];
    return `--nagios prints one line for a monitoring system, and ${said} something else; give one of them`;
  }
  if (events === '-' && verbose) return '--events - and -v both write to standard error; give one of them';
  const problem = readableByOthers(flags);
  if (problem !== null) return problem;
  if (pcap !== undefined && pcap === save) return '--save and --pcap name the same file';
  if (exclude && !dupIp && !flags.ping) return '--exclude must go with --dup-ip or --ping';
  if (expect && !dupIp && !listen && !read && host === undefined) {
    return '--expect must go with --dup-ip, or with a host';
  }
  return null;
}

/** What is written while it is measured has the real names in it. */
function readableByOthers({ redact, pcap, events, verbose, dryRun }: Flags): string | null {
  if (!redact) return null;
  const asTheyAre = [
    ...(pcap === undefined ? [] : ['--pcap']),
    ...(events === undefined ? [] : ['--events']),
    ...(verbose ? ['-v'] : []),
    ...(dryRun ? ['--dry-run'] : []),
  ];
  if (asTheyAre.length === 0) return null;
  const writes = asTheyAre.length === 1 ? 'writes' : 'write';
  return `--redact is for the report: ${asTheyAre.join(' and ')} ${writes} addresses and names as they are; leave one out`;
}

function isBlank(value: string): boolean {
  return targetLists([value]).length === 0;
}
