// Sends many frames at a steady pace, or as fast as the link takes them, without ever losing one to a full queue.

import type { Clock } from '../clock.ts';
import type { Link } from './link.ts';

/** Frames handed to the link at a time; more would delay reading what comes back. */
const BATCH = 256;
/** How long to wait when the link takes no more, or until the next frames are due. */
const BREATH_MS = 2;

/**
 * Sends `count` frames, made one by one as they are due; resolves when the last was taken or `stop` aborts.
 * `ratePerSecond` null is unpaced. Rejects with the link's error.
 */
export async function sendPaced(
  link: Link,
  count: number,
  frameAt: (index: number) => Uint8Array,
  ratePerSecond: number | null,
  clock: Clock,
  stop: AbortSignal,
  onSent: (from: number, to: number) => void,
): Promise<void> {
  const startedAt = clock.now();
  for (let next = 0; next < count && !stop.aborted; ) {
    const elapsedSeconds = (clock.now() - startedAt) / 1000;
    const due = ratePerSecond === null ? count : Math.min(count, 1 + Math.floor(elapsedSeconds * ratePerSecond));
    const frames = Array.from({ length: Math.min(BATCH, due - next) }, (_, index) => frameAt(next + index));
    const taken = frames.length === 0 ? 0 : link.send(frames);
    onSent(next, next + taken);
    next += taken;
    // A whole batch taken: more may be due at once, and one turn of the event loop lets answers be read.
    if (next < count) await clock.sleep(taken === BATCH ? 0 : BREATH_MS, stop);
  }
}
