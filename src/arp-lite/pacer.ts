// Many frames over a link at a steady pace, or as fast as it takes them.

import type { Clock } from '../clock.ts';
import { sendPaced as sendAtPace } from '../pace.ts';
import type { Link } from './link.ts';
import { MINIMUM_FRAME_LENGTH } from './packet.ts';

/** Frames handed to the link at a time. */
const BATCH = 512;
/** Nothing was taken for so long: a queue that is only full has room again long before; a firewall on the way out never has. */
const STALLED_MS = 5000;

/** The link takes no frame any more, and does not say that it is down. */
export class LinkStalled extends Error {
  override readonly name = 'LinkStalled';
  readonly code = 'ENOBUFS';
}

/**
 * Sends `count` frames, written one by one just before they go; resolves when the last was taken or `stop` aborts.
 * `ratePerSecond` null is unpaced. `onSent` is told which were taken. Rejects with the link's error, or LinkStalled when it
 * takes nothing any more.
 */
export function sendPaced(
  link: Link,
  count: number,
  write: (index: number, frame: Uint8Array) => void,
  ratePerSecond: number | null,
  clock: Clock,
  stop: AbortSignal,
  onSent: (indexes: readonly number[]) => void,
): Promise<void> {
  // By sender, written anew for each call: those of a /16 would keep the garbage collector busy instead of us.
  const written: Uint8Array[][] = [];
  let refusedSince: number | null = null;
  const offer = async (indexes: readonly number[], sender: number): Promise<number> => {
    written[sender] ??= [];
    const frames = written[sender];
    const taken = await link.send(
      indexes.map((index, slot) => {
        frames[slot] ??= new Uint8Array(MINIMUM_FRAME_LENGTH);
        write(index, frames[slot]);
        return frames[slot];
      }),
    );
    onSent(indexes.slice(0, taken));
    refusedSince = taken > 0 ? null : (refusedSince ?? clock.now());
    if (refusedSince !== null && clock.now() - refusedSince > STALLED_MS) {
      throw new LinkStalled('no frame was taken for 5 s');
    }
    return taken;
  };
  return sendAtPace(count, offer, { ratePerSecond, batch: BATCH }, clock, stop);
}
