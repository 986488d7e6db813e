// What a check that was skipped would have measured, by the target that was typed: the labels of a command line must not hang on
// whether a name resolves today.

import { canonicalIp } from '../address/ip.ts';
import type { Evidence, EvidenceOf } from '../evidence.ts';
import {
  addressMetrics,
  arpSweepMetrics,
  connectMetrics,
  hopMetrics,
  hostMetrics,
  idleMetrics,
  type Metric,
  mtuMetrics,
  pingSweepMetrics,
} from './metric.ts';

const SSH_PORT = 22;

/** All null. `endpoint` of an idle timeout is the subject where it is known, and `evidence` what was seen beside it. */
export function skippedMetrics(
  { check, target }: EvidenceOf<'skipped'>,
  evidence: readonly Evidence[],
  endpoint: string | null,
): Metric[] {
  switch (check) {
    case 'ping':
      return isSweep(target) ? pingSweepMetrics(target) : hostMetrics(hostOf(target));
    case 'dup-ip':
      return duplicateMetrics(target);
    case 'listen':
      return arpSweepMetrics(target);
    case 'path':
      return [...hopMetrics(hostOf(target)), ...mtuMetrics(hostOf(target))];
    case 'idle-timeout': {
      const subject = endpoint ?? endpointOf(target, evidence);
      return [...connectMetrics(subject), ...idleMetrics(subject)];
    }
    case 'read':
    case 'mosh-ports':
      return [];
  }
}

/** Networks, ranges and lists. */
function isSweep(target: string): boolean {
  return /^-$|^@|, |\/(?!32$)|^[\d.]+-[\d.]*$|^the addresses given$/.test(target);
}

/** Addresses have figures of their own; what was swept has them together, under all its names. */
function duplicateMetrics(target: string): Metric[] {
  const labels = target.split(', ');
  const swept = labels.filter(isSweep).join(', ');
  const single = labels.filter((label) => !isSweep(label)).map((label) => label.replace(/\/32$/, ''));
  return [...single.flatMap((label) => addressMetrics(label)), ...(swept === '' ? [] : arpSweepMetrics(swept))];
}

const HOST_AND_PORT = /^(?:\[(.+)\]|([^:]+))(?::(\d+))?$/;

/** Without its port; addresses as evidence has them. */
function hostOf(target: string): string {
  const [, bracketed, plain] = HOST_AND_PORT.exec(target) ?? [];
  return canonicalIp((bracketed ?? plain ?? target).replace(/\/32$/, ''));
}

/** `host:port`. Of a login without a port, ssh's configuration knows it: the one that was tried, or else the usual one. */
function endpointOf(target: string, evidence: readonly Evidence[]): string {
  const destination = target.slice(target.lastIndexOf('@') + 1);
  const host = hostOf(destination);
  const port = HOST_AND_PORT.exec(destination)?.[3];
  if (port !== undefined) return `${host}:${port}`;
  const tried = evidence.find((item) => item.kind === 'tcp-connect' && item.host === host);
  return `${host}:${tried?.kind === 'tcp-connect' ? tried.port : SSH_PORT}`;
}
