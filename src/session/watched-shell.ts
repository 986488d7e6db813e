// Whether a login shell that nobody types at logs out by itself, as TMOUT makes it: an orderly end with a status of its own,
// which a path that forgets can't bring about.

import type { Clock } from '../clock.ts';
import type { Session } from './session.ts';

export interface WatchedShell {
  /** `ended`: it ended by itself; `lost`: its connection did; `open`: neither did in that time. */
  readonly outcome: 'ended' | 'lost' | 'open';
  /** For how long it had been silent by then. */
  readonly silentSeconds: number;
  /** What the far side said it ended with; null when it did not say so. */
  readonly exitStatus: number | null;
}

const GLANCE_MS = 250;
/** ssh's exit follows the end of its connection. */
const STATUS_MS = 2000;

/** null when `signal` aborts. The session is closed. */
export async function watchShell(
  session: Session,
  seconds: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<WatchedShell | null> {
  try {
    for (const until = clock.now() + seconds * 1000; clock.now() < until && session.ending === null; ) {
      await clock.sleep(GLANCE_MS, signal);
      if (signal.aborted) return null;
    }
    for (const until = clock.now() + STATUS_MS; clock.now() < until && !session.hasLeft && session.ending !== null; ) {
      await clock.sleep(GLANCE_MS, signal);
      if (signal.aborted) return null;
    }
    const { idleMs, ending } = session.state();
    const outcome = ending === null ? 'open' : session.exitStatus === null ? 'lost' : 'ended';
    return { outcome, silentSeconds: idleMs / 1000, exitStatus: session.exitStatus };
  } finally {
    session.close();
  }
}
