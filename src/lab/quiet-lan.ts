// The LAN of the duplicate-address lab with nothing wrong: the right answer is "nothing found".

import { createLab } from './create-lab.ts';
import { LAN_STATIONS, type Lan, lanFacts, lanPlan } from './lan.ts';
import { startTcpServices } from './tcp-service.ts';

export type QuietLan = Lan<'scanner' | 'a' | 'honest'>;

export function quietLan(): Promise<QuietLan> {
  const { scanner, a, honest } = LAN_STATIONS;
  const stations = { scanner, a, honest };
  return createLab(lanPlan(stations), async (hosts) => {
    await startTcpServices(hosts.a, [{ kind: 'hold', port: 22 }]);
    return lanFacts(stations);
  });
}
