// What can be the matter, and how sure one can be of it.

import type { Candidate } from './candidates.ts';

/** One word per cause, everywhere: rule file, docs page, scenario folder. In the order in which a reader wants them. */
export const CAUSE_KINDS = [
  'duplicate-ip',
  'own-address-conflict',
  'unreachable',
  'idle-timeout',
  'server-closes-idle',
  'path-mtu',
  'qos-marking',
  'sshd-settings',
  'keepalive-too-strict',
  'packet-loss',
] as const;
export type CauseKind = (typeof CAUSE_KINDS)[number];

/** From the surest to the least: `unknown` was not measured, or not well enough to say anything. */
export const VERDICTS = ['confirmed', 'likely', 'possible', 'unknown', 'ruled-out'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** When a session ends by a cause, as the one who sat before it would say. In the order in which a reader meets them. */
export const MOMENTS = ['no-session', 'at-login', 'in-use', 'much-data', 'after-pause'] as const;
export type Moment = (typeof MOMENTS)[number];

export interface Cause {
  readonly cause: CauseKind;
  /** What it is about: a host as it was typed, with a port where the port matters, an address, or a network. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** Ids of the evidence it rests on. */
  readonly because: readonly string[];
  /** One sentence, and one more where known products behave so. */
  readonly summary: string;
  /** Commands or settings, in the order to try them. */
  readonly advice: readonly string[];
  /** What to run to know more; not empty when the verdict is `unknown`. */
  readonly missing: readonly string[];
  /** What it does to a session here, where that is not what it usually does; absent elsewhere. */
  readonly effect?: string;
  /** When it ends a session here, where that is not when it usually does (moments.ts); empty: it ends none as things are set. */
  readonly moments?: readonly Moment[];
  /** Known products that behave as was measured, the likeliest first; absent where there is none. */
  readonly consistentWith?: readonly Candidate[];
}
