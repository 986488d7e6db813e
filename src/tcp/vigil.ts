// Whether this machine was awake: while it is suspended our clock and the kernel's timers stand still, but whoever forgets
// idle connections goes on counting. What dies then seems to have idled for less time than it has.

import type { Clock } from '../clock.ts';

/** The machine was asleep until this moment of the clock, for so long. */
export interface Suspension {
  readonly untilMs: number;
  readonly forMs: number;
}

/** The kernel tells the time asleep in hundredths of a second; less than this could shift no answer by much. */
const SHORTEST_MS = 500;

export class Vigil {
  readonly #clock: Clock;
  readonly #suspensions: Suspension[] = [];
  #suspendedMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#suspendedMs = clock.suspendedMs();
  }

  get suspensions(): readonly Suspension[] {
    this.look();
    return this.#suspensions;
  }

  /** Whether it slept at no time since then. */
  wasAwakeSince(sinceMs: number): boolean {
    return this.suspensions.every(({ untilMs }) => untilMs < sinceMs);
  }

  /** Often enough, so that the end of each sleep has its moment. */
  look(): void {
    const suspendedMs = this.#clock.suspendedMs();
    const forMs = suspendedMs - this.#suspendedMs;
    if (forMs < SHORTEST_MS) return;
    this.#suspensions.push({ untilMs: this.#clock.now(), forMs });
    this.#suspendedMs = suspendedMs;
  }
}
