// A session as a log tells of it, from the connect to its end.

import type { Message } from './message.ts';

/** So soon after a login nothing has idled yet; logs have whole seconds. */
export const AFTER_LOGIN_SECONDS = 2;

/** What ended it: the word for what happened to the connection, or for who said so. */
export type End =
  | 'reset'
  | 'closed'
  | 'silent'
  | 'unreachable'
  | 'login-grace'
  | 'chroot'
  | 'setting'
  | 'damaged'
  | 'refused-login'
  | 'restart'
  /** The far side ended with status 255 as soon as it had begun. */
  | 'failed'
  /** PAM closed the session, and nobody said why. */
  | 'unsaid'
  | 'ordinary';

export interface Session {
  readonly side: 'client' | 'server';
  readonly user: string | null;
  /** The other side's address or name. */
  readonly peer: string | null;
  readonly port: number | null;
  /** Milliseconds on the log's own scale; null where the log holds no times, or not this moment. */
  readonly connectedAtMs: number | null;
  readonly loggedInAtMs: number | null;
  readonly loggedIn: boolean;
  /** The last line about it before its end. */
  readonly lastHeardAtMs: number | null;
}

export interface Ending {
  readonly end: End;
  readonly message: Message | null;
  readonly atMs: number | null;
  /** As the log writes it. */
  readonly time: string;
  /** Number of the line that tells of it, from 1. */
  readonly lineNumber: number;
  readonly line: string;
  /** How long the session had been logged in, where ssh -v says so itself. */
  readonly toldSeconds: number | null;
}

/** A session that had logged in and did not end in the ordinary way; or a connection that never logged in. */
export interface Drop extends Session, Ending {
  /** Since the connect, else since the login; null when the log does not tell. */
  readonly ageSeconds: number | null;
  readonly sinceLoginSeconds: number | null;
  /** Between the last line about it and its end. */
  readonly quietSeconds: number | null;
  /** What the log tells next of the same server: it refused, or showed another host key. */
  readonly next: 'refused' | 'other-key' | null;
}

export function dropOf(session: Session, ending: Ending): Drop {
  const since = (ms: number | null): number | null =>
    ms === null || ending.atMs === null ? null : Math.max(0, (ending.atMs - ms) / 1000);
  const sinceLoginSeconds = since(session.loggedInAtMs) ?? (session.loggedIn ? ending.toldSeconds : null);
  return {
    ...session,
    ...ending,
    ageSeconds: since(session.connectedAtMs) ?? sinceLoginSeconds,
    sinceLoginSeconds,
    quietSeconds: since(session.lastHeardAtMs) ?? null,
    next: null,
  };
}
