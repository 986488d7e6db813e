// One login: a relay by which ssh reaches the connection that carries it, and ssh itself; a session, or why there is none.

import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { type Clock, deadline } from '../clock.ts';
import type { Login } from '../ssh/index.ts';
import type { Carrier } from '../tcp/index.ts';
import { byHand, type Refusal, refusalOf } from './refusal.ts';
import { Session } from './session.ts';

/** Keys on hardware may wait for a touch. */
const LOGIN_MS = 30_000;
/** Where somebody types a password: sshd's LoginGraceTime is 120 s. */
const TYPING_MS = 115_000;

export type SessionResult = { readonly ok: true; readonly session: Session } | ({ readonly ok: false } & Refusal);

/** How ssh is run for a session, and by which first words of the far side the login is known. */
export interface SessionPlan {
  readonly spawnSsh: () => ChildProcess;
  readonly mayAsk: boolean;
  /** The partner's banner; null where a shell says whatever it likes. */
  readonly banner: string | null;
}

/** Logs in over `carrier`, through a relay that ssh finds at `socketPath`; the carrier is closed when that fails. */
export async function logIn(
  carrier: Carrier,
  login: Login,
  socketPath: string,
  { spawnSsh, mayAsk, banner }: SessionPlan,
  clock: Clock,
  signal: AbortSignal,
): Promise<SessionResult> {
  const limitMs = mayAsk ? TYPING_MS : LOGIN_MS;
  using limit = deadline(clock, limitMs, signal);
  const relay = createServer();
  relay.maxConnections = 1;
  let session: Session;
  try {
    // The login must reach the server.
    carrier.setHopLimit(null);
    await new Promise<void>((resolve, reject) => relay.once('error', reject).listen(socketPath, resolve));
    session = new Session(carrier, relay, spawnSsh(), banner, clock);
  } catch (error) {
    carrier.close();
    relay.close();
    // The system's errors have a code; anything else is a bug of this program.
    if (!(error instanceof Error && 'code' in error)) throw error;
    const hint = 'it needs a folder (TMPDIR) that takes sockets and has room, and room for one more process';
    return { ok: false, because: `the login could not be begun: ${error.message}`, hint };
  }
  const greeted = await session.greeted(limit.signal);
  if (greeted && !signal.aborted) return { ok: true, session };
  session.close();
  if (limit.signal.aborted && !signal.aborted) return { ok: false, ...tooLate(session, login, limitMs / 1000) };
  return { ok: false, ...refusalOf({ ...session.failedLogin, wasAsked: mayAsk }, login) };
}

function tooLate(session: Session, login: Login, seconds: number): Refusal {
  if (session.isAuthenticated) {
    return {
      because: `the login succeeded, but no command ran within ${seconds} s: what the account’s shell runs first waits for something`,
      hint: `look in its start-up files (.bashrc, .profile), ForceCommand and PAM; by hand: ${byHand(login)} true`,
    };
  }
  const because = session.isSilent
    ? `the server said nothing within ${seconds} s: it may be no sshd, or one that is overloaded`
    : `the login took longer than ${seconds} s`;
  return { because, hint: `try it by hand: ${byHand(login)}` };
}
