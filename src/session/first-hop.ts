// Where the TCP connection of a login goes: to its host, or to the first of the jump hosts before it. What `ssh -G` prints
// decides, aliases and Match blocks included.

import type { ClientSettings, Login } from '../ssh/index.ts';
import { byHand, type Refusal } from './refusal.ts';

export interface FirstHop {
  /** Who is logged in to. */
  readonly login: Login;
  /** A name or an address. */
  readonly hostname: string;
  readonly port: number;
  /** The destination that was asked for, where this is only the way to it; null where this is it. */
  readonly wayTo: string | null;
  /** From where, as the configuration says. */
  readonly from: Pick<ClientSettings, 'bindAddress' | 'bindInterface'>;
}

export type FirstHopResult = { readonly ok: true; readonly hop: FirstHop } | ({ readonly ok: false } & Refusal);

/** What `ssh -G` says of a login, or why it says nothing. */
export type SettingsOf = (
  login: Login,
) => Promise<{ readonly ok: true; readonly settings: ClientSettings } | ({ readonly ok: false } & Refusal)>;

/** Jump hosts may be reached through others. */
const MOST_JUMPS = 8;

export async function firstHop(login: Login, settingsOf: SettingsOf): Promise<FirstHopResult> {
  let at = login;
  for (let jumps = 0; jumps < MOST_JUMPS; jumps++) {
    const printed = await settingsOf(at);
    if (!printed.ok) return printed;
    const { hostname, port, proxyJump, hasProxyCommand, bindAddress, bindInterface } = printed.settings;
    if (hostname === null || port === null) {
      return { ok: false, because: 'ssh -G printed no host name and port', hint: `see: ${byHand(at, '-G')}` };
    }
    if (proxyJump !== null) {
      const jump = parseJump(proxyJump);
      if (jump === null) break;
      at = jump;
      continue;
    }
    if (hasProxyCommand) {
      const because = `${at.destination} is reached through a ProxyCommand, which opens the connection out of netcheck's reach`;
      const hint = 'measure to the host that the command connects to, or use ProxyJump in its place';
      return { ok: false, because, hint };
    }
    const wayTo = jumps === 0 ? null : login.destination;
    return { ok: true, hop: { login: at, hostname, port, wayTo, from: { bindAddress, bindInterface } } };
  }
  return { ok: false, because: 'its jump hosts could not be followed', hint: `see: ${byHand(login, '-G')}` };
}

/** The first of a list of `[user@]host[:port]` or `ssh://…`, IPv6 addresses in brackets. */
export function parseJump(list: string): Login | null {
  const first = (list.split(',')[0] ?? '').replace(/^ssh:\/\//, '').replace(/\/$/, '');
  const [, user = '', host = '', port] = /^([^@]+@)?(\[[^\]]+\]|[^:[\]@]+)(?::(\d+))?$/.exec(first) ?? [];
  if (host === '' || host.startsWith('-')) return null;
  return { destination: `${user}${host.replace(/^\[|\]$/g, '')}`, port: port === undefined ? null : Number(port) };
}
