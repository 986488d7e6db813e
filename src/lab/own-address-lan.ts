// A LAN on which the scanner's own address, 10.77.0.1, is taken by an intruder as well.

import type { Mac } from '../address/mac.ts';
import { createLab } from './create-lab.ts';
import { LAN_STATIONS, type Lan, lanFacts, lanPlan } from './lan.ts';

const { scanner, honest } = LAN_STATIONS;
const STATIONS = { scanner, honest, intruder: { ...scanner, mac: 'b8:27:eb:01:00:66' as Mac } } as const;

/** `scanner` and `intruder` have the same address. */
export type OwnAddressLan = Lan<keyof typeof STATIONS>;

/** Every kernel answers ARP; Linux itself neither checks for nor defends an IPv4 address. */
export function ownAddressLan(): Promise<OwnAddressLan> {
  return createLab(lanPlan(STATIONS), async () => lanFacts(STATIONS));
}
