// A session that is being followed through a log, and the line that speaks of it.

import type { Message } from './message.ts';
import { type Drop, dropOf, type End, type Ending, type Session } from './session.ts';

export interface LineFacts {
  readonly ms: number | null;
  /** As the log writes it. */
  readonly time: string;
  readonly pid: number | null;
  /** From 1. */
  readonly lineNumber: number;
  readonly line: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface Followed extends Mutable<Session> {
  ending: Ending | null;
  toldSeconds: number | null;
}

/** A session of which nothing is known but `some`. */
export function followed(some: Pick<Session, 'side'> & Partial<Session>): Followed {
  return {
    user: null,
    peer: null,
    port: null,
    connectedAtMs: null,
    loggedInAtMs: null,
    loggedIn: false,
    lastHeardAtMs: null,
    ending: null,
    toldSeconds: null,
    ...some,
  };
}

/** The first reason stands: what follows it is said of a connection that is gone. */
export function endFollowed(session: Followed, end: End, message: Message | null, facts: LineFacts): void {
  const isOpen = session.ending === null;
  if (!isOpen && (session.ending?.end !== 'unsaid' || end === 'ordinary')) return;
  const { ms, time, lineNumber, line } = facts;
  session.ending = { end, message, atMs: ms, time, lineNumber, line, toldSeconds: session.toldSeconds };
}

/** null while it is open. */
export function dropOfFollowed({ ending, toldSeconds: _, ...session }: Followed): Drop | null {
  return ending === null ? null : dropOf(session, ending);
}
