// How the user's own ssh is run: who logs in, with which key and to whom is OpenSSH's business (ssh_config(5)), while
// nothing but what is measured may be said on the connection, nothing is written, and the user is asked nothing unless we say so.

import { type Login, loginWords } from '../ssh/index.ts';
import { FAR_SIDE, SURVEYED_FAR_SIDE } from './far-side.ts';

/** What runs on the far side: the partner, the partner after a survey, or the user's own login shell on a terminal. */
export type FarSide = 'partner' | 'surveyed-partner' | 'login-shell';

/** ssh_config(5): of each the first value counts, so that these win over the user's. All are known since OpenSSH 7.6. */
const OPTIONS = [
  // Silence: no keepalives of ssh's or the kernel's but ours.
  'ServerAliveInterval=0',
  'TCPKeepAlive=no',
  // A connection of its own.
  'ControlMaster=no',
  'ControlPath=none',
  'ControlPersist=no',
  'ProxyUseFdpass=no',
  // One command and nothing beside it.
  'RemoteCommand=none',
  'ClearAllForwardings=yes',
  'ForwardAgent=no',
  'ForwardX11=no',
  'Tunnel=no',
  'PermitLocalCommand=no',
  // It would write known_hosts, and speak after the login.
  'UpdateHostKeys=no',
  'GSSAPIDelegateCredentials=no',
  // That who logs in was believed is said at this level, and why a channel is refused.
  'LogLevel=VERBOSE',
];

/** Joins ssh's input and output to the Unix socket that is named: netcheck, which has the TCP connection. */
const RELAY =
  'const s=require("net").connect(process.argv[1]);process.stdin.pipe(s).pipe(process.stdout);' +
  's.on("error",()=>process.exit(1)).on("close",()=>process.exit())';

/** Logs in over the relay at that Unix socket. */
export function sessionArguments(
  login: Login,
  node: string,
  socketPath: string,
  mayAsk: boolean,
  farSide: FarSide = 'partner',
): string[] {
  const relay = [node, '-e', RELAY, socketPath].map(quoted).join(' ');
  const asking = mayAsk ? [] : ['BatchMode=yes'];
  const options = [`ProxyCommand=${relay}`, ...asking, ...OPTIONS].flatMap((option) => ['-o', option]);
  return [...TERMINAL[farSide], '-a', '-x', ...options, ...loginWords(login), ...COMMAND[farSide]];
}

const TERMINAL: Readonly<Record<FarSide, readonly string[]>> = {
  partner: ['-T'],
  'surveyed-partner': ['-T'],
  'login-shell': ['-tt'],
};

const COMMAND: Readonly<Record<FarSide, readonly string[]>> = {
  partner: [FAR_SIDE],
  'surveyed-partner': [SURVEYED_FAR_SIDE],
  'login-shell': [],
};

/** A word for the shell that ssh gives ProxyCommand to, its percent signs kept from ssh (TOKENS). */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''").replaceAll('%', '%%')}'`;
}
