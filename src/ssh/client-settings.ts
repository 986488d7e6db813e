// What ssh would do in a session to a host: the settings in force as `ssh -G` prints them, Match blocks and all.

import {
  type ChannelTimeout,
  channelTimeoutsOf,
  countOf,
  flagOf,
  parseOptionDump,
  secondsOf,
  textOf,
} from './option-dump.ts';

/** In ssh_config(5)'s words; null: this release does not say. */
export interface ClientSettings {
  readonly user: string | null;
  readonly hostname: string | null;
  readonly port: number | null;
  /** Seconds; 0: ssh sends no keepalives of its own. */
  readonly serverAliveInterval: number | null;
  readonly serverAliveCountMax: number | null;
  readonly tcpKeepAlive: boolean | null;
  readonly ipqos: string | null;
  readonly rekeyLimit: string | null;
  readonly channelTimeout: readonly ChannelTimeout[] | null;
  /** null when ssh connects to the host itself. */
  readonly proxyJump: string | null;
  /** The command is the user's own business, and may hold secrets. */
  readonly hasProxyCommand: boolean;
  /** From where ssh connects; a name or an address, and an interface whose address is meant. */
  readonly bindAddress: string | null;
  readonly bindInterface: string | null;
}

export function parseClientSettings(dump: string): ClientSettings {
  const options = parseOptionDump(dump);
  const port = countOf(options, 'port');
  return {
    user: textOf(options, 'user'),
    hostname: textOf(options, 'hostname'),
    port: port !== null && port >= 1 && port <= 65_535 ? port : null,
    serverAliveInterval: secondsOf(options, 'serveraliveinterval'),
    serverAliveCountMax: countOf(options, 'serveralivecountmax'),
    tcpKeepAlive: flagOf(options, 'tcpkeepalive'),
    ipqos: textOf(options, 'ipqos'),
    rekeyLimit: textOf(options, 'rekeylimit'),
    channelTimeout: channelTimeoutsOf(options),
    proxyJump: textOf(options, 'proxyjump'),
    hasProxyCommand: textOf(options, 'proxycommand') !== null,
    bindAddress: textOf(options, 'bindaddress'),
    bindInterface: textOf(options, 'bindinterface'),
  };
}
