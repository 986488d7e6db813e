// arp-lite: ARP packets, links and sweeps. See README.md.

export { openAfPacketLink } from './af-packet.ts';
export type { Claim, ClaimVia } from './claims.ts';
export type { Link, OnFrame } from './link.ts';
export { type ArpFrame, type Decoded, decodeArpFrame, encodeArpFrame, OPERATION } from './packet.ts';
export { type SweepOptions, type SweepResult, sweep } from './sweep.ts';
