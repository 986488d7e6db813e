// --mosh-ports: what became of datagrams to the ports of mosh.

import type { Clock } from '../clock.ts';
import type { Finding } from '../evidence.ts';
import type { MoshPortsStep } from '../plan/index.ts';
import { probePorts } from '../udp/index.ts';
import type { Instruments } from './instruments.ts';

export async function scanMoshPorts(
  { target, host, ports, interfaceName }: MoshPortsStep,
  address: string,
  { udpPort }: Instruments,
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding[]> {
  const probed = await probePorts(udpPort, { address, interfaceName }, ports, clock, signal);
  if (!probed.ok) {
    const because = `this machine could not send to ${address} (${probed.because})`;
    const hint = `see how it would be reached: ip route get ${address}`;
    return [{ kind: 'skipped', check: 'mosh-ports', target, because, hint }];
  }
  return [
    {
      kind: 'udp-ports',
      host,
      address,
      complete: !signal.aborted,
      ports: probed.ports.map((each) => ({
        port: each.port,
        outcome: each.outcome,
        rejection:
          each.outcome === 'rejected'
            ? {
                from: each.rejection.from,
                ipVersion: each.rejection.version,
                type: each.rejection.type,
                code: each.rejection.code,
              }
            : null,
      })),
    },
  ];
}
