// --mosh-ports: what became of datagrams to the ports of mosh.

import type { Clock } from '../clock.ts';
import type { Finding } from '../evidence.ts';
import type { MoshPortsStep } from '../plan/index.ts';
import { probePorts } from '../udp/index.ts';
import type { Instruments } from './instruments.ts';
import { whyUnsent } from './unsent.ts';

export async function scanMoshPorts(
  { target, host, ports, interfaceName }: MoshPortsStep,
  address: string,
  { udpPort }: Instruments,
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding[]> {
  const probed = await probePorts(udpPort, { address, interfaceName }, ports, clock, signal);
  if (!probed.ok) return [couldNotSend(target, address, address, probed.because)];
  const sent = probed.ports.flatMap((each) => (each.outcome === 'unsent' ? [] : [each]));
  const unsent = probed.ports.flatMap((each) => (each.outcome === 'unsent' ? [each] : []));
  const [first] = unsent;
  const whither = sent.length === 0 ? address : `${unsent.length} of ${ports.length} ports of ${address}`;
  const skipped = first === undefined ? [] : [couldNotSend(target, address, whither, first.because)];
  if (sent.length === 0) return skipped;
  return [
    {
      kind: 'udp-ports',
      host,
      address,
      complete: !signal.aborted,
      ports: sent.map((each) => ({
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
    ...skipped,
  ];
}

function couldNotSend(target: string, address: string, whither: string, reason: string): Finding {
  const { why, hint } = whyUnsent(reason, address);
  return {
    kind: 'skipped',
    check: 'mosh-ports',
    target,
    because: `this machine could not send to ${whither} (${why})`,
    hint,
  };
}
