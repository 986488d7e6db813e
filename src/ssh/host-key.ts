// Who an SSH server is, over a connection that exists already: its identification string, and its host key.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { type Clock, deadline } from '../clock.ts';
import { sshIdentification } from './greeting.ts';
import { type HostKey, verifiedHostKey } from './key-exchange.ts';

export interface SshIdentity {
  /** The identification string, printable; null when the peer did not begin as an SSH server does. */
  readonly banner: string | null;
  /** null when the key exchange did not come to its end, or there is no ssh on this machine. */
  readonly hostKey: HostKey | null;
}

/** 60 ms on an idle LAN; a small router's processor may take a second. */
const KEY_EXCHANGE_MS = 1500;
const GREETING_BYTES = 255;
/** More than a key exchange says; a peer that makes ssh say more is not listened to. */
const LOG_LENGTH = 64 * 1024;

/**
 * Takes over a connected socket and destroys it when done; never rejects for what the peer does. A peer that has not
 * greeted within `greetingMs` is no SSH server. No login is tried:
 * ssh is ended as soon as the key is proved.
 */
export async function identifySshServer(
  connection: Socket,
  greetingMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<SshIdentity> {
  // An error is followed by 'close', which is what everything here waits for.
  connection.on('error', () => {});
  try {
    const greeting = await readGreeting(connection, greetingMs, clock, signal);
    const banner = sshIdentification(greeting);
    if (banner === null || signal.aborted) return { banner, hostKey: null };
    return { banner, hostKey: await exchangeKeys(connection, greeting, clock, signal) };
  } finally {
    connection.destroy();
  }
}

/** Up to the end of the identification line, or what has come until the peer closes or the time is over. */
async function readGreeting(
  connection: Socket,
  greetingMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Uint8Array> {
  using limit = deadline(clock, greetingMs, signal);
  let greeting = Buffer.alloc(0);
  await new Promise<void>((resolve) => {
    const done = (): void => {
      connection.off('data', onData);
      connection.pause();
      resolve();
    };
    const onData = (chunk: Buffer): void => {
      greeting = Buffer.concat([greeting, chunk]);
      if (/^SSH-[^\n]*\n/m.test(greeting.toString('latin1')) || greeting.length >= GREETING_BYTES) done();
    };
    connection.on('data', onData).once('end', done).once('close', done);
    limit.signal.addEventListener('abort', done);
    if (limit.signal.aborted) done();
  });
  return greeting;
}

/** Lets the system's ssh do the key exchange: it connects to a relay, which continues `connection`. */
async function exchangeKeys(
  connection: Socket,
  greeting: Uint8Array,
  clock: Clock,
  signal: AbortSignal,
): Promise<HostKey | null> {
  using limit = deadline(clock, KEY_EXCHANGE_MS, signal);
  const relay = createServer();
  let client: Socket | undefined;
  let ssh: ChildProcess | undefined;
  try {
    // One connection, and only from this machine: what it is spliced to is as open to anyone here as the server is.
    relay.maxConnections = 1;
    relay.once('connection', (socket) => {
      client = socket.on('error', () => {});
      relay.close();
      client.write(greeting);
      client.pipe(connection).pipe(client);
    });
    await listening(relay);
    ssh = spawnSsh((relay.address() as AddressInfo).port);
    return await hostKeyOf(ssh, limit.signal);
  } catch {
    // No ssh, or no process or port to be had: the key stays unknown.
    return null;
  } finally {
    ssh?.kill('SIGKILL');
    // With a RST: a FIN would leave the kernel to remember the connection for a minute (TIME-WAIT).
    client?.resetAndDestroy();
    relay.close();
  }
}

async function listening(relay: Server): Promise<void> {
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
}

/** ssh_config(5). Nobody's settings, keys or agent take part, and nothing is written. */
const OPTIONS = [
  'BatchMode=yes',
  'StrictHostKeyChecking=no',
  'UserKnownHostsFile=/dev/null',
  'GlobalKnownHostsFile=/dev/null',
  'FingerprintHash=sha256',
  'UpdateHostKeys=no',
  // 90 ms of computing, for secrecy that a connection without a secret has no use for.
  'KexAlgorithms=-sntrup761*',
  'PreferredAuthentications=none',
  'IdentityFile=none',
  'IdentityAgent=none',
  'ProxyCommand=none',
  'ControlPath=none',
];

function spawnSsh(port: number): ChildProcess {
  const options = OPTIONS.flatMap((option) => ['-o', option]);
  const { PATH, HOME } = process.env;
  return spawn('ssh', ['-v', '-N', '-T', '-F', 'none', ...options, '-p', String(port), '127.0.0.1'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Short on purpose: SSH_AUTH_SOCK, SSH_ASKPASS and DISPLAY would bring the user's agent and windows in.
    env: { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }), LC_ALL: 'C' },
  });
}

function hostKeyOf(ssh: ChildProcess, signal: AbortSignal): Promise<HostKey | null> {
  return new Promise((resolve, reject) => {
    let log = '';
    const giveUp = (): void => resolve(null);
    ssh.once('error', reject);
    ssh.once('close', giveUp);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    ssh.stderr?.setEncoding('latin1').on('data', (text: string) => {
      log += text;
      const hostKey = verifiedHostKey(log);
      if (hostKey !== null || log.length > LOG_LENGTH) resolve(hostKey);
    });
  });
}
