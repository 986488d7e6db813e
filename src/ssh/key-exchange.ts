// What the debug output of OpenSSH's client (ssh -v, ssh(1)) says of the server's host key.

export interface HostKey {
  /** `ssh-ed25519`, `ecdsa-sha2-nistp256`, … (RFC 4253 section 6.6). */
  readonly type: string;
  /** `SHA256:` and 43 digits of base64, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
}

const HOST_KEY = /^debug1: Server host key: ([\w@.-]{1,64}) (SHA256:[A-Za-z0-9+/]{43})$/;
/** The first line after which the server could have been heard. */
const CONNECTED = 'debug1: Connection established.';
/** ssh has checked by then that the server signed this key exchange with that key (sshkey_verify in kexgen.c). */
const VERIFIED = 'debug1: SSH2_MSG_NEWKEYS sent';

/**
 * The key that the server has proved to hold; null while it has not, and when `log` can't be believed. Free text of
 * the server (the reason of a disconnect, a debug message) is printed with its line ends, so it could spell out any
 * line: where ssh says anything that isn't its own fixed words, nothing after it counts.
 */
export function verifiedHostKey(log: string): HostKey | null {
  let hostKey: HostKey | null = null;
  let connected = false;
  // What follows the last line end is not a whole line yet.
  for (const line of log.split('\n').slice(0, -1)) {
    const text = line.replace(/\r$/, '');
    if (connected && !isOwnWords(text)) return null;
    if (text === CONNECTED) connected = true;
    const [, type, fingerprint] = HOST_KEY.exec(text) ?? [];
    if (connected && type !== undefined && fingerprint !== undefined) hostKey ??= { type, fingerprint };
    if (text === VERIFIED) return hostKey;
  }
  return null;
}

function isOwnWords(line: string): boolean {
  if (line.startsWith('debug1: ')) return !line.startsWith('debug1: Remote: ');
  // "** WARNING: connection is not using a post-quantum key exchange algorithm." and its like (OpenSSH 10.1 and later).
  return line.startsWith('Warning: Permanently added ') || line.startsWith('** ');
}
