// The LAN of the duplicate-address lab with nothing wrong: the right answer is "nothing found".

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { createLab } from './create-lab.ts';
import type { Lab } from './lab.ts';
import { EMPTY_ADDRESS, LAN_INTERFACE, LAN_STATIONS, lanPlan, stationField } from './lan.ts';
import { startTcpServices } from './tcp-service.ts';

type Station = 'scanner' | 'a' | 'honest';

export interface QuietLan extends Lab<Station | 'switch'> {
  readonly addresses: Readonly<Record<Station, Ipv4>>;
  readonly macs: Readonly<Record<Station, Mac>>;
  /** Nobody owns it. */
  readonly emptyAddress: Ipv4;
  /** The interface's name on every station. */
  readonly interface: string;
}

export function quietLan(): Promise<QuietLan> {
  const { scanner, a, honest } = LAN_STATIONS;
  const stations = { scanner, a, honest };
  return createLab(lanPlan(stations), async (hosts) => {
    await startTcpServices(hosts.a, [{ kind: 'hold', port: 22 }]);
    return {
      addresses: stationField(stations, 'address'),
      macs: stationField(stations, 'mac'),
      emptyAddress: EMPTY_ADDRESS,
      interface: LAN_INTERFACE,
    };
  });
}
