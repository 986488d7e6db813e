// What an idle measurement tells as it goes (tcp/observation.ts), as events: with the bracket whenever it changes, and
// with the time at which it will be over at the latest.

import type { Clock } from '../clock.ts';
import type { EventOf, StepObservation } from '../events.ts';
import type { IdleTimeoutStep } from '../plan/index.ts';
import {
  type Bracket,
  bracketOf,
  type IdleObservation,
  type LadderLimits,
  longestSeconds,
  type MeasuredRung,
} from '../tcp/index.ts';
import { round } from './milliseconds.ts';

/** What it takes beyond its idle time to prove that a connection is dead, and that the path is not. */
const PROVING_SECONDS = 8;

/** A listener for one direction, of which nothing was told before. `isDeep`: slower timers behind the first are looked for. */
export function idleTeller(
  { host, port }: IdleTimeoutStep,
  direction: EventOf<'rung'>['direction'],
  limits: LadderLimits,
  clock: Clock,
  tell: (observation: StepObservation) => void,
  isDeep = false,
): (observation: IdleObservation) => void {
  const latest = new LatestEnd(limits, isDeep, clock);
  let rungs: MeasuredRung[] = [];
  let last = '';
  const ofPort = { host, port };
  const ofLadder = { host, port, direction };
  return (observation) => {
    latest.see(observation);
    switch (observation.event) {
      case 'pass': {
        const { event, pass, idleTimes } = observation;
        const atMostSeconds = latest.atMostSeconds(bracketOf(rungs));
        return tell({ event, ...ofLadder, pass, idleSeconds: [...idleTimes], atMostSeconds });
      }
      case 'rung': {
        const { event, rung, measured } = observation;
        const { idleSeconds, outcome, code, pass } = measured;
        rungs.push(measured);
        tell({ event, ...ofLadder, rung, idleSeconds: round(idleSeconds), outcome, code, pass });
        const bracket = tellBracket(bracketOf(rungs));
        if (JSON.stringify(bracket) === last) return;
        last = JSON.stringify(bracket);
        return tell({
          event: 'bracket',
          ...ofLadder,
          ...bracket,
          atMostSeconds: latest.atMostSeconds(bracketOf(rungs)),
        });
      }
      case 'outage':
        return tell({ ...ofLadder, ...observation, lastedSeconds: round(observation.lastedSeconds) });
      case 'deeper':
        rungs = [];
        last = '';
        return tell({ event: 'deeper', ...ofLadder, awakeUpToHop: observation.awakeHop });
      case 'idling':
      case 'suspect':
      case 'climbed':
      case 'control-ended':
        return tell({ ...ofLadder, ...observation });
      case 'hops':
        return tell({ ...ofPort, ...observation, addresses: [...observation.addresses] });
      case 'hop':
        return tell({ ...ofPort, ...observation });
      case 'hop-search':
      case 'trial-started':
        return tell({ ...ofPort, ...observation, forSeconds: round(observation.forSeconds) });
      case 'trial':
        return tell({
          ...ofPort,
          ...observation,
          lastedSeconds: round(observation.lastedSeconds),
          silentSeconds: round(observation.silentSeconds),
        });
    }
  };
}

type Known = Pick<EventOf<'bracket'>, 'survivedSeconds' | 'expiredSeconds' | 'onExpiry' | 'deaths'>;

function tellBracket({ survivedSeconds, expiredSeconds, onExpiry, deaths }: Bracket): Known {
  return {
    survivedSeconds: round(survivedSeconds),
    expiredSeconds: round(expiredSeconds),
    onExpiry,
    deaths,
  };
}

/**
 * Until when it lasts at the latest. Before a timeout is confirmed that is the time in which it is given up: it may be as
 * long as the longest that is asked for. Two deaths say how long each further pass can be.
 */
class LatestEnd {
  readonly #longestSeconds: number;
  readonly #isDeep: boolean;
  readonly #isQuick: boolean;
  readonly #clock: Clock;
  readonly #deadlineAt: number;
  #deeperEndsAt: number | null = null;
  #passesLeft = 0;
  #passEndsAt = 0;
  #besideEndsAt = 0;

  constructor(limits: LadderLimits, isDeep: boolean, clock: Clock) {
    this.#isQuick = limits.quick ?? false;
    this.#longestSeconds = this.#isQuick ? limits.maxIdleSeconds + PROVING_SECONDS : longestSeconds(limits);
    this.#isDeep = isDeep;
    this.#clock = clock;
    this.#deadlineAt = clock.now() + this.#longestSeconds * 1000;
  }

  see(observation: IdleObservation): void {
    const inSeconds = (seconds: number): number => this.#clock.now() + (seconds + PROVING_SECONDS) * 1000;
    if (observation.event === 'deeper') this.#deeperEndsAt ??= this.#clock.now() + this.#longestSeconds * 1000;
    else if (observation.event === 'pass') {
      this.#passesLeft = observation.passesLeft;
      if (observation.pass === 2) this.#passEndsAt = inSeconds(Math.max(...observation.idleTimes));
    } else if (observation.event === 'hop-search' || observation.event === 'trial-started') {
      this.#besideEndsAt = Math.max(this.#besideEndsAt, inSeconds(observation.forSeconds));
    }
  }

  atMostSeconds(bracket: Bracket): number {
    // However many levels there are beyond the first, together they have the time of one.
    const seconds =
      this.#deeperEndsAt === null
        ? this.#levelSeconds(bracket) + (this.#isDeep ? this.#longestSeconds : 0)
        : Math.max(0, this.#deeperEndsAt - this.#clock.now()) / 1000;
    return round(seconds);
  }

  #levelSeconds({ expiredSeconds, deaths }: Bracket): number {
    const now = this.#clock.now();
    const deadline = Math.max(0, this.#deadlineAt - now) / 1000;
    if (this.#isQuick || expiredSeconds === null || deaths < 2) return deadline;
    const narrowing =
      Math.max(0, this.#passEndsAt - now) / 1000 + this.#passesLeft * (expiredSeconds + PROVING_SECONDS);
    const beside = Math.max(0, this.#besideEndsAt - now) / 1000;
    return Math.min(deadline, Math.max(narrowing, beside));
  }
}
