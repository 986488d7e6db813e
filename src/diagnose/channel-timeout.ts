// ChannelTimeout (ssh_config(5), sshd_config(5)) where it closes sessions: what ssh and sshd call their channels differs.

import type { EvidenceOf } from '../evidence.ts';
import { matchesWildcards } from '../wildcard.ts';

type ChannelTimeouts = NonNullable<EvidenceOf<'ssh-client-settings'>['channelTimeout']>;

/** Of ssh, and of sshd. */
const SESSION_CHANNELS = {
  ssh: ['session'],
  sshd: ['session:shell', 'session:command', 'session:subsystem:sftp'],
} as const;

/** The shortest that closes a session; undefined when none does. Keepalives are no data for it, of whichever end. */
export function sessionTimeout(
  program: keyof typeof SESSION_CHANNELS,
  timeouts: ChannelTimeouts | null,
): ChannelTimeouts[number] | undefined {
  return (timeouts ?? [])
    .filter(({ channel, seconds }) => seconds > 0 && isOfSessions(channel, SESSION_CHANNELS[program]))
    .sort((a, b) => a.seconds - b.seconds)[0];
}

/** `global` counts all channels of a connection together (OpenSSH 9.7 and later). */
function isOfSessions(pattern: string, channels: readonly string[]): boolean {
  if (pattern === 'global') return true;
  return channels.some((channel) => matchesWildcards(channel, pattern));
}
