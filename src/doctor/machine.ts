// What there is on this machine that netcheck works with. Nothing is sent, changed or started but programs that say their version.

import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { readHostFacts } from '../host.ts';
import { childOfInvokingUser } from '../privilege.ts';
import { isUtf8Locale } from '../report/ascii.ts';

export interface MachineFacts {
  readonly node: string;
  readonly isLinux: boolean;
  /** proc(5) is mounted, where it belongs. */
  readonly hasProc: boolean;
  readonly isRoot: boolean;
  /** CAP_NET_RAW is in force. */
  readonly canOpenRawSockets: boolean;
  /** Group ids that may open ICMP sockets without root (net.ipv4.ping_group_range) include ours. */
  readonly canPingUnprivileged: boolean;
  /** Why the package does not load; null when it does. */
  readonly koffiProblem: string | null;
  readonly rawSocketProblem: string | null;
  /** By name, where each program is; null: nowhere along PATH. */
  readonly programs: Readonly<Record<Program, string | null>>;
  /** What `ssh -V` prints, null without an ssh. */
  readonly sshVersion: string | null;
  readonly openFilesLimit: number | null;
  readonly isUtf8: boolean;
  /** ID and ID_LIKE of os-release(5). */
  readonly distributions: readonly string[];
  /** The file that gives options their defaults, and what is wrong with it, if there is one. */
  readonly defaults: Defaults;
}

/** As src/settings-file.ts reads it. */
type Defaults =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'problem'; readonly problem: string };

export const PROGRAMS = ['ssh', 'ping', 'nft', 'ip', 'getent', 'sudo'] as const;
export type Program = (typeof PROGRAMS)[number];

/** Besides PATH, which leaves these out for ordinary users. */
const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin'];
const VERSION_MS = 5000;

export function readMachine(process: NodeJS.Process, defaults: Defaults): MachineFacts {
  const { canOpenRawSockets, canOpenPingSockets } = readHostFacts();
  const programs = Object.fromEntries(PROGRAMS.map((name) => [name, find(name, process.env.PATH ?? '/usr/bin:/bin')]));
  return {
    node: process.versions.node,
    isLinux: process.platform === 'linux',
    hasProc: existsSync('/proc/self/status'),
    isRoot: process.geteuid?.() === 0,
    canOpenRawSockets,
    canPingUnprivileged: canOpenPingSockets,
    koffiProblem: loadingProblem('koffi'),
    rawSocketProblem: loadingProblem('raw-socket'),
    programs: programs as MachineFacts['programs'],
    sshVersion: programs.ssh ? sshVersion(programs.ssh) : null,
    openFilesLimit: openFilesLimit(read('/proc/self/limits')),
    isUtf8: isUtf8Locale(process.env),
    distributions: distributionsOf(read('/etc/os-release')),
    defaults,
  };
}

function find(name: string, path: string): string | null {
  const folders = [...path.split(delimiter).filter((folder) => folder !== ''), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

function loadingProblem(name: string): string | null {
  try {
    createRequire(import.meta.url)(name);
    return null;
  } catch (error) {
    return (error as Error).message.split('\n', 1)[0] ?? 'it does not load';
  }
}

/** It prints to standard error. */
function sshVersion(path: string): string | null {
  try {
    // It was found along PATH: it runs as whoever has that PATH, also under sudo.
    const said = execFileSync('sh', ['-c', '"$0" -V 2>&1', path], {
      ...childOfInvokingUser(process),
      encoding: 'utf8',
      timeout: VERSION_MS,
    });
    return said.split(/[\n,]/, 1)[0]?.trim() ?? null;
  } catch {
    return null;
  }
}

function openFilesLimit(text: string): number | null {
  const soft = /^Max open files\s+(\d+)/m.exec(text)?.[1];
  return soft === undefined ? null : Number(soft);
}

function distributionsOf(text: string): string[] {
  const values = [...text.matchAll(/^(?:ID|ID_LIKE)=["']?([^"'\n]*)["']?$/gm)].map((match) => match[1] ?? '');
  return values.flatMap((value) => value.split(' ')).filter((word) => word !== '');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
