// --idle-timeout <host:port>: which port, how long, with how many connections.

import type { InterfaceFacts } from '../host.ts';
import { parseHost, refuseScopeless, refuseZone } from './host-target.ts';
import type { ScanOptions, Step } from './step.ts';
import { skipIfDown, UsageError } from './usage.ts';

/** Name lookup, connecting and the peer's greeting, at worst. */
const CONNECTING_SECONDS = 15;
/** The first pass and two that narrow, each as long as the longest idle time and the silence that proves a death. */
const IDLE_PASSES = 3;
const PROVING_SECONDS = 8;

export function planIdleTimeout(target: string, options: ScanOptions, chosen: InterfaceFacts | null): Step {
  const { host, port } = parseEndpoint(target);
  refuseScopeless(target, host, chosen);
  const down = skipIfDown('idle-timeout', target, chosen);
  if (down !== null) return down;
  const { maxIdleSeconds, connections } = options;
  return {
    check: 'idle-timeout',
    target,
    host,
    port,
    interfaceName: chosen?.name ?? null,
    maxIdleSeconds,
    connections,
    worstCaseSeconds: CONNECTING_SECONDS + IDLE_PASSES * (maxIdleSeconds + PROVING_SECONDS),
  };
}

function parseEndpoint(target: string): { host: string; port: number } {
  const usage = (problem: string): UsageError => new UsageError(`--idle-timeout ${target}: ${problem}`);
  if (target.includes('@')) {
    const endpoint = target.slice(target.lastIndexOf('@') + 1);
    const written = /:\d+$/.test(endpoint) ? endpoint : `${endpoint}:22`;
    throw usage(`measuring through logged-in sessions is not built yet; write it like ${written}`);
  }
  refuseZone('--idle-timeout', target);
  // A host without brackets holds no colon: what follows the first one is the port.
  const match = /^(\[[^\]]+\]|[^:[\]]+):([^:]*)$/.exec(target);
  const host = parseHost(match?.[1] ?? target);
  if (host === null) throw usage('not a host; write it like example.org:22 or [2001:db8::5]:22');
  if (!match?.[2]) {
    const written = host.includes(':') ? `[${host}]` : host;
    throw usage(`the port is missing; write it like ${written}:22`);
  }
  const port = /^\d{1,5}$/.test(match[2]) ? Number(match[2]) : 0;
  if (port < 1 || port > 65_535) throw usage(`the port must be a number from 1 to 65535, got ${match[2]}`);
  return { host, port };
}
