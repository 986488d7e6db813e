// A real sshd in a lab host, with a host key of its own or another's, and its log at hand.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '../../src/lab/index.ts';
import { labAccounts, type Wrap } from './accounts.ts';

/** A private key in a file; disposing of it removes the file. */
export interface HostKey extends Disposable {
  readonly path: string;
  /** As `ssh-keyscan` prints it after the host: `ssh-ed25519 AAAA…`. */
  readonly publicKey: string;
}

export interface Sshd extends Disposable {
  /** Another sshd may be started with it, as on a cloned machine. */
  readonly hostKey: HostKey;
  /** Everything it has logged so far, at level VERBOSE. */
  readonly log: () => string;
}

/**
 * Resolves once it listens on `port`. It ends with the lab; disposing of it removes its accounts and its key, unless that was
 * given: then it must be there for as long as this sshd is. `wrap` makes the command line that runs it, where it needs more
 * than accounts.
 */
export async function startSshd(
  host: LabHost,
  port: number,
  options: readonly string[] = [],
  givenKey?: HostKey,
  wrap?: Wrap,
): Promise<Sshd> {
  const hostKey = givenKey ?? (await newHostKey(host));
  const accounts = labAccounts();
  // sshd's privilege separation folder: Debian's service makes it, and no service was started here.
  mkdirSync('/run/sshd', { recursive: true });
  const settings = ['PidFile=none', 'LogLevel=VERBOSE', 'UseDNS=no', ...options].flatMap((setting) => ['-o', setting]);
  const args = ['-D', '-e', '-f', '/dev/null', '-h', hostKey.path, '-p', String(port), ...settings];
  const child = host.spawn(...(wrap ?? accounts.wrap)('/usr/sbin/sshd', args), { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk;
      if (log.includes('Server listening')) resolve();
    });
    child.once('exit', () => reject(new Error(`sshd ended: ${log}`)));
  });
  return {
    hostKey,
    log: () => log,
    [Symbol.dispose]: () => {
      accounts[Symbol.dispose]();
      if (givenKey === undefined) hostKey[Symbol.dispose]();
    },
  };
}

/** What ssh-keygen says of its key: `SHA256:…`. */
export async function fingerprintOf(host: LabHost, { hostKey }: Sshd): Promise<string> {
  const { stdout } = await host.run('ssh-keygen', ['-lf', hostKey.path]);
  return stdout.split(' ')[1] as string;
}

async function newHostKey(host: LabHost): Promise<HostKey> {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-sshd-'));
  const path = join(folder, 'host_key');
  await host.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);
  const publicKey = readFileSync(`${path}.pub`, 'utf8').trim();
  return { path, publicKey, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
