// What sshd would do in a session: the settings in force as `sshd -T` prints them for one user and one address.

import {
  type ChannelTimeout,
  channelTimeoutsOf,
  countOf,
  flagOf,
  parseOptionDump,
  secondsOf,
  textOf,
} from './option-dump.ts';

/** In sshd_config(5)'s words; null: this release does not say. Times in seconds, 0: off. */
export interface ServerSettings {
  readonly clientAliveInterval: number | null;
  readonly clientAliveCountMax: number | null;
  readonly tcpKeepAlive: boolean | null;
  readonly loginGraceTime: number | null;
  readonly channelTimeout: readonly ChannelTimeout[] | null;
  readonly unusedConnectionTimeout: number | null;
  readonly maxSessions: number | null;
  readonly maxStartups: string | null;
  readonly rekeyLimit: string | null;
  /** As it is written, tokens unexpanded; null: none. */
  readonly chrootDirectory: string | null;
}

export function parseServerSettings(dump: string): ServerSettings {
  const options = parseOptionDump(dump);
  return {
    clientAliveInterval: secondsOf(options, 'clientaliveinterval'),
    clientAliveCountMax: countOf(options, 'clientalivecountmax'),
    tcpKeepAlive: flagOf(options, 'tcpkeepalive'),
    loginGraceTime: secondsOf(options, 'logingracetime'),
    channelTimeout: channelTimeoutsOf(options),
    unusedConnectionTimeout: secondsOf(options, 'unusedconnectiontimeout'),
    maxSessions: countOf(options, 'maxsessions'),
    maxStartups: textOf(options, 'maxstartups'),
    rekeyLimit: textOf(options, 'rekeylimit'),
    chrootDirectory: textOf(options, 'chrootdirectory'),
  };
}
