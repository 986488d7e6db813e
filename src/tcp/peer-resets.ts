// A far side that resets idle connections itself, by a timer that keepalives do not stop, resets the control too, and then
// nothing vouches for the path. What tells it from a restart, which resets everything at one moment: every connection is
// reset by itself at the same age, the control included, at moments that are apart. Pure.
//
//            opened    reset                   opened    reset
//   control  ├───T───────✗           control  ├─────────────✗
//   first      ├───T───────✗         first      ├───────────✗
//   second                 ├───T───────✗  a timer           ├───────────────▶ alive: a restart

import { momentsOf } from './bracket.ts';
import type { MeasuredRung } from './rung.ts';

export interface ResetsOfOneAge {
  readonly ageSeconds: number;
  /** Two moments or more are no restart. */
  readonly isConfirmed: boolean;
}

/** Ages of one timer differ by its own jitter and by how often the control is looked at. */
const ALIKE_SECONDS = 0.5;
const ALIKE_SHARE = 0.01;

/**
 * `controlResetAfterMs` is the age at which the control was reset. null when it was not, or the ages differ, or a
 * connection lived for longer.
 */
export function resetsOfOneAge(
  rungs: readonly MeasuredRung[],
  controlResetAfterMs: number | null,
): ResetsOfOneAge | null {
  const unvouched = rungs.filter(isUnvouched);
  if (controlResetAfterMs === null || unvouched.length === 0) return null;
  const ages = [controlResetAfterMs / 1000, ...unvouched.map(({ idleSeconds }) => idleSeconds)];
  const [youngest, oldest] = [Math.min(...ages), Math.max(...ages)];
  const isAlike = oldest - youngest <= ALIKE_SECONDS + oldest * ALIKE_SHARE;
  const isOutlived = rungs.some(({ outcome, idleSeconds }) => outcome === 'alive' && idleSeconds > oldest);
  return isAlike && !isOutlived ? { ageSeconds: oldest, isConfirmed: momentsOf(unvouched) > 1 } : null;
}

/** The rungs, those that the far side reset by its own timer as `reset`. */
export function withPeerResets(rungs: readonly MeasuredRung[], resets: ResetsOfOneAge | null): MeasuredRung[] {
  const isReset = (rung: MeasuredRung): boolean => resets?.isConfirmed === true && isUnvouched(rung);
  return rungs.map((rung) => (isReset(rung) ? { ...rung, outcome: 'reset' } : rung));
}

/** Reset by itself on a connection of its own, whose idle time is its age, when there was no control to vouch for the path. */
function isUnvouched({ outcome, endedAtMs }: MeasuredRung): boolean {
  return outcome === 'inconclusive' && endedAtMs !== undefined;
}
