// Suspects as an answer names them: in words, with the reason and the command that decides.

import type { Target } from './message.ts';
import { loginTo, SUSPECTS, type Suspect } from './suspects.ts';

/** The likeliest first: what it may be, and why or when it fits. */
export type Suspicions = readonly (readonly [Suspect, string])[];

export interface RankedCause {
  readonly cause: Suspect;
  readonly title: string;
  /** Why, or when, it fits. */
  readonly because: string;
  /** What to run to know. */
  readonly decide: string;
}

export function rankedCauses(target: Target, causes: Suspicions): RankedCause[] {
  return causes.map(([cause, because]) => ({
    cause,
    title: SUSPECTS[cause].title,
    because,
    decide: SUSPECTS[cause].decide(target),
  }));
}

/** What `netcheck you@host` measures from the client. */
const MEASURED: readonly Suspect[] = [
  'idle-timeout',
  'duplicate-ip',
  'packet-loss',
  'unreachable',
  'server-closes-idle',
  'keepalive-too-strict',
];

/** The command that measures all of them; null where that is less than two. */
export function examination(target: Target, causes: Suspicions): string | null {
  const measured = causes.filter(([cause]) => MEASURED.includes(cause));
  return measured.length < 2
    ? null
    : `${target.side === 'server' ? 'on the client: ' : ''}sudo netcheck ${loginTo(target)}`;
}
