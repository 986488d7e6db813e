// A user who types sudo, with a home of their own that holds an SSH key, a configuration and known hosts. OpenSSH takes the
// home from the password database, whatever HOME says: inside a mount namespace that the command gets, that names this home.

import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LabHost } from '../../src/lab/index.ts';
import { labAccounts, type Wrap } from './accounts.ts';
import { NOBODY } from './lab-run.ts';

export interface SshUser extends Disposable {
  /** sshd lets this user in with it: its AuthorizedKeysFile, and other options for startSshd. */
  readonly sshdOptions: readonly string[];
  /** For `TMPDIR`. */
  readonly scratch: string;
  readonly publicKey: string;
  /** The command line that runs another one with this user's home. */
  readonly wrap: Wrap;
  knowHost(name: string, publicKey: string): void;
  configure(text: string): void;
  /** From now on the key has this passphrase. */
  lockKey(passphrase: string): Promise<void>;
  /** What there is in the home and in the scratch folder, by path. */
  files(): string[];
}

export async function sshUser(host: LabHost): Promise<SshUser> {
  const accounts = labAccounts();
  const { folder, homes } = accounts;
  const [home, scratch] = [homes.nobody, join(folder, 'scratch')];
  for (const each of [join(home, '.ssh'), scratch]) {
    mkdirSync(each, { mode: 0o700 });
    chownSync(each, NOBODY, NOBODY);
  }
  const key = join(home, '.ssh', 'id_ed25519');
  await host.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  chownSync(key, NOBODY, NOBODY);
  const publicKey = readFileSync(`${key}.pub`, 'utf8').trim();
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, `${publicKey}\n`);
  const own = (name: string, text: string): void => {
    const path = join(home, '.ssh', name);
    writeFileSync(path, text, { flag: name === 'known_hosts' ? 'a' : 'w', mode: 0o600 });
    chownSync(path, NOBODY, NOBODY);
  };
  return {
    sshdOptions: [`AuthorizedKeysFile=${authorized}`, 'StrictModes=no', 'PasswordAuthentication=no'],
    scratch,
    publicKey,
    wrap: accounts.wrap,
    knowHost: (name, hostKey) => own('known_hosts', `${name} ${hostKey}\n`),
    configure: (text) => own('config', text),
    lockKey: async (passphrase) => {
      await host.run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', key]);
      chownSync(key, NOBODY, NOBODY);
    },
    files: () =>
      [home, scratch, homes.root].flatMap((each) =>
        readdirSync(each, { recursive: true }).map((name) => `${each.slice(folder.length + 1)}/${String(name)}`),
      ),
    [Symbol.dispose]: () => accounts[Symbol.dispose](),
  };
}
