// What a scripted station does with ARP, where a kernel would answer for its own addresses, once and at once.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { LabHost } from './lab.ts';
import { setSysctls } from './network-tools.ts';
import { startService } from './service.ts';

export type ArpBehaviour =
  | { readonly kind: 'late'; readonly delayMs: number }
  /** Every answer is sent this many times, at once. */
  | { readonly kind: 'repeat'; readonly times: number }
  | { readonly kind: 'silent' }
  /**
   * A request is answered this many times, as fast as the queue takes the frames; what is asked meanwhile is not heard.
   * `senders` is how many hardware addresses they claim to come from, by turns: the station's own when left out.
   */
  | { readonly kind: 'flood'; readonly frames: number; readonly senders?: number }
  /** A request is answered by this many broken frames, see malformed-frames.ts. The same `seed` breaks them the same way. */
  | { readonly kind: 'malformed'; readonly frames: number; readonly seed: number }
  /** Answers in a frame with an IEEE 802.1Q tag of this VLAN, 0 to 4094; 0 is a priority tag, which names no VLAN. */
  | { readonly kind: 'vlan'; readonly id: number }
  /** Answers only these of the requests it hears, both ends included and counted from 1: so an address changes hands. */
  | { readonly kind: 'takeover'; readonly from?: number; readonly to?: number }
  /** Answers for every address there is. */
  | { readonly kind: 'proxy' }
  /** Asks for the address as one that is about to take it (RFC 5227 probes, sender 0.0.0.0). The kernel answers as ever. */
  | { readonly kind: 'prober'; readonly everyMs: number }
  /**
   * Announces the address unasked (RFC 5227 announcements). The kernel answers as ever. Periods begin with the machine's
   * clock and `offsetMs` later: stations with one period and different offsets announce by turns.
   */
  | { readonly kind: 'announcer'; readonly everyMs: number; readonly offsetMs?: number }
  /** Broadcasts announcements of thousands of stations that are not there, for so long. The kernel answers as ever. */
  | { readonly kind: 'noise'; readonly framesPerSecond: number; readonly seconds: number };

export interface ArpStationOptions {
  readonly interface: string;
  readonly address: Ipv4;
  readonly mac: Mac;
  /** The Ethernet source of its frames, where it is not the sender that the ARP packet names. */
  readonly sourceMac?: Mac;
  readonly behaviour: ArpBehaviour;
}

/** A station that answers takes the place of the host's kernel (arp_ignore=8: it answers for none of its addresses). */
export async function startArpStation(host: LabHost, options: ArpStationOptions): Promise<void> {
  const { kind } = options.behaviour;
  const leavesAnswersToKernel = kind === 'prober' || kind === 'announcer' || kind === 'noise';
  if (!leavesAnswersToKernel) await setSysctls(host.namespace, { 'net.ipv4.conf.all.arp_ignore': 8 });
  await startService(host, 'arp-station', options);
}
