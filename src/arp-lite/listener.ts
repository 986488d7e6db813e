// What a sweep hears: every frame that claims one of its targets, timed from when that target was first asked for.

import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macToNumber } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import { ClaimTable, claimVia } from './claims.ts';
import { readArpNumbers } from './packet.ts';

export class SweepListener {
  readonly claims = new ClaimTable();
  malformedFrames = 0;
  /** The round that claims are counted to; the caller moves it on. */
  round = 1;
  readonly #targets: Ipv4Set;
  readonly #ownAddresses: ReadonlySet<number>;
  readonly #ownMacs: ReadonlySet<number>;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #askedAt: Float64Array;

  constructor(targets: Ipv4Set, ownAddresses: readonly Ipv4[], ownMacs: readonly Mac[], clock: Clock) {
    this.#targets = targets;
    this.#ownAddresses = new Set(ownAddresses.map(ipv4ToUint32));
    this.#ownMacs = new Set(ownMacs.map(macToNumber));
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#askedAt = new Float64Array(targets.size).fill(Number.NaN);
  }

  /** The target at `position` is being asked for. */
  asked(position: number): void {
    if (Number.isNaN(this.#askedAt[position])) this.#askedAt[position] = this.#clock.now();
  }

  /** Takes any bytes; a bad frame is counted and never ends anything. */
  readonly hear = (bytes: Uint8Array, vlanId: number | null): void => {
    const frame = readArpNumbers(bytes);
    if (frame === null) {
      this.malformedFrames++;
      return;
    }
    const via = claimVia(frame, this.#ownAddresses);
    if (via === null || this.#ownMacs.has(frame.senderMac)) return;
    const address = via === 'probe' ? frame.targetIp : frame.senderIp;
    const position = this.#targets.positionOf(address);
    if (position < 0) return;
    const askedAt = this.#askedAt[position] as number;
    this.claims.record({
      address,
      mac: frame.senderMac,
      frameSource: frame.sourceMac,
      vlanId,
      via,
      now: this.#clock.now(),
      // A claim may come before its address was asked for: then it counts from the start of the sweep.
      askedAt: Number.isNaN(askedAt) ? this.#startedAt : askedAt,
      round: this.round,
    });
  };
}
