// proof: asks each claimant of one IPv4 address for itself, so that two answers can be told to be two machines.

export { type ClaimantPaths, type OpenClaimantPaths, openClaimantPaths } from './claimant-paths.ts';
export { sameClock } from './clock-offset.ts';
export type { EchoId } from './echo-ids.ts';
export type { Possibility } from './guard.ts';
export type { PortOutcome } from './knock.ts';
export type { LinkOptions } from './packet-link.ts';
export { type ClaimantAnswer, MOST_MS, type ProofTarget, proveClaimants } from './prove.ts';
export { sameCounter } from './same-counter.ts';
export { ACK, decodeSegment, encodeSegment, encodeUnsummedSegment, RST, SYN, type TcpSegment } from './segment.ts';
