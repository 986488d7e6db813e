// A LAN on which two stations own 10.77.0.5: one serves SSH, the other refuses it, and each kernel answers ARP.

import { startArpStation } from './arp-behaviour.ts';
import { createLab } from './create-lab.ts';
import type { LabHost } from './lab.ts';
import { LAN_INTERFACE, LAN_STATIONS, type Lan, lanFacts, lanPlan } from './lan.ts';
import { startTcpServices } from './tcp-service.ts';

/** `a` and `b` have the same address. */
export type DuplicateLan = Lan<keyof typeof LAN_STATIONS>;

export interface DuplicateLanOptions {
  /** Station `b` answers each ARP request this late, like a machine that sleeps. Left out, its kernel answers at once. */
  readonly lateSeconds?: number;
  /** Whether station `a` accepts connections on port 22, as it does when left out. false leaves the port to a real sshd. */
  readonly acceptsSsh?: boolean;
}

export function duplicateLan({ lateSeconds, acceptsSsh = true }: DuplicateLanOptions = {}): Promise<DuplicateLan> {
  return createLab(lanPlan(LAN_STATIONS), async (hosts) => {
    await Promise.all([
      acceptsSsh ? startTcpServices(hosts.a, [{ kind: 'hold', port: 22 }]) : undefined,
      lateSeconds === undefined ? undefined : answerLate(hosts.b, lateSeconds),
    ]);
    return lanFacts(LAN_STATIONS);
  });
}

function answerLate(host: LabHost, lateSeconds: number): Promise<void> {
  const behaviour = { kind: 'late', delayMs: lateSeconds * 1000 } as const;
  return startArpStation(host, { ...LAN_STATIONS.b, interface: LAN_INTERFACE, behaviour });
}
