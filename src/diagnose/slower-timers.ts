// What lies behind the hop that forgets first, where that was kept awake to see it (--deep).

import { formatSeconds, formatSecondsRange } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { ofKind } from './define-rule.ts';
import { enforcerName, enforcersOf } from './enforcer-name.ts';
import type { Subject } from './subject.ts';

type Idle = EvidenceOf<'idle-timeout'>;

export interface SlowerTimers {
  /** Evidence that says so. */
  readonly because: readonly string[];
  /** A sentence for the verdict, empty when nothing slower forgets. */
  readonly summary: string;
  readonly advice: readonly string[];
}

/** Measured behind the hop that `idle` ended at, nearest first. */
export function slowerTimers(subject: Subject, idle: Idle): SlowerTimers {
  const deeper = ofKind(subject, 'idle-timeout')
    .filter(({ port, address, awakeUpToHop }) => port === idle.port && address === idle.address && awakeUpToHop)
    .sort((a, b) => (a.awakeUpToHop ?? 0) - (b.awakeUpToHop ?? 0) || (a.id < b.id ? -1 : 1));
  const found = deeper.map((item) => {
    const enforcers = enforcersOf(subject, item);
    return { item, enforcer: enforcers.length === 1 ? enforcers[0] : undefined };
  });
  const because = found.flatMap(({ item, enforcer }) => [item.id, ...(enforcer === undefined ? [] : [enforcer.id])]);
  const forgetting = found.flatMap(({ item, enforcer }) => {
    const { survivedSeconds, expiredSeconds, deaths } = item;
    if (expiredSeconds === null || deaths < 2) return [];
    const who = enforcer === undefined ? 'something' : enforcerName(enforcer);
    return [
      `beyond hop ${item.awakeUpToHop}, ${who} forgets after ${formatSecondsRange(survivedSeconds ?? 0, expiredSeconds)}`,
    ];
  });
  const last = deeper.at(-1);
  const livesOn =
    last !== undefined && last.expiredSeconds === null && (last.survivedSeconds ?? 0) >= last.maxIdleSeconds * 0.95
      ? [`Beyond hop ${last.awakeUpToHop} nothing forgets within ${formatSeconds(last.survivedSeconds ?? 0)}.`]
      : [];
  if (forgetting.length === 0) return { because, summary: '', advice: livesOn };
  const both = 'Raising only the timeout of the first leaves the next one: raise all of them.';
  return { because, summary: ` When that is kept awake, ${forgetting.join('; ')}.`, advice: [both, ...livesOn] };
}
