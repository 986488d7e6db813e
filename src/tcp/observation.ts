// What happens while an idle timeout is measured, at the moment at which it happens: for those who wait. What it means
// together is the result's business.

import type { Ending } from './dial.ts';
import type { HopOutcome } from './enforcer.ts';
import type { Hops } from './hops.ts';
import type { KeepaliveTrial } from './keepalive-trial.ts';
import type { MeasuredRung } from './rung.ts';

/** Of the connection that is kept busy. */
export type ControlObservation =
  /** Told when it is noticed, and again when it is over. */
  | { readonly event: 'outage'; readonly isOver: boolean; readonly lastedSeconds: number }
  | { readonly event: 'control-ended'; readonly how: Ending['how'] };

/** Of one ladder, in whichever direction. */
export type LadderObservation =
  | ControlObservation
  | {
      readonly event: 'pass';
      readonly pass: 1 | 2;
      /** Ascending. */
      readonly idleTimes: readonly number[];
      /** How often it may be narrowed after this. */
      readonly passesLeft: number;
    }
  /** The ladder begins anew, with everything up to this hop kept awake; rungs are numbered from 1 again. */
  | { readonly event: 'deeper'; readonly awakeHop: number }
  /** A connection was opened and left alone. `rung` is its number in this ladder, from 1. */
  | { readonly event: 'idling'; readonly rung: number; readonly forSeconds: number; readonly pass: 1 | 2 }
  /** It stopped answering, which is not yet a death. */
  | { readonly event: 'suspect'; readonly rung: number; readonly forSeconds: number }
  | { readonly event: 'rung'; readonly rung: number; readonly measured: MeasuredRung }
  /** Nothing of this ladder is of interest any more. */
  | { readonly event: 'climbed' };

/** Of what is measured beside the outbound ladder. */
export type BesideObservation =
  | ({ readonly event: 'hops' } & Hops)
  /** A connection for each of `hops` is kept awake up to it; about so long, for the bracket may still move. */
  | { readonly event: 'hop-search'; readonly hops: number; readonly forSeconds: number }
  | ({ readonly event: 'hop' } & HopOutcome)
  | {
      readonly event: 'trial-started';
      readonly speaks: KeepaliveTrial['speaks'];
      readonly intervalSeconds: number;
      readonly forSeconds: number;
    }
  | ({ readonly event: 'trial' } & KeepaliveTrial);

export type IdleObservation = LadderObservation | BesideObservation;
