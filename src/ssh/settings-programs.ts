// The system's own programs say what is set: `ssh -G` as whoever asks, `sshd -T` as root. Neither sends anything itself.

import { execFile, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { environmentOfUser } from '../environment.ts';
import { printableAscii } from '../printable.ts';
import { type Account, chrootComponents, type PathComponent } from './chroot-path.ts';
import { type Login, loginWords } from './login.ts';

/** `Match exec` runs commands of the user's, and CanonicalizeHostname asks name servers: neither may hold a run up. */
const TIME_LIMIT_MS = 10_000;
const MAX_OUTPUT_BYTES = 256 * 1024;
const COMPLAINT_LENGTH = 200;

/** What was printed, or why there is nothing to read. */
export type Printed = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly because: string };

/** Whose process it is to be, for execFile. */
export interface Child {
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
}

/** The settings of a session. Reads the files of whom this process belongs to, or of whom `child` does. */
export function printClientSettings(
  login: Login,
  signal?: AbortSignal,
  child: Child = { env: environmentOfUser(process.env) },
): Promise<Printed> {
  const limits = { timeout: TIME_LIMIT_MS, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES } as const;
  return new Promise((resolve) => {
    const running = execFile(
      'ssh',
      ['-T', '-G', ...loginWords(login)],
      { ...limits, ...child, ...(signal === undefined ? {} : { signal }) },
      (error, stdout, stderr) => {
        resolve(
          error === null ? { ok: true, value: stdout } : { ok: false, because: complaint('ssh -G', error, stderr) },
        );
      },
    );
    running.stdin?.end();
  });
}

/** Where packages put it. Named in full: sshd wants to be, and as root nothing is looked for along a PATH. */
const SSHD_PATHS = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/sbin/sshd'];

/** The settings of a session of `user` at `address`, an address of this machine. Needs root, for the host keys. */
export function printServerSettings(user: string, address: string): Printed {
  const program = SSHD_PATHS.find((path) => existsSync(path));
  if (program === undefined) return { ok: false, because: `there is no sshd in ${SSHD_PATHS.join(', ')}` };
  const connection = `user=${user},host=${address},addr=${address},laddr=${address},lport=22`;
  const { error, status, stdout, stderr } = spawnSync(program, ['-T', '-C', connection], {
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'latin1',
    timeout: TIME_LIMIT_MS,
    killSignal: 'SIGKILL',
    maxBuffer: MAX_OUTPUT_BYTES,
    env: { LC_ALL: 'C' },
  });
  if (error === undefined && status === 0) return { ok: true, value: stdout };
  return { ok: false, because: complaint('sshd -T', error ?? null, stderr ?? '') };
}

/** null when one of the components can't be looked at. */
export function readChrootPath(path: string): PathComponent[] | null {
  try {
    return chrootComponents(path).map((component) => {
      const stat = statSync(component);
      return { path: component, ownerUid: stat.uid, mode: stat.mode & 0o7777, isDirectory: stat.isDirectory() };
    });
  } catch {
    return null;
  }
}

/** Whom this process belongs to; null when the system does not know them. */
export function account(): Account | null {
  try {
    const { username, uid, homedir } = userInfo();
    return { name: username, uid, home: homedir };
  } catch {
    return null;
  }
}

function complaint(what: string, error: (Error & { code?: unknown; killed?: boolean }) | null, stderr: string): string {
  if (error?.name === 'AbortError') return `${what} was interrupted`;
  if (error?.code === 'ENOENT') return 'there is no ssh program on this machine';
  if (error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' || error?.code === 'ENOBUFS')
    return `${what} printed more than ${MAX_OUTPUT_BYTES / 1024} kB`;
  if (error?.code === 'ETIMEDOUT' || error?.killed === true)
    return `${what} did not end within ${TIME_LIMIT_MS / 1000} s`;
  const [words = ''] = stderr.trim().split(/\r?\n/);
  const said = printableAscii(words).slice(0, COMPLAINT_LENGTH);
  return `${what} failed${said === '' ? '' : ` (${said})`}`;
}
