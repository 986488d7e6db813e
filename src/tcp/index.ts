// tcp: connections that are asked, not fed, and the ladder that finds after how long a path forgets them.

export type { Beside } from './beside.ts';
export { type Bracket, bracketOf, type Rung } from './bracket.ts';
export type { Outage } from './control.ts';
export {
  type Connection,
  type ConnectionState,
  type Dial,
  type DialFailure,
  type DialResult,
  type Ending,
  type Endpoint,
  KEPT_BACK,
} from './dial.ts';
export type { Hops } from './hops.ts';
export { type IdleMeasurement, type IdleOptions, measureIdleTimeout } from './idle-timeout.ts';
export { type InboundOptions, measureInbound } from './inbound.ts';
export { askIdleConnection, type IdleOutcome, type IdleProbe, UNANSWERED_PROBES } from './keepalive-probe.ts';
export { type Carrier, kernelCarrierDial } from './kernel-carrier.ts';
export { kernelDial } from './kernel-dial.ts';
export { kernelPartnerDial } from './kernel-partner.ts';
export { openKernelWitness } from './kernel-witness.ts';
export { firstPass, type LadderLimits, longestSeconds, resolutionFor, secondPass } from './ladder.ts';
export type { LadderResult } from './ladder-result.ts';
export type { Level } from './level.ts';
export type { IdleObservation, LadderObservation } from './observation.ts';
export { type AskableConnection, measureOneByOne, type OneByOne } from './one-by-one.ts';
export type { PartnerConnection, PartnerDial } from './partner.ts';
export { isRejectedHere, REJECTED_HERE } from './rejected-here.ts';
export { type ResetMoment, resetMoment } from './reset-moment.ts';
export { type ResetOrigin, type ResetSeen, resetOrigin } from './reset-origin.ts';
export type { MeasuredRung } from './rung.ts';
export type { Witness } from './witness.ts';
