// What a sweep hears: every frame that claims one of its targets, timed from when that target was first asked for.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import { ClaimTable, claimVia } from './claims.ts';
import { decodeArpFrame } from './packet.ts';

export class SweepListener {
  readonly claims = new ClaimTable();
  malformedFrames = 0;
  /** The round that claims are counted to; the caller moves it on. */
  round = 1;
  readonly #ownMacs: ReadonlySet<Mac>;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #positions: ReadonlyMap<Ipv4, number>;
  readonly #askedAt: Float64Array;

  constructor(targets: readonly Ipv4[], ownMacs: readonly Mac[], clock: Clock) {
    this.#ownMacs = new Set(ownMacs);
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#positions = new Map(targets.map((target, position) => [target, position]));
    this.#askedAt = new Float64Array(targets.length).fill(Number.NaN);
  }

  /** The target at `position` is being asked for. */
  asked(position: number): void {
    if (Number.isNaN(this.#askedAt[position])) this.#askedAt[position] = this.#clock.now();
  }

  /** Takes any bytes; a bad frame is counted and never ends anything. */
  readonly hear = (bytes: Uint8Array): void => {
    const decoded = decodeArpFrame(bytes);
    if (!decoded.ok) {
      this.malformedFrames++;
      return;
    }
    const frame = decoded.packet;
    const position = this.#positions.get(frame.senderIp);
    const via = claimVia(frame);
    if (position === undefined || via === null || this.#ownMacs.has(frame.senderMac)) return;
    const askedAt = this.#askedAt[position] as number;
    // A claim may come before its address was asked for: then it counts from the start of the sweep.
    const since = Number.isNaN(askedAt) ? this.#startedAt : askedAt;
    this.claims.record(frame, via, this.#clock.now(), since, this.round);
  };
}
