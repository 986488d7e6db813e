// Does the advice work? A connection is kept with the keepalive interval that will be recommended, and must live on.

import type { Clock } from '../clock.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import type { Bracket } from './bracket.ts';
import type { Control } from './control.ts';
import { type IdleOutcome, probeOfEnding } from './keepalive-probe.ts';
import type { Kept } from './kept.ts';
import type { BesideObservation } from './observation.ts';

export interface KeepaliveTrial {
  readonly speaks: Kept['speaks'];
  readonly intervalSeconds: number;
  /** How long the connection was kept with it before it was asked, or ended. */
  readonly lastedSeconds: number;
  /** How long it had not been heard by then. */
  readonly silentSeconds: number;
  readonly outcome: IdleOutcome;
}

const GLANCE_MS = 250;
/** How many times the timeout the connection must live. */
const BEYOND_EXPIRY = 1.1;
/** A bracket that has moved up by more than this was an accident's. */
const SAME_EXPIRY = 1.008;

/** Tries it and closes the connection. null when `signal` aborts. */
export async function tryKeepalive(
  kept: Kept,
  bracket: () => Bracket,
  control: Control,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: BesideObservation) => void = () => {},
): Promise<KeepaliveTrial | null> {
  let intervalSeconds = 0;
  let triedFor = 0;
  let since = clock.now();
  const { speaks } = kept;
  try {
    while (kept.ending === null && !signal.aborted) {
      const { survivedSeconds, expiredSeconds } = bracket();
      if (expiredSeconds === null) triedFor = 0;
      else if (triedFor === 0 || expiredSeconds > triedFor * SAME_EXPIRY) {
        triedFor = expiredSeconds;
        intervalSeconds = keepaliveSeconds(survivedSeconds);
        kept.keepEvery(intervalSeconds);
        since = clock.now();
        tell({ event: 'trial-started', speaks, intervalSeconds, forSeconds: triedFor * BEYOND_EXPIRY });
      }
      const remainingMs =
        triedFor === 0 ? GLANCE_MS : since + (expiredSeconds ?? 0) * BEYOND_EXPIRY * 1000 - clock.now();
      if (remainingMs <= 0) break;
      await clock.sleep(Math.min(remainingMs, GLANCE_MS), signal);
    }
    const lastedSeconds = (clock.now() - since) / 1000;
    const silentSeconds = kept.silentMs / 1000;
    const outcome = kept.ending === null ? await kept.ask(signal) : probeOfEnding(kept.ending).outcome;
    const isHeard = await control.answersAfter(clock.now(), signal);
    if (signal.aborted || intervalSeconds === 0) return null;
    const isSound =
      outcome === 'alive' ||
      (isHeard && control.answeredThroughout(since, clock.now()) && control.wasAwakeSince(since));
    const trial: KeepaliveTrial = {
      speaks,
      intervalSeconds,
      lastedSeconds,
      silentSeconds,
      outcome: isSound ? outcome : 'inconclusive',
    };
    tell({ event: 'trial', ...trial });
    return trial;
  } finally {
    kept.close();
  }
}
