// --mosh-ports <host>: which of mosh's UDP ports are asked about.

import type { InterfaceFacts } from '../host.ts';
import { parseHost, refuseNobody, refuseZone } from './host-target.ts';
import type { Step } from './step.ts';
import { skipIfDown, UsageError } from './usage.ts';

/** mosh-server takes the first free one from 60000 up to 61000 (mosh(1)): most sessions are on the first few. */
const PORTS = [60_000, 60_001, 60_010, 60_500, 61_000];
/** Looking the name up, at worst, and what probing takes. */
const WORST_SECONDS = 15 + 4;

export function planMoshPorts(target: string, chosen: InterfaceFacts | null): Step {
  refuseZone('--mosh-ports', target);
  const host = parseHost(target);
  if (host === null) {
    throw new UsageError(
      `--mosh-ports ${target}: not a host; write a name or an address, like example.org or 10.0.0.5`,
    );
  }
  refuseNobody(target, host, chosen);
  return (
    skipIfDown('mosh-ports', target, chosen) ?? {
      check: 'mosh-ports',
      target,
      host,
      interfaceName: chosen?.name ?? null,
      ports: PORTS,
      worstCaseSeconds: WORST_SECONDS,
    }
  );
}
