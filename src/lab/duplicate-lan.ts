// A LAN on which two stations own 10.77.0.5: one serves SSH, the other refuses it, and each kernel answers ARP.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { startArpStation } from './arp-behaviour.ts';
import { createLab } from './create-lab.ts';
import type { Lab, LabHost } from './lab.ts';
import { EMPTY_ADDRESS, LAN_INTERFACE, LAN_STATIONS, lanPlan, stationField } from './lan.ts';
import { startTcpServices } from './tcp-service.ts';

type Station = 'scanner' | 'a' | 'b' | 'honest';

export interface DuplicateLan extends Lab<Station | 'switch'> {
  /** `a` and `b` have the same one. */
  readonly addresses: Readonly<Record<Station, Ipv4>>;
  readonly macs: Readonly<Record<Station, Mac>>;
  /** Nobody owns it. */
  readonly emptyAddress: Ipv4;
  /** The interface's name on every station. */
  readonly interface: string;
}

export interface DuplicateLanOptions {
  /** Station `b` answers each ARP request this late, like a machine that sleeps. Left out, its kernel answers at once. */
  readonly lateSeconds?: number;
}

export function duplicateLan({ lateSeconds }: DuplicateLanOptions = {}): Promise<DuplicateLan> {
  return createLab(lanPlan(LAN_STATIONS), async (hosts) => {
    await Promise.all([
      startTcpServices(hosts.a, [{ kind: 'hold', port: 22 }]),
      lateSeconds === undefined ? undefined : answerLate(hosts.b, lateSeconds),
    ]);
    return {
      addresses: stationField(LAN_STATIONS, 'address'),
      macs: stationField(LAN_STATIONS, 'mac'),
      emptyAddress: EMPTY_ADDRESS,
      interface: LAN_INTERFACE,
    };
  });
}

function answerLate(host: LabHost, lateSeconds: number): Promise<void> {
  const behaviour = { kind: 'late', delayMs: lateSeconds * 1000 } as const;
  return startArpStation(host, { ...LAN_STATIONS.b, interface: LAN_INTERFACE, behaviour });
}
