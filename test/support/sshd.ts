// A real sshd in a lab host, with a host key of its own and its log at hand.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '../../src/lab/index.ts';

export interface Sshd extends Disposable {
  /** Everything it has logged so far, at level VERBOSE. */
  readonly log: () => string;
}

/** Resolves once it listens on `port`. It ends with the lab; disposing of it removes its key. */
export async function startSshd(host: LabHost, port: number, options: readonly string[] = []): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-sshd-'));
  const key = join(folder, 'host_key');
  await host.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  // sshd's privilege separation folder: Debian's service makes it, and no service was started here.
  mkdirSync('/run/sshd', { recursive: true });
  const settings = ['PidFile=none', 'LogLevel=VERBOSE', 'UseDNS=no', ...options].flatMap((setting) => ['-o', setting]);
  const child = host.spawn(
    '/usr/sbin/sshd',
    ['-D', '-e', '-f', '/dev/null', '-h', key, '-p', String(port), ...settings],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let log = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk;
      if (log.includes('Server listening')) resolve();
    });
    child.once('exit', () => reject(new Error(`sshd ended: ${log}`)));
  });
  return { log: () => log, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}
