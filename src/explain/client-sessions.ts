// Follows what ssh says of its sessions (ssh -v, or its last words alone): one after the other.

import { dropOfFollowed, endFollowed, type Followed, followed, type LineFacts } from './followed.ts';
import type { LogEvent } from './log-event.ts';
import type { Drop } from './session.ts';

/** A program that failed says 255 seldom; where sshd's process for the session died, ssh says it always. */
const SESSION_FAILED = 255;

export class ClientSessions {
  readonly #onEnd: (drop: Drop) => void;
  #session: Followed | null = null;
  logins = 0;
  /** Sessions whose end is not told, because ssh hung, or was ended from outside. */
  withoutEnd = 0;

  constructor(onEnd: (drop: Drop) => void) {
    this.#onEnd = onEnd;
  }

  get isOpen(): boolean {
    return this.#session !== null && this.#session.ending === null;
  }

  take(event: LogEvent, facts: LineFacts): void {
    switch (event.kind) {
      case 'client-connect':
        this.finish();
        this.#session = followed({
          side: 'client',
          peer: event.peer,
          port: event.port,
          connectedAtMs: facts.ms,
          lastHeardAtMs: facts.ms,
        });
        break;
      case 'client-login':
        this.#session ??= followed({ side: 'client' });
        if (!this.#session.loggedIn) this.logins++;
        Object.assign(this.#session, { loggedIn: true, loggedInAtMs: facts.ms, lastHeardAtMs: facts.ms });
        break;
      case 'goodbye':
        if (this.#session !== null) endFollowed(this.#session, 'ordinary', null, facts);
        break;
      case 'lasted':
        this.#lasted(event.seconds);
        break;
      case 'exit':
        if (event.status === SESSION_FAILED && this.#session?.ending?.end === 'ordinary') {
          this.#session.ending = { ...this.#session.ending, end: 'failed' };
        }
        break;
      case 'end':
        this.#end(event, facts);
        break;
      case 'activity':
        if (this.#session?.ending === null) this.#session.lastHeardAtMs = facts.ms;
        break;
    }
  }

  finish(): void {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    const drop = dropOfFollowed(session);
    if (drop !== null) this.#onEnd(drop);
    else if (session.loggedIn) this.withoutEnd++;
  }

  #lasted(seconds: number): void {
    if (this.#session === null) return;
    this.#session.toldSeconds = seconds;
    const { ending } = this.#session;
    if (ending !== null) this.#session.ending = { ...ending, toldSeconds: seconds };
  }

  /** Its last words may stand there without anything before them. */
  #end({ end, message, endpoint, beforeLogin }: Extract<LogEvent, { kind: 'end' }>, facts: LineFacts): void {
    if (this.#session?.ending != null && end !== 'ordinary' && !follows(this.#session, facts)) this.finish();
    // While it connects, ssh says "closed by" and "reset by" of a server that turned it away.
    const loggedIn = !beforeLogin && message.side === 'client';
    this.#session ??= followed({
      side: 'client',
      peer: endpoint?.peer ?? null,
      port: endpoint?.port ?? null,
      loggedIn,
    });
    endFollowed(this.#session, end, message, facts);
  }
}

/** Several messages in a row are of one end. */
function follows({ ending }: Followed, { lineNumber }: LineFacts): boolean {
  return ending !== null && lineNumber - ending.lineNumber <= 3;
}
