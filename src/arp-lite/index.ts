// arp-lite: ARP packets, links and sweeps. See README.md.

export { openAfPacketLink } from './af-packet.ts';
export { type AskOptions, askClaimants } from './ask-claimants.ts';
export type { Claim, ClaimTable, ClaimVia, Flip } from './claims.ts';
export { Eavesdropper } from './eavesdropper.ts';
export { type Link, type OnFrame, stopListening } from './link.ts';
export {
  type ArpFrame,
  type Decoded,
  decodeArpFrame,
  encodeArpFrame,
  isArp,
  OPERATION,
  readArpNumbers,
} from './packet.ts';
export type { Sender } from './request.ts';
export { type SweepOptions, type SweepResult, sweep } from './sweep.ts';
export { tapped } from './tapped.ts';
