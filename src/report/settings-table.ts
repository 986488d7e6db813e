// The SSH settings in force, one row per program and host: what decides how long it waits, and what it closes by itself.

import type { Evidence, EvidenceOf } from '../evidence.ts';
import { printable } from '../printable.ts';
import type { Style } from './style.ts';
import { type Cell, NONE, table } from './table.ts';

type Client = EvidenceOf<'ssh-client-settings'>;
type Server = EvidenceOf<'ssh-server-settings'>;

const HEAD = [
  '',
  'of',
  'for',
  'AliveInterval s',
  'AliveCountMax',
  'TCPKeepAlive',
  'ChannelTimeout s',
  'IPQoS',
  'besides',
];

/** What could not be read is said below, each reason once. */
export function settingsTable(evidence: readonly Evidence[], style: Style): string {
  const settings = evidence.filter(
    (item) => item.kind === 'ssh-client-settings' || item.kind === 'ssh-server-settings',
  );
  const rows = settings.filter(({ unreadBecause }) => unreadBecause === null).map((item) => rowOf(item));
  const notes = settings.flatMap(({ kind, unreadBecause }) =>
    unreadBecause === null
      ? []
      : [`The settings of ${kind === 'ssh-client-settings' ? 'ssh' : 'sshd'} are unknown: ${unreadBecause}`],
  );
  return [table('SSH settings', HEAD, rows, style), ...[...new Set(notes)].map(printable)].filter(Boolean).join('\n');
}

function rowOf(item: Client | Server): Cell[] {
  return item.kind === 'ssh-client-settings'
    ? [
        item.id,
        'ssh',
        item.host,
        item.serverAliveInterval ?? NONE,
        item.serverAliveCountMax ?? NONE,
        flag(item.tcpKeepAlive),
        channels(item.channelTimeout),
        item.ipqos ?? NONE,
        besides([
          item.proxyJump === null ? null : `ProxyJump ${item.proxyJump}`,
          item.hasProxyCommand ? 'a ProxyCommand' : null,
        ]),
      ]
    : [
        item.id,
        'sshd',
        item.user ?? NONE,
        item.clientAliveInterval ?? NONE,
        item.clientAliveCountMax ?? NONE,
        flag(item.tcpKeepAlive),
        channels(item.channelTimeout),
        NONE,
        besides([
          item.readBy === 'files' ? `files${(item.leftOut ?? null) === null ? '' : ' in part'}` : null,
          item.shell?.tmoutSeconds ? `TMOUT ${item.shell.tmoutSeconds}` : null,
          item.unusedConnectionTimeout ? `UnusedConnectionTimeout ${item.unusedConnectionTimeout}` : null,
          item.chrootDirectory === null ? null : `ChrootDirectory ${item.chrootDirectory}`,
        ]),
      ];
}

function flag(value: boolean | null): Cell {
  return value === null ? NONE : value ? 'yes' : 'no';
}

function channels(timeouts: Client['channelTimeout']): Cell {
  if (timeouts === null) return NONE;
  return timeouts.map(({ channel, seconds }) => `${channel}=${seconds}`).join(' ') || 'none';
}

function besides(notes: readonly (string | null)[]): Cell {
  return notes.filter((note) => note !== null).join(', ') || NONE;
}
