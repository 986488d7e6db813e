// How often to speak on a path that forgets: one arithmetic for the advice and for the trial of that advice.

/**
 * A third of the longest idle time that was lived through, in whole seconds, so that two keepalives in a row may be lost;
 * never less than the one second that both ssh and the kernel can keep.
 */
export function keepaliveSeconds(survivedSeconds: number | null): number {
  return Math.max(1, Math.floor((survivedSeconds ?? 0) / 3));
}
