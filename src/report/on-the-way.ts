// What a page leaves out: of machines that were only asked by ARP because they are on the way to another one, nobody wonders
// how long they let a session idle. JSON and --plain leave nothing out.

import type { Cause } from '../diagnose/cause.ts';
import type { Evidence } from '../evidence.ts';
import type { Report } from './report.ts';

/**
 * Of a cause that was not measured: whether that is about a gateway, or about this machine, of which one answer is enough. The
 * report is looked through once, not for each of its causes.
 */
export function besideThePoint({ evidence, causes }: Report): (cause: Cause) => boolean {
  const passed = onTheWay(evidence);
  const isOwnKnown = causes.some(({ cause, verdict }) => cause === 'own-address-conflict' && verdict !== 'unknown');
  return ({ cause, subject }) => passed.has(subject) || (cause === 'own-address-conflict' && isOwnKnown);
}

/** Addresses of which nothing but ARP was asked: this machine's own, and gateways. */
function onTheWay(evidence: readonly Evidence[]): ReadonlySet<string> {
  const measured = new Set(
    evidence.flatMap((item) =>
      'host' in item && 'address' in item && item.kind !== 'idle-enforcer' ? [item.address] : [],
    ),
  );
  const own = evidence.flatMap((item) => (item.kind === 'arp-claims' && item.ownMac !== null ? [item.ip] : []));
  const gateways = evidence.flatMap((item) => (item.kind === 'route' && item.gateway !== null ? [item.gateway] : []));
  return new Set([...own, ...gateways].filter((ip) => !measured.has(ip)));
}
