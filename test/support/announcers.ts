// Two owners of one address that announce it by turns.

import { type DuplicateLan, startArpStation } from '../../src/lab/index.ts';

/** Each every 200 ms, 100 ms after the other. */
export async function announceByTurns({ hosts, macs, addresses, interface: name }: DuplicateLan): Promise<void> {
  const announce = (station: 'a' | 'b', offsetMs: number): Promise<void> =>
    startArpStation(hosts[station], {
      interface: name,
      address: addresses[station],
      mac: macs[station],
      behaviour: { kind: 'announcer', everyMs: 200, offsetMs },
    });
  await Promise.all([announce('a', 0), announce('b', 100)]);
}
