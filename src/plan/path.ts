// --path <host[:port]>: by what kind of packet, how often, and by which means.

import type { HostFacts, InterfaceFacts } from '../host.ts';
import { parseEndpoint, parseHost, refuseNobody, refuseZone } from './host-target.ts';
import type { ScanOptions } from './options.ts';
import type { Step } from './step.ts';
import { skipIfDown } from './usage.ts';

const USUAL_ROUNDS = 10;
/** Few rounds go by within a second; many are spread out less, because they last. */
const FEW_ROUNDS = 20;
const INTERVAL_SECONDS = { few: 0.04, many: 0.02 };
/** A process of ping's for every packet. */
const PING_INTERVAL_SECONDS = 0.2;
/** A process must begin and end within it. */
const WAIT_SECONDS = { 'raw-socket': 1, 'system-ping': 2 };
/** Looking the name up, and a LAN on which nobody answers ARP. */
const BEGINNING_SECONDS = 15 + 4;
/** A black hole: its size narrowed down and proved, and looked for hop by hop. */
const BLACK_HOLE_SECONDS = 15;

export function planPath(target: string, options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step {
  const { host, port } = parsePathTarget(target);
  refuseNobody(target, host, chosen);
  const down = skipIfDown('path', target, chosen);
  if (down !== null) return down;
  const rounds = options.count ?? USUAL_ROUNDS;
  const method = facts.canOpenRawSockets ? 'raw-socket' : 'system-ping';
  const waitSeconds = options.waitSeconds ?? WAIT_SECONDS[method];
  const quick = rounds <= FEW_ROUNDS ? INTERVAL_SECONDS.few : INTERVAL_SECONDS.many;
  const intervalSeconds = method === 'raw-socket' ? quick : PING_INTERVAL_SECONDS;
  return {
    check: 'path',
    target,
    host,
    port,
    interfaceName: chosen?.name ?? null,
    rounds,
    intervalSeconds,
    waitSeconds,
    names: options.names,
    method,
    worstCaseSeconds: Math.ceil(BEGINNING_SECONDS + rounds * intervalSeconds + BLACK_HOLE_SECONDS + 8 * waitSeconds),
  };
}

/** A bare host is asked by ICMP. An IPv6 address without brackets has no port. */
function parsePathTarget(target: string): { host: string; port: number | null } {
  refuseZone('--path', target);
  const host = parseHost(target);
  return host === null ? parseEndpoint('--path', target) : { host, port: null };
}
