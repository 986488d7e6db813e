// One line of OpenSSH → what it tells of a connection. What is not known here is null, and counted as such.

import { CATALOGUE } from './catalogue.ts';
import type { LogLine } from './log-line.ts';
import type { Message } from './message.ts';
import { messagesIn } from './recognise.ts';
import type { End } from './session.ts';

export interface Endpoint {
  readonly peer: string;
  readonly port: number | null;
}

export type LogEvent =
  | ({ readonly kind: 'connect' } & Endpoint)
  | ({ readonly kind: 'login'; readonly user: string } & Endpoint)
  /** ssh -v: it begins to connect, which ends what came before. */
  | ({ readonly kind: 'client-connect' } & Endpoint)
  | { readonly kind: 'client-login' }
  | { readonly kind: 'child'; readonly pid: number }
  /** SSH said goodbye. */
  | { readonly kind: 'goodbye'; readonly endpoint: Endpoint | null }
  | { readonly kind: 'pam-closed' }
  | { readonly kind: 'lasted'; readonly seconds: number }
  /** ssh -v: what the far side's program ended with. */
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'boot' }
  | {
      readonly kind: 'end';
      readonly end: End;
      readonly message: Message;
      readonly endpoint: Endpoint | null;
      readonly user: string | null;
      readonly beforeLogin: boolean;
    }
  /** sshd or ssh says something of its own, of no session in particular. */
  | { readonly kind: 'statement'; readonly message: Message; readonly peer: string | null }
  /** Known, and it changes nothing. */
  | { readonly kind: 'activity'; readonly endpoint: Endpoint | null };

const ENDS: Readonly<Record<string, End>> = {
  'client-not-responding': 'silent',
  'server-read-timed-out': 'silent',
  'read-timed-out': 'silent',
  'server-not-responding': 'silent',
  'server-read-reset': 'reset',
  'connection-reset': 'reset',
  'read-reset': 'reset',
  'send-disconnect-reset': 'reset',
  'send-disconnect-broken-pipe': 'reset',
  'write-failed': 'reset',
  'server-read-no-route': 'unreachable',
  'read-no-route': 'unreachable',
  'login-grace': 'login-grace',
  'chroot-refused': 'chroot',
  'channel-timeout': 'setting',
  'unused-connection': 'setting',
  'damaged-payload': 'damaged',
  'connection-ended': 'closed',
  'closed-by-remote-host': 'closed',
  'too-many-authentication-failures': 'refused-login',
  'proxy-ended': 'closed',
  closed: 'ordinary',
};

const IP_PORT = String.raw`([\w.:%-]{1,253}) port (\d{1,5})`;
const CONNECTION_FROM = new RegExp(`^Connection from ${IP_PORT}`);
const ACCEPTED = new RegExp(String.raw`^Accepted \S+ for (\S{1,64}) from ${IP_PORT}`);
const GOODBYE = new RegExp(`^(?:Received disconnect from ${IP_PORT}:11:|Disconnected from )`);
const ANY_ENDPOINT = new RegExp(
  String.raw`\b(?:from|by|for|to address|to host|user \S{1,64}) (?:user \S{1,64} |invalid user \S{0,64} |authenticating user \S{1,64} )?${IP_PORT}`,
);
const CHILD = /^User child is on pid (\d{1,10})/;
const PAM = /^pam_\w+\(sshd:session\): session (opened|closed) for user/;
const CONNECTING = /^(?:debug1: )?Connecting to (\S{1,253}?)(?: \[([^\]]{1,100})\])? port (\d{1,5})/;
const AUTHENTICATED = /^(?:debug1: )?(?:Authenticated to \S+|Authentication succeeded)/;
const EXIT_REQUEST = /^(?:debug1: )?client_input_channel_req: channel \d+ rtype exit-s/;
const EXIT_STATUS = /^(?:debug1: )?Exit status (\d{1,3})\b/;
const TRANSFERRED = /^(?:debug1: )?Transferred: sent \d+, received \d+ bytes, in (\d+(?:\.\d+)?) seconds/;
const MAY_BE_IN_CATALOGUE =
  /timeout|timed out|connection|drop|penalty|maxstartups|corrupted|bad packet|broken pipe|inactiv|chroot|unreachable|no route|authentication fail|identification|not responding|not allowed|rate-limited|host key for|authentication code/i;
const PLAIN =
  /^(?:debug[123]: |OpenSSH_|Server listening on |Received signal \d+; terminating|Starting session: |Close session: |Failed \w+ for |Invalid user |Postponed |Accepted key |Disconnecting |Bytes per second: |Accepted certificate |Connection (?:to|from) |maximum authentication attempts|error: maximum authentication|Disconnecting|Bad protocol version|Unable to negotiate|fatal: |error: |Warning: |pam_\w+\(sshd:|User \S+ from \S+ not allowed|Received request from|debug: |Local version|Remote protocol|banner exchange|ssh_dispatch_run_fatal|Nasty PTR|reverse mapping|Address \S+ maps|Did not receive identification|Protocol major|Could not get shadow|Set \/proc|subsystem request for|rexec |PAM )/;

const endpoint = (peer: string | undefined, port: string | undefined): Endpoint | null =>
  peer === undefined ? null : { peer: peer.slice(0, 253), port: port === undefined ? null : Number(port) };

/** null for what netcheck does not know. `program` of the line must be OpenSSH's or null. */
export function eventOf({ text, program }: LogLine): LogEvent | null {
  if (text.startsWith('-- Boot ') || text === '-- Reboot --') return { kind: 'boot' };
  const connect = CONNECTION_FROM.exec(text);
  if (connect !== null) return { kind: 'connect', ...(endpoint(connect[1], connect[2]) as Endpoint) };
  const login = ACCEPTED.exec(text);
  if (login !== null) {
    return { kind: 'login', user: login[1] as string, ...(endpoint(login[2], login[3]) as Endpoint) };
  }
  const child = CHILD.exec(text);
  if (child !== null) return { kind: 'child', pid: Number(child[1]) };
  const pam = PAM.exec(text);
  if (pam !== null) return pam[1] === 'closed' ? { kind: 'pam-closed' } : { kind: 'activity', endpoint: null };
  const connecting = program === 'sshd' ? null : CONNECTING.exec(text);
  if (connecting !== null) {
    return { kind: 'client-connect', ...(endpoint(connecting[2] ?? connecting[1], connecting[3]) as Endpoint) };
  }
  if (program !== 'sshd' && AUTHENTICATED.test(text)) return { kind: 'client-login' };
  const exit = program === 'sshd' ? null : EXIT_STATUS.exec(text);
  if (exit !== null) return { kind: 'exit', status: Number(exit[1]) };
  if (program !== 'sshd' && EXIT_REQUEST.test(text)) return { kind: 'goodbye', endpoint: null };
  const lasted = TRANSFERRED.exec(text);
  if (lasted !== null) return { kind: 'lasted', seconds: Number(lasted[1]) };
  const goodbye = GOODBYE.exec(text);
  if (goodbye !== null) return { kind: 'goodbye', endpoint: endpointIn(text) };
  if (MAY_BE_IN_CATALOGUE.test(text)) {
    const found = messagesIn(text, CATALOGUE)[0];
    if (found !== undefined) return fromCatalogue(found.message, text);
  }
  return PLAIN.test(text) ? { kind: 'activity', endpoint: endpointIn(text) } : null;
}

function fromCatalogue(message: Message, text: string): LogEvent {
  const end = ENDS[message.id];
  const at = endpointIn(text);
  if (end === undefined) {
    const dropped = /\b(?:from|for) \[?([\d.]{7,15}|[0-9a-f:]{3,39})\]?/i.exec(text);
    return { kind: 'statement', message, peer: dropped?.[1] ?? at?.peer ?? null };
  }
  const user = /\bfrom user (\S{1,64}) /.exec(text)?.[1] ?? null;
  const beforeLogin = /\[preauth\]|\b(?:authenticating|invalid) user\b/.test(text) || end === 'login-grace';
  return { kind: 'end', end, message, endpoint: at, user, beforeLogin };
}

function endpointIn(text: string): Endpoint | null {
  const match = ANY_ENDPOINT.exec(text) ?? READ_ERROR.exec(text);
  return match === null ? null : endpoint(match[1], match[2]);
}

const READ_ERROR = new RegExp(`remote host ${IP_PORT}`);
