// What a sweep says of its network as a whole; addresses that are contested have opinions of their own.

import type { EvidenceOf } from '../evidence.ts';
import type { Opinion } from './define-rule.ts';
import { plural, whatWasMissed } from './ownership.ts';
import type { Subject } from './subject.ts';

/** `suspects` of its addresses may be shared; of the owners of `notSeen` nothing can be said (a proxy, another VLAN). */
export function weighSweep(
  subject: Subject,
  sweep: EvidenceOf<'arp-sweep'>,
  suspects: number,
  notSeen: number,
): Opinion {
  const { addressesAsked, addressesAnswered } = sweep;
  const unknown = (summary: string, missing: string): Opinion => {
    const base = { subject: subject.label, because: [sweep.id], advice: [] };
    return { ...base, verdict: 'unknown', summary, missing: [missing] };
  };
  const missed = whatWasMissed(sweep);
  if (missed !== null) {
    return unknown(`The picture of ${subject.label} is not complete: ${missed} (${answered(sweep)}).`, 'repeat it');
  }
  const none = suspects === 0 ? 'none' : 'none of the others';
  if (addressesAsked === null) return unknown(...overheard(subject, sweep, none));
  if (addressesAnswered === 0) {
    const where = sweep.interface === null ? '' : ` on ${sweep.interface}`;
    return unknown(
      `None of the ${addressesAsked} addresses of ${subject.label} answered${where}.`,
      'check that this is the right network and interface (-i)',
    );
  }
  const proxied = notSeen === 0 ? '' : `; who has ${notSeen} of them can't be seen from here (proxy ARP, another VLAN)`;
  const summary = `In ${subject.label} ${answered(sweep)}; ${none} is shared by two machines${proxied}.`;
  if (notSeen >= addressesAnswered) return unknown(summary, 'run netcheck in the network behind the proxy');
  return { subject: subject.label, verdict: 'ruled-out', because: [sweep.id], summary, advice: [], missing: [] };
}

/** Who only listens can't rule anything out: the second machine may have kept silent. */
function overheard(
  { label }: Subject,
  sweep: EvidenceOf<'arp-sweep'>,
  none: string,
): [summary: string, missing: string] {
  const where = sweep.interface === null ? '' : ` on ${sweep.interface}`;
  const frames = `${sweep.frames ?? 0} ARP ${plural(sweep.frames ?? 0, 'frame', 'frames')}`;
  const malformed = sweep.malformedFrames === 0 ? '' : `, and ${sweep.malformedFrames} cut short or malformed`;
  // Who has it in each of several networks of a capture has a row of its own.
  const apart = sweep.inventory.length > sweep.addressesAnswered ? ' at one interface' : '';
  const summary =
    sweep.addressesAnswered === 0
      ? `Nobody was heard to claim an address${where} (${frames}${malformed}).`
      : `In ${label} ${answered(sweep)}; ${none} was heard from two machines${apart}, and who kept silent was not heard.`;
  return [summary, 'ask who has which address: sudo netcheck --dup-ip <network>'];
}

function answered({ addressesAsked, addressesAnswered }: EvidenceOf<'arp-sweep'>): string {
  if (addressesAsked === null) {
    return `${addressesAnswered} ${plural(addressesAnswered, 'address was', 'addresses were')} heard of`;
  }
  return `${addressesAnswered} of ${addressesAsked} ${plural(addressesAsked, 'address', 'addresses')} answered`;
}
