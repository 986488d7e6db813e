// auth.log as an sshd would write it of sessions that a test describes.

import { LogReader, type LogReading, readingOf } from '../../src/explain/index.ts';

/** Seconds since midnight, 27 November 2026. */
export type Moment = number;

export interface Told {
  readonly at: Moment;
  readonly pid?: number;
  readonly text: string;
}

const START = Date.parse('2026-11-27T00:00:00Z');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** RFC 3164, in whole seconds, as rsyslog writes it. */
export function authLog(lines: readonly Told[]): string {
  const sorted = lines.toSorted((a, b) => a.at - b.at);
  return sorted.map(({ at, pid = 1, text }) => `${stamp(at)} web1 sshd[${pid}]: ${text}\n`).join('');
}

function stamp(at: Moment): string {
  const date = new Date(START + Math.floor(at) * 1000);
  const day = String(date.getUTCDate()).padStart(2);
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}

interface SessionPlan {
  readonly from: Moment;
  readonly to?: Moment;
  /** Each session has its own, from 1. */
  readonly n: number;
  readonly peer?: string;
  readonly user?: string;
  /** Something is logged of it in between. */
  readonly busyAt?: readonly Moment[];
  /** With IP and PORT in it; left out: it says goodbye. */
  readonly end?: string;
}

/** A session that logs in half a second after it connects. */
export function session({ from, to, n, peer = '192.0.2.7', user = 'alice', busyAt = [], end }: SessionPlan): Told[] {
  const port = 40_000 + n;
  const pid = 1000 + 2 * n;
  const ending = (end ?? 'Received disconnect from IP port PORT:11: disconnected by user')
    .replace('IP', peer)
    .replace('PORT', String(port));
  return [
    { at: from, pid, text: `Connection from ${peer} port ${port} on 198.51.100.2 port 22 rdomain ""` },
    { at: from + 0.5, pid, text: `Accepted publickey for ${user} from ${peer} port ${port} ssh2: ED25519 SHA256:x` },
    { at: from + 0.5, pid, text: `pam_unix(sshd:session): session opened for user ${user}(uid=1000) by (uid=0)` },
    ...busyAt.map((at) => ({
      at,
      pid,
      text: `Starting session: shell on pts/0 for ${user} from ${peer} port ${port} id 0`,
    })),
    ...(to === undefined ? [] : [{ at: to, pid, text: ending }]),
    ...(to === undefined ? [] : [{ at: to, pid, text: `pam_unix(sshd:session): session closed for user ${user}` }]),
  ];
}

export function readLog(text: string, now = START): LogReading {
  const reader = new LogReader(now);
  for (const line of text.split('\n').slice(0, text.endsWith('\n') ? -1 : undefined)) reader.read(line);
  return readingOf(reader.finish());
}

export const RESET = 'Read error from remote host IP port PORT: Connection reset by peer';
export const TIMED_OUT = 'Read error from remote host IP port PORT: Connection timed out';
export const CLOSED = 'Connection closed by IP port PORT';
