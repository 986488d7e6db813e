// The user's own ssh, and the sessions that it opens: each one a connection and a partner for what tcp/ measures.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Clock } from '../clock.ts';
import { environmentOfUser } from '../environment.ts';
import { BANNER } from '../serve/index.ts';
import { type Login, parseClientSettings, printClientSettings } from '../ssh/index.ts';
import {
  type AskableConnection,
  type Dial,
  type DialResult,
  type Endpoint,
  kernelCarrierDial,
  type PartnerDial,
} from '../tcp/index.ts';
import { type FarSide, sessionArguments } from './arguments.ts';
import { type FirstHop, type FirstHopResult, firstHop, type SettingsOf } from './first-hop.ts';
import { logIn } from './log-in.ts';
import { privateFolder } from './private-folder.ts';
import { byHand, type Refusal } from './refusal.ts';
import { type ServerKeepalive, serverKeepalive } from './server-keepalive.ts';
import type { Session } from './session.ts';
import { type SourceAddress, sourceAddress } from './source-address.ts';
import { parseSurvey, type Survey } from './survey.ts';
import { canAsk } from './terminal.ts';
import { Turns } from './turns.ts';
import { type WatchedShell, watchShell } from './watched-shell.ts';

/** sshd refuses at random when more than ten are about to log in, whoever they are (MaxStartups 10:30:100). */
const LOGINS_AT_ONCE = 2;
const CONNECT_MS = 5000;

/** Sessions of one login. */
export interface Sessions {
  readonly dial: Dial;
  readonly partnerDial: PartnerDial;
  /**
   * Lets ssh ask on the terminal for a password, a passphrase or a code; null where there is no terminal. `onAsking` is
   * told before it may ask, with false, and when that is over, with true: nothing else may be written meanwhile.
   */
  askingDial(onAsking: (isOver: boolean) => void): Dial<AskableConnection> | null;
  /** What the far side told of its settings when it was asked; null while it was not, or did not. */
  readonly survey: Survey | null;
  /** Asks it, through a session of its own. */
  takeSurvey(endpoint: Endpoint, signal: AbortSignal): Promise<void>;
  /** Leaves the user's own login shell alone for so long; null when there was none to be had, or `signal` aborts. */
  watchShell(endpoint: Endpoint, seconds: number, signal: AbortSignal): Promise<WatchedShell | null>;
  /** Why the last one that did not come about did not. */
  readonly refusal: Refusal | null;
  /** null while they show none; `fewest` sessions must show it. */
  serverKeepalive(fewest?: number): ServerKeepalive | null;
}

export interface Ssh {
  /** Where a login's TCP connection goes. */
  firstHop(login: Login, signal: AbortSignal): Promise<FirstHopResult>;
  /** From which address to connect to it. */
  sourceAddress(hop: FirstHop, peer: string): Promise<SourceAddress>;
  sessions(login: Login): Sessions;
}

/** Runs as whoever the process is by then; disposing of it ends every session and removes what it made. */
export function systemSsh(clock: Clock): Ssh & AsyncDisposable {
  const open = new Set<Session>();
  const turns = new Turns(LOGINS_AT_ONCE);
  // There is one terminal.
  const prompts = new Turns(1);
  return {
    firstHop: (login, signal) => firstHop(login, (each) => settingsOf(each, signal)),
    sourceAddress,
    sessions: (login) => new SystemSessions(login, open, turns, prompts, clock),
    async [Symbol.asyncDispose]() {
      for (const session of open) session.close();
      await Promise.all([...open].map((session) => session.ended()));
    },
  };
}

class SystemSessions implements Sessions {
  refusal: Refusal | null = null;
  survey: Survey | null = null;
  readonly #login: Login;
  readonly #open: Set<Session>;
  readonly #turns: Turns;
  readonly #prompts: Turns;
  readonly #clock: Clock;
  readonly #unasked: (readonly number[])[] = [];

  constructor(login: Login, open: Set<Session>, turns: Turns, prompts: Turns, clock: Clock) {
    this.#login = login;
    this.#open = open;
    this.#turns = turns;
    this.#prompts = prompts;
    this.#clock = clock;
  }

  readonly dial = (...asked: Parameters<Dial>): Promise<DialResult<Session>> =>
    this.#turns.take(() => this.#logIn('partner', false, ...asked));

  readonly partnerDial = this.dial;

  askingDial(onAsking: (isOver: boolean) => void): Dial<AskableConnection> | null {
    if (!canAsk()) return null;
    return (...asked) =>
      this.#prompts.take(async () => {
        onAsking(false);
        try {
          // Whoever types is asked as seldom as can be: the survey comes with the first session.
          return await this.#logIn(this.survey === null ? 'surveyed-partner' : 'partner', true, ...asked);
        } finally {
          onAsking(true);
        }
      });
  }

  async takeSurvey(endpoint: Endpoint, signal: AbortSignal): Promise<void> {
    const opened = await this.#turns.take(() => this.#logIn('surveyed-partner', false, endpoint, CONNECT_MS, signal));
    if (opened.ok) opened.connection.close();
  }

  async watchShell(endpoint: Endpoint, seconds: number, signal: AbortSignal): Promise<WatchedShell | null> {
    const opened = await this.#turns.take(() => this.#logIn('login-shell', false, endpoint, CONNECT_MS, signal));
    return opened.ok ? watchShell(opened.connection, seconds, this.#clock, signal) : null;
  }

  serverKeepalive(fewest?: number): ServerKeepalive | null {
    return serverKeepalive(this.#unasked, fewest);
  }

  /** `timeoutMs` is for the connect; a login takes its own time. */
  async #logIn(
    farSide: FarSide,
    mayAsk: boolean,
    ...[endpoint, timeoutMs, signal]: Parameters<Dial>
  ): Promise<DialResult<Session>> {
    const made = privateFolder();
    if (!made.ok) return this.#refused(made);
    using folder = made.folder;
    const { socketPath } = folder;
    const dialled = await kernelCarrierDial(this.#clock)(endpoint, timeoutMs, signal);
    if (!dialled.ok) return dialled;
    const { connection, connectMs } = dialled;
    const line = sessionArguments(this.#login, process.execPath, socketPath, mayAsk, farSide);
    const spawnSsh = (): ChildProcess => runSsh(line, mayAsk);
    const plan = { spawnSsh, mayAsk, banner: farSide === 'login-shell' ? null : BANNER };
    const opened = await logIn(connection, this.#login, socketPath, plan, this.#clock, signal);
    if (!opened.ok) return this.#refused(opened);
    const { session } = opened;
    this.#open.add(session);
    void session.ended().then(() => this.#open.delete(session));
    if (farSide !== 'login-shell') this.#unasked.push(session.unasked);
    if (farSide === 'surveyed-partner') this.survey = parseSurvey(session.preamble);
    return { ok: true, connection: session, connectMs };
  }

  #refused({ ok: _, ...refusal }: { readonly ok: false } & Refusal): DialResult<Session> {
    this.refusal = refusal;
    return { ok: false, reason: 'login', code: refusal.because };
  }
}

/**
 * In a process group of its own: Ctrl-C is for netcheck, which ends its sessions itself. One that asks must share the
 * terminal, and with it the Ctrl-C.
 */
function runSsh(line: readonly string[], mayAsk: boolean): ChildProcess {
  return spawn('ssh', line, {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: !mayAsk,
    env: environmentOfUser(process.env),
  });
}

/** What ssh says of a login, as whoever `child` says; left out: as whom this process belongs to. */
export async function settingsOf(
  login: Login,
  signal?: AbortSignal,
  child?: Parameters<typeof printClientSettings>[2],
): ReturnType<SettingsOf> {
  const printed = await printClientSettings(login, signal, child);
  return printed.ok
    ? { ok: true, settings: parseClientSettings(printed.value) }
    : { ok: false, because: printed.because, hint: `see: ${byHand(login, '-G')}` };
}
