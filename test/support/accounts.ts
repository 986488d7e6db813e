// Accounts of the lab's own, in place of this machine's root and nobody: what a login's shell reads first, and may wait for,
// is then nothing of this machine's, and a session that is killed leaves nothing unfinished there.

import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NOBODY } from './lab-run.ts';

export type Wrap = (command: string, args: readonly string[]) => [string, string[]];

export interface Accounts extends Disposable {
  /** The command line that runs another one in a mount namespace whose password database has these accounts. */
  readonly wrap: Wrap;
  /** Whoever may enter it. */
  readonly folder: string;
  /** Each its owner's alone. */
  readonly homes: { readonly root: string; readonly nobody: string };
}

const WITH_PASSWD = 'mount --bind "$0" /etc/passwd && exec "$@"';

export function labAccounts(shell = '/bin/sh'): Accounts {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-accounts-'));
  chmodSync(folder, 0o755);
  const homes = { root: join(folder, 'root'), nobody: join(folder, 'home') };
  for (const [home, uid] of [
    [homes.root, 0],
    [homes.nobody, NOBODY],
  ] as const) {
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, uid, uid);
  }
  const others = readFileSync('/etc/passwd', 'utf8').replaceAll(/^(?:nobody|root):.*\n/gm, '');
  const own = `root:x:0:0::${homes.root}:${shell}\nnobody:x:${NOBODY}:${NOBODY}::${homes.nobody}:${shell}\n`;
  const passwd = join(folder, 'passwd');
  writeFileSync(passwd, own + others, { mode: 0o644 });
  return {
    wrap: (command, args) => ['unshare', ['--mount', 'sh', '-c', WITH_PASSWD, passwd, command, ...args]],
    folder,
    homes,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
