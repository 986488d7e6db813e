// A peer that greets must have said it, and know that it arrived, before packets of ours die on the way: an ACK among them
// would make it repeat its greeting, which keeps the path awake, so that a wrong hop would seem to hold the state.

import type { Clock } from '../clock.ts';
import type { Connection } from './dial.ts';
import { MOST_UNANSWERED } from './keepalive-probe.ts';

/** A greeting may have to be sent again, and so may the probe. */
const LONGEST_MS = 5000;
const GLANCE_MS = 20;
/** A probe leaves after a second of silence; what is heard after less is more of the greeting. */
const SILENCE_MS = 900;

/** Resolves once a keepalive probe, which acknowledges what came before it, was answered; false where that takes too long. */
export async function settled(connection: Connection, clock: Clock, signal: AbortSignal): Promise<boolean> {
  const deadline = clock.now() + LONGEST_MS;
  connection.startProbing(MOST_UNANSWERED);
  for (let heardAt = Number.POSITIVE_INFINITY; clock.now() < deadline && !signal.aborted; ) {
    const { greeting, ending, lastHeardMs } = connection.state();
    if (ending !== null) return false;
    const lastHeardAt = clock.now() - lastHeardMs;
    if (greeting.length > 0 && lastHeardAt - heardAt > SILENCE_MS) {
      connection.stopProbing();
      return true;
    }
    if (greeting.length > 0) heardAt = lastHeardAt;
    await clock.sleep(GLANCE_MS, signal);
  }
  return false;
}
