// What shows that a host is there at all, whatever becomes of one port of it.

import type { Evidence, EvidenceOf } from '../evidence.ts';
import { ofKind } from './define-rule.ts';
import { ownershipOf, partiesOf } from './ownership.ts';
import type { Subject } from './subject.ts';

/** A capture is of another day, and who only listens may hear nothing of a machine that is well. */
export function askedByArp(subject: Subject): EvidenceOf<'arp-claims'>[] {
  return ofKind(subject, 'arp-claims').filter(({ ownMac, source }) => ownMac === null && source === 'probes');
}

/** What shows that the host is there; what came back of large echo requests, where nothing else does. */
export function aliveBy(subject: Subject): Evidence[] {
  const shown = [
    ...ofKind(subject, 'path').filter(({ reached }) => reached),
    ...askedByArp(subject).filter(isThere),
    ...ofKind(subject, 'echo').filter(({ received }) => received > 0),
    ...ofKind(subject, 'tcp-connect').filter(({ outcome }) => ['open', 'refused', 'closed'].includes(outcome)),
  ];
  return shown.length > 0 ? shown : ofKind(subject, 'path-mtu').filter(({ passed }) => passed !== null);
}

/** Proxies answer for machines that are gone, and another VLAN's machine is another one. */
function isThere(claims: EvidenceOf<'arp-claims'>): boolean {
  return partiesOf(ownershipOf(claims, null)).length > 0;
}
