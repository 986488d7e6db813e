// The times of a log as one scale: years that are not written, midnights, files in the wrong order, clocks that were set.

import type { Stamp } from './log-line.ts';

const DAY_MS = 86_400_000;
const SECONDS_OF_DAY = 86_400;
/** Logs are written in turn: a line may be this much older than the one before it. */
const BACK_AT_MOST_MS = 5 * 60_000;
/** From December to January, and not from a newer file to an older one. */
const HALF_A_YEAR_MS = 182 * DAY_MS;

/** Follows the stamps of a log, line by line. */
export class LogClock {
  readonly #nowMs: number;
  #year: number | null = null;
  #day = 0;
  #last: number | null = null;
  /** How often time went back, as where an older file follows a newer one. */
  jumps = 0;

  /** `nowMs`: when the log was read, to know which years had a 29th of February. */
  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  /** Milliseconds on a scale of the log's own, and whether it went back to an earlier time. Only differences mean something. */
  at(stamp: Stamp): { readonly ms: number; readonly wentBack: boolean } {
    const ms = this.#ms(stamp);
    const last = this.#last ?? ms;
    const wentBack = ms < last - BACK_AT_MOST_MS;
    if (wentBack) this.jumps++;
    this.#last = wentBack ? ms : Math.max(ms, last);
    return { ms, wentBack };
  }

  #ms(stamp: Stamp): number {
    switch (stamp.kind) {
      case 'moment':
        return stamp.ms;
      case 'no-year': {
        const inYear = (year: number): number =>
          Date.UTC(year, stamp.month, stamp.day) + Math.round(stamp.secondsOfDay * 1000);
        // The first line is of the last year in which that day is past; a day is left for zones.
        if (this.#year === null) {
          this.#year = new Date(this.#nowMs).getUTCFullYear();
          if (inYear(this.#year) > this.#nowMs + DAY_MS) this.#year--;
        } else if (this.#last !== null) {
          if (inYear(this.#year) < this.#last - HALF_A_YEAR_MS) this.#year++;
          else if (inYear(this.#year) > this.#last + HALF_A_YEAR_MS) this.#year--;
        }
        return inYear(this.#year);
      }
      case 'no-date': {
        const inDay = (day: number): number => day * DAY_MS + Math.round(stamp.secondsOfDay * 1000);
        if (this.#last !== null && inDay(this.#day) < this.#last - (SECONDS_OF_DAY / 2) * 1000) this.#day++;
        return inDay(this.#day);
      }
    }
  }
}
