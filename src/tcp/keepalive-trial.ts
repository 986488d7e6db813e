// Does the advice work? One connection is kept with the keepalive interval that will be recommended, and must live on.

import type { Clock } from '../clock.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import type { Control } from './control.ts';
import type { Connection } from './dial.ts';
import { askProbedConnection, endedProbe, type IdleOutcome, MOST_UNANSWERED } from './keepalive-probe.ts';
import type { Bracket } from './ladder.ts';

export interface KeepaliveTrial {
  readonly intervalSeconds: number;
  /** How long the connection was kept with it before it was asked, or ended. */
  readonly lastedSeconds: number;
  readonly outcome: IdleOutcome;
}

const GLANCE_MS = 250;
/** How many times the timeout the connection must live. */
const BEYOND_EXPIRY = 1.1;
/** A bracket that has moved up by more than this was an accident's. */
const SAME_EXPIRY = 1.008;

/** Tries it and closes the connection. null when `signal` aborts. */
export async function tryKeepalive(
  connection: Connection,
  bracket: () => Bracket,
  control: Control,
  clock: Clock,
  signal: AbortSignal,
): Promise<KeepaliveTrial | null> {
  let intervalSeconds = 0;
  let triedFor = 0;
  let since = clock.now();
  try {
    while (connection.state().ending === null && !signal.aborted) {
      const { survivedSeconds, expiredSeconds } = bracket();
      if (expiredSeconds === null) triedFor = 0;
      else if (triedFor === 0 || expiredSeconds > triedFor * SAME_EXPIRY) {
        triedFor = expiredSeconds;
        intervalSeconds = keepaliveSeconds(survivedSeconds);
        connection.startProbing(MOST_UNANSWERED, intervalSeconds);
        since = clock.now();
      }
      const remainingMs =
        triedFor === 0 ? GLANCE_MS : since + (expiredSeconds ?? 0) * BEYOND_EXPIRY * 1000 - clock.now();
      if (remainingMs <= 0) break;
      await clock.sleep(Math.min(remainingMs, GLANCE_MS), signal);
    }
    const lastedSeconds = (clock.now() - since) / 1000;
    const ended = connection.state().ending !== null;
    const outcome = ended ? endedProbe(connection).outcome : await askProbedConnection(connection, clock, signal);
    const isHeard = await control.answersAfter(clock.now(), signal);
    if (signal.aborted || intervalSeconds === 0) return null;
    const isSound =
      outcome === 'alive' ||
      (isHeard && control.answeredThroughout(since, clock.now()) && control.wasAwakeSince(since));
    return { intervalSeconds, lastedSeconds, outcome: isSound ? outcome : 'inconclusive' };
  } finally {
    connection.close();
  }
}
