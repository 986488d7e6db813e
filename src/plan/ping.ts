// --ping <host>: what will be sent, and by which means.

import type { HostFacts, InterfaceFacts } from '../host.ts';
import { parseHost, refuseScopeless, refuseZone } from './host-target.ts';
import type { ScanOptions, Step } from './step.ts';
import { skipIfDown, UsageError } from './usage.ts';

const PING_COUNT = 10;
const PING_INTERVAL_SECONDS = 0.2;
/** Long enough for the slowest paths, and for the kernel to give up ARP and say that nobody is there (3 s in all). */
const PING_WAIT_SECONDS = 2;
/** Looking the name up, at worst. */
const RESOLVING_SECONDS = 15;

export function planPing(target: string, options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step {
  refuseZone('--ping', target);
  const host = parseHost(target);
  if (host === null) {
    throw new UsageError(`--ping ${target}: not a host; write a name or an address, like example.org or 10.0.0.5`);
  }
  refuseScopeless(target, host, chosen);
  const down = skipIfDown('ping', target, chosen);
  if (down !== null) return down;
  const waitSeconds = options.waitSeconds ?? PING_WAIT_SECONDS;
  return {
    check: 'ping',
    target,
    host,
    interfaceName: chosen?.name ?? null,
    count: PING_COUNT,
    intervalSeconds: PING_INTERVAL_SECONDS,
    waitSeconds,
    method: facts.canOpenRawSockets ? 'raw-socket' : 'system-ping',
    worstCaseSeconds: RESOLVING_SECONDS + PING_COUNT * PING_INTERVAL_SECONDS + waitSeconds,
  };
}
