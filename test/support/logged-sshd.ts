// A real sshd that logs by syslog(3), as a server's does, and a little syslogd that writes what arrives as auth.log has it.

import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabHost } from '../../src/lab/index.ts';
import { labAccounts } from './accounts.ts';
import { until } from './until.ts';

/** syslog(3) sends datagrams, which Node has no sockets for. A syslogd adds the host's name. */
const SYSLOGD = `
use Socket; $| = 1;
socket(my $log, AF_UNIX, SOCK_DGRAM, 0) or die; bind($log, sockaddr_un($ARGV[0])) or die; chmod 0666, $ARGV[0];
print "ready\\n";
while (defined recv($log, my $line, 65536, 0)) { $line =~ s/^<\\d+>(.{15}) /$1 server /; print "$line\\n"; }
`;

// sshd logs to /dev/log and nowhere else: in a mount namespace of its own that is the syslogd's socket.
const WITH_OWN_DEV = `
for name in null zero random urandom tty ptmx; do touch "$0/$name" && mount --bind "/dev/$name" "$0/$name" || exit 1; done
mkdir -p "$0/pts" "$0/shm" && mount --bind /dev/pts "$0/pts" && mount --rbind "$0" /dev && exec "$@"
`;

export interface LoggedSshd extends Disposable {
  /** Its public key, as known_hosts wants it. */
  readonly publicKey: string;
  /** Its auth.log so far. */
  readonly log: () => string;
}

/** Resolves once it listens on `port`. It ends with the lab. */
export async function startLoggedSshd(
  host: LabHost,
  port: number,
  options: readonly string[] = [],
): Promise<LoggedSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'netcheck-logged-'));
  chmodSync(folder, 0o755);
  const dev = join(folder, 'dev');
  mkdirSync(dev);
  mkdirSync('/run/sshd', { recursive: true });
  const key = join(folder, 'host_key');
  await host.run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', key]);
  writeFileSync(join(folder, 'syslogd.pl'), SYSLOGD);
  const syslogd = host.spawn('perl', [join(folder, 'syslogd.pl'), join(dev, 'log')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  syslogd.stdout?.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  await until(async () => log.startsWith('ready\n'));
  const settings = ['PidFile=none', 'LogLevel=VERBOSE', 'UseDNS=no', ...options].flatMap((each) => ['-o', each]);
  const sshd = ['/usr/sbin/sshd', '-D', '-f', '/dev/null', '-h', key, '-p', String(port), ...settings];
  const accounts = labAccounts();
  const child = host.spawn(...accounts.wrap('sh', ['-c', WITH_OWN_DEV, dev, ...sshd]), { stdio: 'ignore' });
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`sshd ended: ${log}`)));
  await Promise.race([until(async () => log.includes('Server listening')), ended]);
  ended.catch(() => {});
  return {
    publicKey: readFileSync(`${key}.pub`, 'utf8').trim(),
    log: () => log.replace('ready\n', ''),
    [Symbol.dispose]: () => {
      accounts[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}
