// Starts and speaks to the guard, the small process that stays root (guard-script.ts). Needs root when it is started.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { GUARD_SCRIPT } from './guard-script.ts';

/** Whether connections can be sent to one claimant, and if not, why. */
export type Possibility = { readonly ok: true } | { readonly ok: false; readonly because: string };

/** What runs as root is looked for where root keeps its programs, and not along the PATH of whoever started this. */
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin',
  LC_ALL: 'C',
};

const STOP_MS = 2000;

export class Guard {
  readonly #child: ChildProcess;
  #hasEnded = false;
  readonly #waiting = new Map<string, (isActive: boolean) => void>();

  /** `firstMark`: the first of MOST_RULES marks that rules may be made for. */
  constructor(interfaceName: string, table: string, firstMark: number, method: 'nft' | 'none') {
    const args = ['-c', GUARD_SCRIPT, 'netcheck-guard', interfaceName, table, String(firstMark), method];
    // In a session of its own: what the terminal tells netcheck (SIGINT, SIGHUP) is not told to it.
    this.#child = spawn('sh', args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: ENVIRONMENT,
      cwd: '/',
      detached: true,
    });
    this.#child.once('error', () => this.#giveUp());
    this.#child.once('exit', () => this.#giveUp());
    this.#child.stdin?.on('error', () => {});
    const answers = createInterface({ input: this.#child.stdout as NodeJS.ReadableStream });
    answers.on('line', (line) => {
      const [mark, ip, word] = line.split(' ');
      this.#waiting.get(`${mark} ${ip}`)?.(word === 'ok');
    });
    // A guard that is not asked for anything keeps nobody waiting.
    this.#child.unref();
    for (const pipe of this.#child.stdio) if (pipe instanceof Socket) pipe.unref();
  }

  /**
   * Says that the kernel is about to learn who has this address, so that it forgets it again in the end. Once this
   * resolves, with true, the guard knows what the kernel knew before.
   */
  watch(ip: Ipv4, signal: AbortSignal): Promise<boolean> {
    return this.#ask(`0 ${ip}`, '', signal);
  }

  /** Resolves with true once packets with `mark` to `ip` go to `mac`. */
  route(mark: number, ip: Ipv4, mac: Mac, signal: AbortSignal): Promise<boolean> {
    return this.#ask(`${mark} ${ip}`, ` ${mac}`, signal);
  }

  #ask(key: string, rest: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isActive: boolean): void => {
        this.#waiting.delete(key);
        resolve(isActive);
      };
      if (this.#hasEnded || signal.aborted) return settle(false);
      this.#waiting.set(key, settle);
      signal.addEventListener('abort', () => settle(false), { once: true });
      this.#child.stdin?.write(`${key}${rest}\n`);
    });
  }

  /** Connections must be closed by now. It takes away what it made; resolves when that is done, or two seconds later. */
  async stop(): Promise<void> {
    this.#child.stdin?.end('end\n');
    if (this.#hasEnded) return;
    this.#child.ref();
    await once(this.#child, 'exit', { signal: AbortSignal.timeout(STOP_MS) }).catch(() => {});
    this.#child.unref();
  }

  #giveUp(): void {
    this.#hasEnded = true;
    for (const settle of [...this.#waiting.values()]) settle(false);
  }
}

/** Asks nft to check the kind of rule that is wanted, without making it (`-c`). 10 ms. */
export function nftPossibility(interfaceName: string): Possibility {
  // The name stands between quotes in a command of nft's, where these mean nothing else.
  if (!/^[\w.@-]+$/.test(interfaceName)) return { ok: false, because: 'the name of the interface has odd characters' };
  const ruleset = [
    'add table netdev netcheck_check { flags owner; }',
    `add chain netdev netcheck_check egress { type filter hook egress device "${interfaceName}" priority 0; }`,
    'add rule netdev netcheck_check egress meta mark 1 ip daddr 192.0.2.1 ether daddr set 02:00:00:00:00:01',
  ];
  const { error, status, stderr } = spawnSync('nft', ['-c', '-f', '-'], {
    input: `${ruleset.join('\n')}\n`,
    env: ENVIRONMENT,
    timeout: STOP_MS,
    encoding: 'utf8',
  });
  if (error !== undefined) {
    const { code, message } = error as NodeJS.ErrnoException;
    const isMissing = code === 'ENOENT' || code === 'EACCES';
    return { ok: false, because: isMissing ? 'nft is not installed' : `nft: ${message}` };
  }
  if (status === 0) return { ok: true };
  return { ok: false, because: `nft can't change packets on their way out (${stderr.trim().split('\n', 1)[0] ?? ''})` };
}
