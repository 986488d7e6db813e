// --idle-timeout <host:port>: which port, how long, with how many connections.

import type { InterfaceFacts } from '../host.ts';
import { parseDestination } from './destination.ts';
import { parseEndpoint, refuseNobody } from './host-target.ts';
import type { ScanOptions } from './options.ts';
import { planSshIdleTimeout } from './ssh-idle-timeout.ts';
import type { IdleTimeoutStep, SkippedStep, Step } from './step.ts';
import { skipIfDown } from './usage.ts';

/** Name lookup, connecting and the peer's greeting, at worst. */
const CONNECTING_SECONDS = 15;
/** The first pass and two that narrow, each as long as the longest idle time and the silence that proves a death. */
const IDLE_PASSES = 3;
/** As often again, for all slower timers together. */
const DEEPER_PASSES = 3;
/** Steps of a fifth up to this long, pairs around what is well known, and a second pass, take so many connections. */
const USUAL_MAX_IDLE_SECONDS = 900;
const USUAL_CONNECTIONS = 64;
const CONNECTIONS_FOR_LONGER = 96;
const PARTNER_CONNECTIONS = 128;
const PROVING_SECONDS = 8;

export function planIdleTimeout(target: string, options: ScanOptions, chosen: InterfaceFacts | null): Step {
  if (target.includes('@')) {
    return planSshIdleTimeout(target, parseDestination('--idle-timeout', target), options, chosen);
  }
  const { host, port } = parseEndpoint('--idle-timeout', target);
  refuseNobody(target, host, chosen);
  return planPort(target, { host, port }, options, chosen);
}

/** Without a login. */
export function planPort(
  target: string,
  port: Pick<IdleTimeoutStep, 'host' | 'port' | 'mayBeSsh' | 'address'>,
  options: ScanOptions,
  chosen: InterfaceFacts | null,
): IdleTimeoutStep | SkippedStep {
  const down = skipIfDown('idle-timeout', target, chosen);
  if (down !== null) return down;
  const { maxIdleSeconds, connections, resolutionSeconds, quick, deep } = options;
  const passes = quick ? 1 : deep ? IDLE_PASSES + DEEPER_PASSES : IDLE_PASSES;
  const usual = maxIdleSeconds > USUAL_MAX_IDLE_SECONDS ? CONNECTIONS_FOR_LONGER : USUAL_CONNECTIONS;
  return {
    check: 'idle-timeout',
    target,
    ...port,
    interfaceName: chosen?.name ?? null,
    maxIdleSeconds,
    connections: connections ?? usual,
    partnerConnections: connections ?? PARTNER_CONNECTIONS,
    resolutionSeconds,
    quick,
    deep,
    worstCaseSeconds: CONNECTING_SECONDS + passes * (maxIdleSeconds + PROVING_SECONDS),
  };
}
