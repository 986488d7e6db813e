// When resets come: in answer to the next packet, as from a box that has forgotten the connection, or by themselves at the
// moment of expiry, as from one that ends what it forgets.

import type { Bracket } from './bracket.ts';
import type { MeasuredRung } from './rung.ts';

export type ResetMoment = 'next-packet' | 'expiry';

/** A question may be under way when the reset comes by itself: it idled for as long as those that were not asked. */
const UNDER_WAY_SECONDS = 0.5;

/** null when nothing was reset, or the connections do not agree. */
export function resetMoment(rungs: readonly MeasuredRung[], { expiredSeconds, onExpiry }: Bracket): ResetMoment | null {
  if (onExpiry !== 'reset' || expiredSeconds === null) return null;
  const resets = rungs.filter(({ outcome, idleSeconds }) => outcome === 'reset' && idleSeconds >= expiredSeconds);
  const byThemselves = resets.filter(({ asked }) => !asked);
  if (byThemselves.length === 0) return 'next-packet';
  const latest = Math.max(...byThemselves.map(({ idleSeconds }) => idleSeconds));
  const isLater = (rung: MeasuredRung): boolean => rung.asked && rung.idleSeconds > latest + UNDER_WAY_SECONDS;
  return resets.some(isLater) ? null : 'expiry';
}
