// How a scripted station answers ARP requests for its address, where a kernel would answer once and at once.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { LabHost } from './lab.ts';
import { setSysctls } from './network-tools.ts';
import { startService } from './service.ts';

export type ArpBehaviour =
  | { readonly kind: 'late'; readonly delayMs: number }
  /** Every answer is sent this many times, at once. */
  | { readonly kind: 'repeat'; readonly times: number }
  | { readonly kind: 'silent' };

export interface ArpStationOptions {
  readonly interface: string;
  readonly address: Ipv4;
  readonly mac: Mac;
  readonly behaviour: ArpBehaviour;
}

/** Silences the host's kernel (arp_ignore=8: it answers for none of its addresses) and lets the script answer. */
export async function startArpStation(host: LabHost, options: ArpStationOptions): Promise<void> {
  await setSysctls(host.namespace, { 'net.ipv4.conf.all.arp_ignore': 8 });
  await startService(host, 'arp-station', options);
}
