// The three system tools that shape a namespace: ip(8) in batches, nft(8) and sysctl(8), one process per call.

import { setTimeout as sleep } from 'node:timers/promises';
import { LabUnavailable } from './availability.ts';
import { collect, findCommand, spawnCommand } from './command.ts';

const SETTLE_TIMEOUT_MS = 5000;
const SETTLE_POLL_MS = 5;

export type Sysctls = Readonly<Record<string, string | number>>;

/** Lines as `ip` takes them, without the word `ip`. Without a namespace they run where the lab's owner runs. */
export async function ipBatch(namespace: string | null, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const where = namespace === null ? [] : ['-n', namespace];
  await runTool('ip', [...where, '-batch', '-'], `${lines.join('\n')}\n`);
}

/** Applies a ruleset as one transaction. */
export async function nftApply(namespace: string, ruleset: string): Promise<void> {
  await runTool('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], ruleset);
}

/** `optional` skips keys that this kernel does not have. */
export async function setSysctls(namespace: string, sysctls: Sysctls, optional = false): Promise<void> {
  const settings = Object.entries(sysctls).map(([key, value]) => `${key}=${value}`);
  if (settings.length === 0) return;
  const flags = optional ? ['-q', '-e', '-w'] : ['-q', '-w'];
  await runTool('ip', ['netns', 'exec', namespace, 'sysctl', ...flags, ...settings], '');
}

/** The kernel brings links up a moment after it was asked to; a frame sent before that is lost. */
export async function linksSettled(namespace: string): Promise<void> {
  const deadline = performance.now() + SETTLE_TIMEOUT_MS;
  // With -d a bridge's ports show their own state as well.
  while (/\bstate (?!UP|UNKNOWN|forwarding)/.test(await runTool('ip', ['-n', namespace, '-d', 'link'], ''))) {
    if (performance.now() > deadline) throw new LabUnavailable(`The lab's links in ${namespace} do not come up.`);
    await sleep(SETTLE_POLL_MS);
  }
}

async function runTool(command: string, args: readonly string[], input: string): Promise<string> {
  const child = spawnCommand(findCommand(command) ?? command, args);
  const { stdout, stderr, exitCode } = await collect(child, { input });
  if (exitCode === 0) return stdout;
  const end = exitCode === null ? 'it was interrupted' : `exit code ${exitCode}`;
  const said = (stderr || stdout).trim().split('\n', 1)[0] || end;
  throw new LabUnavailable(`The lab cannot be built here: ${[command, ...args].join(' ')}: ${said}`);
}
