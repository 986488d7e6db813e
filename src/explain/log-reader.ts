// Reads a log line by line, whatever wrote it, and keeps what matters: the sessions that ended, and what sshd said beside them.

import { ClientSessions } from './client-sessions.ts';
import { LogClock } from './log-clock.ts';
import { eventOf, type LogEvent } from './log-event.ts';
import { type LogLine, parseLine } from './log-line.ts';
import type { Message } from './message.ts';
import { ServerSessions } from './server-sessions.ts';
import { AFTER_LOGIN_SECONDS, type Drop } from './session.ts';

/** What sshd or ssh said beside the sessions, by message. */
export interface Statement {
  readonly message: Message;
  readonly count: number;
  readonly firstTime: string;
  readonly lastTime: string;
  /** The last one, as it was written. */
  readonly line: string;
  /** Of these, from addresses that also logged in. */
  readonly fromKnown: number;
}

export interface LogFacts {
  readonly lines: {
    readonly total: number;
    /** Written by ssh or sshd. */
    readonly openssh: number;
    /** Of these, those that say nothing netcheck knows. */
    readonly unknown: number;
    readonly cut: number;
    /** Places where time goes back, as where an older file follows a newer one. */
    readonly timeJumps: number;
  };
  readonly sessions: {
    readonly loggedIn: number;
    readonly ordinary: number;
    readonly stillOpen: number;
    /** Of ssh -v: those whose end is not told. */
    readonly withoutEnd: number;
    /** Too many were open at once: so many were not followed to their end. */
    readonly forgotten: number;
  };
  /** In the order of the log. */
  readonly drops: readonly Drop[];
  /** Drops before these, of which there were too many to keep. */
  readonly dropsForgotten: number;
  /** Connections that ended before a login, by whether their address has logged in too. */
  readonly beforeLogin: { readonly known: readonly Drop[]; readonly strangers: number };
  readonly statements: readonly Statement[];
}

const MOST_DROPS = 10_000;
const MOST_BEFORE_LOGIN = 10_000;
const MOST_KNOWN = 10_000;

interface Tally {
  message: Message;
  count: number;
  firstTime: string;
  lastTime: string;
  line: string;
  peers: Map<string, number>;
}

export class LogReader {
  readonly #clock: LogClock;
  readonly #server = new ServerSessions((drop) => this.#ended(drop));
  readonly #client = new ClientSessions((drop) => this.#ended(drop));
  readonly #known = new Set<string>();
  readonly #statements = new Map<string, Tally>();
  #drops: Drop[] = [];
  #dropsForgotten = 0;
  #beforeLogin: Drop[] = [];
  #beforeLoginForgotten = 0;
  #ordinary = 0;
  #total = 0;
  #openssh = 0;
  #unknown = 0;
  #cut = 0;

  /** `nowMs`: when it is read. */
  constructor(nowMs: number) {
    this.#clock = new LogClock(nowMs);
  }

  /** `isCut`: the line was longer than what is given. */
  read(line: string, isCut = false): void {
    this.#total++;
    if (isCut) this.#cut++;
    const parsed = parseLine(line);
    // Other programs say much, and nothing of this; their lines are not followed.
    if (parsed.program !== null && parsed.program !== 'sshd' && parsed.program !== 'ssh') return;
    const event = eventOf(parsed);
    if (parsed.program === null && event === null) {
      // A line without a program may be anybody's: only where ssh -v speaks is it OpenSSH's.
      if (!/^debug[123]: /.test(parsed.text)) return;
    }
    this.#openssh++;
    if (event === null) {
      this.#unknown++;
      return;
    }
    const at = parsed.stamp === null ? null : this.#clock.at(parsed.stamp);
    if (at?.wentBack) this.#server.forget();
    const facts = {
      ms: at?.ms ?? null,
      time: parsed.time,
      pid: parsed.pid,
      lineNumber: this.#total,
      line: parsed.text,
    };
    if (event.kind === 'login' && this.#known.size < MOST_KNOWN) this.#known.add(event.peer);
    if (event.kind === 'statement') this.#state(event, facts.time, facts.line);
    (this.#isClients(event, parsed) ? this.#client : this.#server).take(event, facts);
  }

  finish(): LogFacts {
    const stillOpen = this.#server.finish();
    this.#client.finish();
    const known = this.#beforeLogin.filter(({ peer }) => peer !== null && this.#known.has(peer));
    return {
      lines: {
        total: this.#total,
        openssh: this.#openssh,
        unknown: this.#unknown,
        cut: this.#cut,
        timeJumps: this.#clock.jumps,
      },
      sessions: {
        loggedIn: this.#server.logins + this.#client.logins,
        ordinary: this.#ordinary,
        stillOpen,
        withoutEnd: this.#client.withoutEnd,
        forgotten: this.#server.forgotten,
      },
      drops: this.#drops.toSorted((a, b) => a.lineNumber - b.lineNumber),
      dropsForgotten: this.#dropsForgotten,
      beforeLogin: { known, strangers: this.#beforeLogin.length - known.length + this.#beforeLoginForgotten },
      statements: [...this.#statements.values()].map(({ peers, ...rest }) => ({
        ...rest,
        fromKnown: [...peers].reduce((sum, [peer, count]) => sum + (this.#known.has(peer) ? count : 0), 0),
      })),
    };
  }

  /** sshd writes its name; ssh does not, and neither do they both where their output was redirected. */
  #isClients(event: LogEvent, { program, pid }: LogLine): boolean {
    if (program === 'ssh') return true;
    if (program === 'sshd' || pid !== null) return false;
    if (event.kind === 'client-connect' || event.kind === 'client-login') return true;
    if (event.kind === 'end' && event.message.side !== 'either') return event.message.side === 'client';
    return event.kind === 'lasted' || event.kind === 'exit' || this.#client.isOpen;
  }

  #ended(drop: Drop): void {
    // No scanner reads its own ssh: a client that was turned away is told what that means.
    if (drop.side === 'client' && drop.message !== null && (!drop.loggedIn || drop.end === 'refused-login')) {
      if (drop.end !== 'ordinary') this.#state({ message: drop.message, peer: drop.peer }, drop.time, drop.line);
      return;
    }
    const soon = (drop.sinceLoginSeconds ?? Number.POSITIVE_INFINITY) <= AFTER_LOGIN_SECONDS;
    if (drop.end === 'ordinary' || drop.end === 'refused-login' || (drop.end === 'failed' && !soon)) {
      this.#ordinary++;
      return;
    }
    if (drop.loggedIn) {
      this.#drops.push(drop);
      if (this.#drops.length <= MOST_DROPS) return;
      this.#drops = this.#drops.slice(MOST_DROPS / 2);
      this.#dropsForgotten += MOST_DROPS / 2;
      return;
    }
    if (this.#beforeLogin.length < MOST_BEFORE_LOGIN) this.#beforeLogin.push(drop);
    else this.#beforeLoginForgotten++;
  }

  #state(
    { message, peer }: Pick<Extract<LogEvent, { kind: 'statement' }>, 'message' | 'peer'>,
    time: string,
    line: string,
  ): void {
    this.#mark(message, peer);
    // ssh -v tells the same a second time.
    if (line.startsWith('debug')) return;
    const tally = this.#statements.get(message.id) ?? {
      message,
      count: 0,
      firstTime: time,
      lastTime: time,
      line,
      peers: new Map(),
    };
    tally.count++;
    tally.lastTime = time;
    tally.line = line;
    if (peer !== null && (tally.peers.has(peer) || tally.peers.size < MOST_KNOWN)) {
      tally.peers.set(peer, (tally.peers.get(peer) ?? 0) + 1);
    }
    this.#statements.set(message.id, tally);
  }

  /** What a server says to the attempt after a reset tells who answers at its address. */
  #mark({ id }: Message, peer: string | null): void {
    const next = id === 'connect-refused' ? 'refused' : id === 'host-key-changed' ? 'other-key' : null;
    const last = this.#drops.at(-1);
    if (next === null || last === undefined || last.side !== 'client' || last.end !== 'reset') return;
    if (next === 'refused' && peer !== null && last.peer !== null && peer !== last.peer) return;
    this.#drops[this.#drops.length - 1] = { ...last, next };
  }
}
