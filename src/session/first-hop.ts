// Where the TCP connection of a login goes: to its host, or to the first of the jump hosts before it. What `ssh -G` prints
// decides, aliases and Match blocks included.

import type { Login } from './arguments.ts';
import type { Refusal } from './refusal.ts';

export interface FirstHop {
  /** Who is logged in to. */
  readonly login: Login;
  /** A name or an address. */
  readonly hostname: string;
  readonly port: number;
  /** The destination that was asked for, where this is only the way to it; null where this is it. */
  readonly wayTo: string | null;
}

export type FirstHopResult = { readonly ok: true; readonly hop: FirstHop } | ({ readonly ok: false } & Refusal);

/** What `ssh -G` printed, or why it printed nothing. */
export type PrintedSettings = { readonly ok: true; readonly text: string } | ({ readonly ok: false } & Refusal);

/** Jump hosts may be reached through others. */
const MOST_JUMPS = 8;

export async function firstHop(
  login: Login,
  settingsOf: (login: Login) => Promise<PrintedSettings>,
): Promise<FirstHopResult> {
  let at = login;
  for (let jumps = 0; jumps < MOST_JUMPS; jumps++) {
    const printed = await settingsOf(at);
    if (!printed.ok) return printed;
    const { hostname, port, proxyjump, proxycommand } = readSettings(printed.text);
    if (hostname === undefined || !port) {
      return { ok: false, because: 'ssh -G printed no host name and port', hint: `see: ssh -G ${at.destination}` };
    }
    if (proxyjump !== undefined) {
      const jump = parseJump(proxyjump);
      if (jump === null) break;
      at = jump;
      continue;
    }
    if (proxycommand !== undefined) {
      const because = `${at.destination} is reached through a ProxyCommand, which opens the connection out of netcheck's reach`;
      const hint = 'measure to the host that the command connects to, or use ProxyJump in its place';
      return { ok: false, because, hint };
    }
    const wayTo = jumps === 0 ? null : login.destination;
    return { ok: true, hop: { login: at, hostname, port: Number(port), wayTo } };
  }
  return { ok: false, because: 'its jump hosts could not be followed', hint: `see: ssh -G ${login.destination}` };
}

type Setting = 'hostname' | 'port' | 'proxyjump' | 'proxycommand';

/** One setting a line, `none` being the same as nothing. */
function readSettings(text: string): Partial<Record<Setting, string>> {
  const lines = text.split('\n').map((line) => /^(hostname|port|proxyjump|proxycommand) (.+?)\r?$/.exec(line));
  const known = lines.flatMap((line) => (line?.[1] && line[2] && line[2] !== 'none' ? [[line[1], line[2]]] : []));
  return Object.fromEntries(known) as Partial<Record<Setting, string>>;
}

/** The first of a list of `[user@]host[:port]` or `ssh://…`, IPv6 addresses in brackets. */
export function parseJump(list: string): Login | null {
  const first = (list.split(',')[0] ?? '').replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const [, user = '', host = '', port] = /^([^@]+@)?(\[[^\]]+\]|[^:[\]@]+)(?::(\d+))?$/.exec(first) ?? [];
  if (host === '' || host.startsWith('-')) return null;
  return { destination: `${user}${host.replace(/^\[|\]$/g, '')}`, port: port === undefined ? null : Number(port) };
}
