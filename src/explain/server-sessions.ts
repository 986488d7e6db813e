// Follows the sessions of an sshd: which connection a line speaks of, by address and port, by process, or because there is no
// other. Bounded in memory, however long the log is.

import { dropOfFollowed, endFollowed, type Followed, followed, type LineFacts } from './followed.ts';
import type { Endpoint, LogEvent } from './log-event.ts';
import type { Drop, Session } from './session.ts';

const MOST_OPEN = 20_000;
/** sshd's processes write in turn: a reason may come after the end. */
const MOST_CLOSING = 64;
/** Within this time a line that names no session belongs to the one that has just logged in. */
const JUST_LOGGED_IN_MS = 2500;

export class ServerSessions {
  readonly #onEnd: (drop: Drop) => void;
  readonly #open = new Map<string, Followed>();
  readonly #byPid = new Map<number, Followed>();
  readonly #pids = new Map<Followed, number[]>();
  readonly #closing: Followed[] = [];
  logins = 0;
  /** Sessions that were let go while they were open, because there were too many. */
  forgotten = 0;

  constructor(onEnd: (drop: Drop) => void) {
    this.#onEnd = onEnd;
  }

  take(event: LogEvent, facts: LineFacts): void {
    switch (event.kind) {
      case 'connect':
        this.#begin(event, facts, { connectedAtMs: facts.ms });
        break;
      case 'login':
        this.#login(event, facts);
        break;
      case 'boot':
        for (const session of this.#open.values()) this.#end(session, facts, 'restart');
        this.forget();
        break;
      case 'child':
        this.#with(null, facts, (session) => this.#name(session, event.pid));
        break;
      case 'goodbye':
        this.#with(event.endpoint, facts, (session) => this.#end(session, facts, 'ordinary'));
        break;
      case 'pam-closed':
        this.#with(null, facts, (session) => this.#end(session, facts, 'unsaid'));
        break;
      case 'activity':
        this.#with(event.endpoint, facts, (session) => {
          if (session.ending === null) session.lastHeardAtMs = facts.ms;
        });
        break;
      case 'end':
        this.#told(event, facts);
        break;
    }
  }

  /** What began before a restart, or in a file that is not the next one, cannot be followed on. */
  forget(): void {
    this.#flush(0);
    this.#open.clear();
    this.#byPid.clear();
    this.#pids.clear();
  }

  /** How many logged-in sessions were still open when the log ended. */
  finish(): number {
    this.#flush(0);
    return [...this.#open.values()].filter(({ loggedIn }) => loggedIn).length;
  }

  #begin(at: Endpoint, { ms, pid }: LineFacts, some: Partial<Session>): Followed {
    // A port that is used anew: the connection before it is over.
    if (this.#open.get(keyOf(at))?.ending != null) this.#flush(0);
    const session = followed({ side: 'server', peer: at.peer, port: at.port, lastHeardAtMs: ms, ...some });
    this.#open.set(keyOf(at), session);
    if (pid !== null) this.#name(session, pid);
    // The oldest goes: whatever ended it is not in the log.
    if (this.#open.size > MOST_OPEN) this.forgotten++;
    if (this.#open.size > MOST_OPEN) this.#remove(this.#open.values().next().value as Followed);
    return session;
  }

  #login(event: Extract<LogEvent, { kind: 'login' }>, facts: LineFacts): void {
    const known = this.#open.get(keyOf(event));
    const session = known?.ending === null ? known : this.#begin(event, facts, {});
    if (!session.loggedIn) this.logins++;
    const { ms } = facts;
    Object.assign(session, { user: event.user, loggedIn: true, loggedInAtMs: ms, lastHeardAtMs: ms });
    if (facts.pid !== null) this.#name(session, facts.pid);
  }

  #told(event: Extract<LogEvent, { kind: 'end' }>, facts: LineFacts): void {
    const { end, message, endpoint, user, beforeLogin } = event;
    const found = this.#find(endpoint, facts.pid) ?? (end === 'chroot' ? this.#justLoggedIn(facts) : null);
    // It began before the log did.
    const unheard = { user, loggedIn: !beforeLogin, lastHeardAtMs: null };
    const session =
      found ?? (endpoint === null ? followed({ side: 'server', ...unheard }) : this.#begin(endpoint, facts, unheard));
    this.#end(session, facts, end, message);
  }

  #end(session: Followed, facts: LineFacts, end: Drop['end'], message: Drop['message'] = null): void {
    if (session.ending === null) this.#closing.push(session);
    endFollowed(session, end, message, facts);
    this.#flush(MOST_CLOSING);
  }

  #name(session: Followed, pid: number): void {
    const names = this.#pids.get(session) ?? [];
    if (!names.includes(pid)) this.#pids.set(session, [...names, pid]);
    this.#byPid.set(pid, session);
  }

  #with(at: Endpoint | null, { pid }: LineFacts, use: (session: Followed) => void): void {
    const session = this.#find(at, pid);
    if (session !== null) use(session);
  }

  #find(at: Endpoint | null, pid: number | null): Followed | null {
    const byEndpoint = at === null ? undefined : this.#open.get(keyOf(at));
    const found = byEndpoint ?? (pid === null ? undefined : this.#byPid.get(pid));
    if (found !== undefined && pid !== null) this.#name(found, pid);
    return found ?? (pid === null && at === null ? this.#only(({ ending }) => ending === null) : null);
  }

  /** sshd's process for the user has a number of its own, and says at once why it cannot go on. */
  #justLoggedIn({ ms }: LineFacts): Followed | null {
    return this.#only(
      ({ loggedInAtMs, ending }) =>
        (ms === null || (loggedInAtMs !== null && ms - loggedInAtMs <= JUST_LOGGED_IN_MS)) &&
        (ending === null || ending.end === 'unsaid'),
    );
  }

  /** The one logged-in session that a line without a name can speak of. */
  #only(which: (session: Followed) => boolean): Followed | null {
    const candidates = [...this.#open.values()].filter((session) => session.loggedIn && which(session));
    return candidates.length === 1 ? (candidates[0] as Followed) : null;
  }

  #flush(most: number): void {
    while (this.#closing.length > most) {
      const session = this.#closing.shift() as Followed;
      this.#remove(session);
      const drop = dropOfFollowed(session);
      if (drop !== null) this.#onEnd(drop);
    }
  }

  #remove(session: Followed): void {
    for (const pid of this.#pids.get(session) ?? []) if (this.#byPid.get(pid) === session) this.#byPid.delete(pid);
    this.#pids.delete(session);
    const key = keyOf({ peer: session.peer ?? '', port: session.port });
    if (this.#open.get(key) === session) this.#open.delete(key);
  }
}

function keyOf({ peer, port }: Endpoint): string {
  return `${peer} ${port}`;
}
