// How many connections one measurement may still open: so many in all, or, where those that ended may be replaced, so many
// at once. A logged-in session costs its server little once it is over; a half-open or forgotten one may linger.

import type { LadderLimits } from './ladder.ts';

/** One connection's; it is given back by itself when the connection has ended. */
export interface Place {
  /** From now on it is taken for as long as this says so. */
  holdWhile(isStanding: () => boolean): void;
  /** No connection came about. */
  giveBack(): void;
}

export class Places {
  /** In all, whatever became of them. */
  opened = 0;
  readonly #limit: number;
  readonly #areReplaced: boolean;
  #held: { isStanding: () => boolean }[] = [];

  constructor({ connections, replaced = false }: LadderLimits) {
    this.#limit = connections;
    this.#areReplaced = replaced;
  }

  /** Places left, beside so many that are kept from the asker. */
  left(reserved = 0): number {
    return Math.max(0, this.#limit - reserved - this.#taken());
  }

  /** Takes one, whether or not any is left. */
  take(): Place {
    this.opened++;
    const held = { isStanding: () => true };
    if (this.#areReplaced) this.#held.push(held);
    return {
      holdWhile: (isStanding) => {
        held.isStanding = isStanding;
      },
      giveBack: () => {
        held.isStanding = () => false;
      },
    };
  }

  #taken(): number {
    if (!this.#areReplaced) return this.opened;
    this.#held = this.#held.filter(({ isStanding }) => isStanding());
    return this.#held.length;
  }
}
