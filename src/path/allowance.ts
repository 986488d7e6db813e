// How often one router may be made to send an ICMP error: those that come too often are not sent, and what is not sent would
// look like loss. Linux, per destination: six at once, then one a second (icmp_ratelimit of icmp(7), and inet_peer_xrlim_allow()
// in net/ipv4/inetpeer.c); others are of the same order.

import type { Clock } from '../clock.ts';

/** Linux allows six: two are left for what else asks the same hops, such as marked probes. */
const AT_ONCE = 4;
/** A little slower than Linux fills up, so that its clock and ours need not agree. */
export const REFILL_MS = 1050;

export class Allowance {
  readonly #clock: Clock;
  #left = AT_ONCE;
  #filledAtMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAtMs = clock.now();
  }

  /** Whether one more may be asked for now, which is then taken to be. */
  take(): boolean {
    const refilled = Math.floor((this.#clock.now() - this.#filledAtMs) / REFILL_MS);
    this.#left = Math.min(AT_ONCE, this.#left + refilled);
    this.#filledAtMs += refilled * REFILL_MS;
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }
}
