// What the trials of the advised keepalive say together: whether any keepalive keeps a connection alive there, or only one
// that carries data. A load balancer or a proxy that ends TCP has its kernel answer empty ones, and takes no notice itself.

import type { EvidenceOf } from '../evidence.ts';
import { keepaliveSeconds } from '../keepalive.ts';
import { ofKind } from './define-rule.ts';
import type { Expiry } from './expiry.ts';
import type { Subject } from './subject.ts';

type Idle = EvidenceOf<'idle-timeout'>;
type Trial = EvidenceOf<'keepalive-trial'>;

export interface Tried {
  /** null: not shown. `nothing`: not even data. */
  readonly keptAliveBy: 'anything' | 'data' | 'nothing' | null;
  /** What it rests on; of `anything` and `data` the first is one that lived. */
  readonly trials: readonly Trial[];
}

export const UNTRIED: Tried = { keptAliveBy: null, trials: [] };

/** Of the port of an outbound measurement, whose timeout they speak of. */
export function triedBeside(subject: Subject, idle: Idle, expiry: Expiry): Tried {
  // A timer that varies may have been taken for a longer one when the interval was chosen.
  const longest = keepaliveSeconds(expiry.survivedSeconds);
  const trials = ofKind(subject, 'keepalive-trial').filter(
    ({ port, intervalSeconds }) => port === idle.port && intervalSeconds <= longest,
  );
  const empty = only(trials.filter(({ speaks }) => speaks !== 'payload'));
  const data = only(trials.filter(({ speaks }) => speaks === 'payload'));
  if (data !== undefined && isDead(data)) {
    // An empty keepalive that works where data does not is none that could be explained.
    if (empty?.outcome === 'alive') return UNTRIED;
    return { keptAliveBy: 'nothing', trials: [data, ...(empty === undefined ? [] : [empty])] };
  }
  const dataLived = data !== undefined && outlived(data, expiry);
  if (empty !== undefined && outlived(empty, expiry)) {
    return { keptAliveBy: 'anything', trials: dataLived ? [empty, data] : [empty] };
  }
  if (empty === undefined || !dataLived || !diedUnheeded(empty, idle, expiry)) return UNTRIED;
  return { keptAliveBy: 'data', trials: [data, empty] };
}

/** Two of one kind may contradict each other: then neither is quoted. */
function only(trials: readonly Trial[]): Trial | undefined {
  return trials.length === 1 ? trials[0] : undefined;
}

function outlived({ outcome, lastedSeconds }: Trial, { expiredSeconds }: Expiry): boolean {
  return outcome === 'alive' && lastedSeconds > expiredSeconds;
}

function isDead({ outcome }: Trial): boolean {
  return outcome !== 'alive' && outcome !== 'inconclusive';
}

/**
 * Its keepalives were answered so shortly before that they would have kept it alive, had they counted: it did not die
 * because some were lost. And it is not the only one, which could be an accident.
 */
function diedUnheeded(trial: Trial, { control }: Idle, { survivedSeconds }: Expiry): boolean {
  const isHeardOfLate = (trial.silentSeconds ?? Number.POSITIVE_INFINITY) < (survivedSeconds ?? 0);
  return isDead(trial) && isHeardOfLate && (control.keepalivesLost ?? null) !== null;
}
