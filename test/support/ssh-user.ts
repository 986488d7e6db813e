// A user who types sudo, with a home of their own that holds an SSH key, a configuration and known hosts. OpenSSH takes the
// home from the password database, whatever HOME says: inside a mount namespace that the command gets, that names this home.

import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '../../src/lab/index.ts';
import { NOBODY } from './lab-run.ts';

export interface SshUser extends Disposable {
  /** sshd lets this user in with it: its AuthorizedKeysFile, and other options for startSshd. */
  readonly sshdOptions: readonly string[];
  /** For `TMPDIR`. */
  readonly scratch: string;
  readonly publicKey: string;
  /** The command line that runs another one with this user's home. */
  wrap(command: string, args: readonly string[]): [string, string[]];
  knowHost(name: string, publicKey: string): void;
  configure(text: string): void;
  /** From now on the key has this passphrase. */
  lockKey(passphrase: string): Promise<void>;
  /** What there is in the home and in the scratch folder, by path. */
  files(): string[];
}

export async function sshUser(host: LabHost): Promise<SshUser> {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-user-'));
  const [home, scratch, roots] = [join(folder, 'home'), join(folder, 'scratch'), join(folder, 'root')];
  for (const each of [home, join(home, '.ssh'), scratch]) {
    mkdirSync(each, { mode: 0o700 });
    chownSync(each, NOBODY, NOBODY);
  }
  mkdirSync(roots, { mode: 0o700 });
  // The way to the home must be open to its user; what is in it is not.
  await host.run('chmod', ['755', folder]);
  const key = join(home, '.ssh', 'id_ed25519');
  await host.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  chownSync(key, NOBODY, NOBODY);
  const publicKey = readFileSync(`${key}.pub`, 'utf8').trim();
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, `${publicKey}\n`);
  const passwd = join(folder, 'passwd');
  const others = readFileSync('/etc/passwd', 'utf8').replaceAll(/^(?:nobody|root):.*\n/gm, '');
  const users = `root:x:0:0::${roots}:/bin/sh\nnobody:x:${NOBODY}:${NOBODY}::${home}:/bin/sh\n`;
  writeFileSync(passwd, users + others, { mode: 0o644 });
  const own = (name: string, text: string): void => {
    const path = join(home, '.ssh', name);
    writeFileSync(path, text, { flag: name === 'known_hosts' ? 'a' : 'w', mode: 0o600 });
    chownSync(path, NOBODY, NOBODY);
  };
  return {
    sshdOptions: [`AuthorizedKeysFile=${authorized}`, 'StrictModes=no', 'PasswordAuthentication=no'],
    scratch,
    publicKey,
    wrap: (command, args) => [
      'unshare',
      ['--mount', 'sh', '-c', 'mount --bind "$0" /etc/passwd && exec "$@"', passwd, command, ...args],
    ],
    knowHost: (name, hostKey) => own('known_hosts', `${name} ${hostKey}\n`),
    configure: (text) => own('config', text),
    lockKey: async (passphrase) => {
      await host.run('ssh-keygen', ['-q', '-p', '-P', '', '-N', passphrase, '-f', key]);
      chownSync(key, NOBODY, NOBODY);
    },
    files: () =>
      [home, scratch, roots].flatMap((each) =>
        readdirSync(each, { recursive: true }).map((name) => `${each.slice(folder.length + 1)}/${String(name)}`),
      ),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}
