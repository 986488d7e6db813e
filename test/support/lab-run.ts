// Runs the real program inside a lab, as root or as an ordinary user, and reads its report.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { EvidenceKind, EvidenceOf } from '../../src/evidence.ts';
import { type CommandResult, type LabHost, labProblem, type RunOptions } from '../../src/lab/index.ts';
import type { Report } from '../../src/report/report.ts';

/** Of this checkout, or the one that scripts/nodes.mjs has installed. */
export const PROGRAM = process.env.NETCHECK_PROGRAM ?? fileURLToPath(new URL('../../bin/netcheck.js', import.meta.url));

/** For `describe.skipIf`: says once why lab tests are left out. */
export function labUnavailable(): boolean {
  const problem = labProblem();
  if (problem !== null) console.warn(`Lab tests are skipped: ${problem}`);
  return problem !== null;
}

export type RunAs = 'root' | 'user';

/** The user that owns nothing. */
export const NOBODY = 65_534;

/** As root's environment is when that user typed sudo. */
export const SUDO_BY_NOBODY = {
  ...process.env,
  SUDO_UID: String(NOBODY),
  SUDO_GID: String(NOBODY),
  SUDO_USER: 'nobody',
};

// An ordinary user without a single network capability. Reading files is allowed it, because a checkout may lie in a
// folder that only its owner can enter, which is not what these tests are about.
const AS_USER = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=+dac_read_search',
  '--ambient-caps=+dac_read_search',
];

export function commandLine(args: readonly string[], as: RunAs): [string, string[]] {
  const line = [...(as === 'user' ? AS_USER : []), process.execPath, PROGRAM, ...args];
  return [line[0] as string, line.slice(1)];
}

export interface Run {
  readonly report: Report;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly wallSeconds: number;
}

const TIMEOUT_MS = 200_000;

/** Runs netcheck with `--json` and parses stdout, which must hold the report and nothing else. */
export async function netcheck(
  host: LabHost,
  args: readonly string[],
  as: RunAs = 'root',
  options: RunOptions = {},
): Promise<Run> {
  const startedAt = performance.now();
  const line = commandLine([...args, '--json'], as);
  const { stdout, stderr, exitCode } = await host.run(...line, { timeoutMs: TIMEOUT_MS, ...options });
  const wallSeconds = (performance.now() - startedAt) / 1000;
  return { report: JSON.parse(stdout) as Report, stderr, exitCode, wallSeconds };
}

/** A run that is under way, as root, with `--json -v`. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves once its log says so; rejects when it ends without. */
  says(words: RegExp): Promise<void>;
  readonly ended: Promise<Pick<Run, 'report' | 'exitCode'>>;
}

export function startNetcheck(host: LabHost, args: readonly string[], env = process.env): Running {
  const line = commandLine([...args, '--json', '-v'], 'root');
  const child = host.spawn(...line, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let log = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  const closed = once(child, 'close') as Promise<[number | null]>;
  const says = (words: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (words.test(log)) resolve();
      };
      child.stderr?.on('data', look);
      void closed.then(() => reject(new Error(`it ended without saying ${words}: ${log}`)));
      look();
    });
  const ended = closed.then(([exitCode]) => ({ report: JSON.parse(stdout) as Report, exitCode }));
  // Whoever waits for it is told; until somebody does, a failure is none of Node's business.
  ended.catch(() => {});
  return { child, says, ended };
}

/** Runs netcheck as root, for what a person reads. */
export function netcheckText(host: LabHost, args: readonly string[]): Promise<CommandResult> {
  return host.run(...commandLine(args, 'root'), { timeoutMs: TIMEOUT_MS });
}

/** All evidence of a kind. */
export function all<K extends EvidenceKind>(report: Report, kind: K): EvidenceOf<K>[] {
  return report.evidence.filter((item): item is EvidenceOf<K> & typeof item => item.kind === kind);
}

/** The only evidence of a kind; fails when there is none or more than one. */
export function only<K extends EvidenceKind>(report: Report, kind: K): EvidenceOf<K> {
  const found = all(report, kind);
  if (found.length !== 1) throw new Error(`${found.length} pieces of ${kind} evidence: ${JSON.stringify(report)}`);
  return found[0] as EvidenceOf<K>;
}

/** The MACs that claim an address, in the order of their numbers. */
export function claimants(report: Report, ip: string): string[] {
  return all(report, 'arp-claims')
    .filter((item) => item.ip === ip)
    .flatMap(({ claims }) => claims.map(({ mac }) => mac))
    .sort();
}

/** `verdict` of each cause, by cause and subject. */
export function verdicts(report: Report): Record<string, string> {
  return Object.fromEntries(report.causes.map(({ cause, subject, verdict }) => [`${cause} ${subject}`, verdict]));
}
