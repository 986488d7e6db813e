// What a page leaves out: of machines that were only asked by ARP because they are on the way to another one, nobody wonders
// how long they let a session idle. JSON and --plain leave nothing out.

import type { Cause } from '../diagnose/cause.ts';
import type { Evidence } from '../evidence.ts';
import type { Report } from './report.ts';

/** The report without what nobody asked about this machine's own addresses and about gateways. */
export function aboutWhatWasAsked(report: Report): Report {
  const onTheWay = besides(report.evidence);
  const isOwnSettled = report.causes.some(
    ({ cause, verdict }) => cause === 'own-address-conflict' && verdict !== 'unknown',
  );
  const isIdle = ({ cause, subject, verdict, because }: Cause): boolean =>
    verdict === 'unknown' &&
    because.length === 0 &&
    (onTheWay.has(subject) || (cause === 'own-address-conflict' && isOwnSettled));
  return { ...report, causes: report.causes.filter((cause) => !isIdle(cause)) };
}

/** Addresses of which nothing but ARP was asked: this machine's own, and gateways. */
function besides(evidence: readonly Evidence[]): ReadonlySet<string> {
  const measured = new Set(
    evidence.flatMap((item) =>
      'host' in item && 'address' in item && item.kind !== 'idle-enforcer' ? [item.address] : [],
    ),
  );
  const own = evidence.flatMap((item) => (item.kind === 'arp-claims' && item.ownMac !== null ? [item.ip] : []));
  const gateways = evidence.flatMap((item) => (item.kind === 'route' && item.gateway !== null ? [item.gateway] : []));
  return new Set([...own, ...gateways].filter((ip) => !measured.has(ip)));
}
