// More than one machine on one IPv4 address: every ARP packet moves the neighbours' cache to its sender (RFC 826), so
// traffic flips between the owners (RFC 5227 section 1.2.1).

import type { ArpClaim, EvidenceOf } from '../../evidence.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import type { Subject } from '../subject.ts';

type ArpClaims = EvidenceOf<'arp-claims'>;

export const duplicateIp = defineRule({
  cause: 'duplicate-ip',
  speaksOf: ['host', 'network'],
  needs: ['arp-claims', 'arp-sweep'],
  weigh(subject) {
    const asked = ofKind(subject, 'arp-claims');
    if (subject.kind === 'host') return weighAddresses(asked);
    const suspects = weighAddresses(asked).filter(({ verdict }) => verdict !== 'ruled-out' && verdict !== 'unknown');
    return [
      ...suspects.filter(({ subject: ip }) => !subject.apart.has(ip)),
      ...ofKind(subject, 'arp-sweep').map((sweep) => weighSweep(subject, sweep, suspects.length)),
    ];
  },
});

/** Opinions on addresses, each seen once or several times (asked for by itself and in a sweep). */
function weighAddresses(asked: readonly ArpClaims[]): Opinion[] {
  const byIp = new Map<string, ArpClaims[]>();
  for (const item of asked) byIp.set(item.ip, [...(byIp.get(item.ip) ?? []), item]);
  return [...byIp.values()].map((items) => {
    // The measurement that heard the most owners is the one to go by; the smaller id breaks ties in any order.
    const [most] = items.sort((a, b) => owners(b).length - owners(a).length || (a.id < b.id ? -1 : 1));
    return weighAddress(most as ArpClaims);
  });
}

function weighAddress(evidence: ArpClaims): Opinion {
  const { ip, claims } = evidence;
  const opinion = { subject: ip, because: [evidence.id], advice: [], missing: [] };
  if (owners(evidence).length === 0) {
    return {
      ...opinion,
      verdict: 'unknown',
      summary: `Nobody answered for ${ip} on ${evidence.interface}, so there is nothing to compare.`,
      missing: [`switch the machine on and repeat: sudo netcheck --dup-ip ${ip}`],
    };
  }
  if (isShared(evidence)) return weighShared(evidence);
  if (!evidence.complete || evidence.kernelDrops > 0) {
    const why = evidence.complete ? `${evidence.kernelDrops} frames were lost unread` : 'listening was cut short';
    return {
      ...opinion,
      verdict: 'unknown',
      summary: `One machine answered for ${ip}, but ${why}: a second one may have been missed.`,
      missing: [`repeat: sudo netcheck --dup-ip ${ip}`],
    };
  }
  const virtual = claims.find(({ role }) => role !== 'station');
  const station = claims.find(({ role }) => role === 'station');
  if (virtual && (station || evidence.ownMac !== null)) return weighRouterAndStation(evidence, virtual, station);
  const who =
    evidence.ownMac !== null
      ? `Nobody else answers for ${ip}, which is this machine's own address`
      : virtual
        ? `${ip} belongs to a ${virtual.role.toUpperCase()} group of routers (${joinNames(claims.map(({ mac }) => mac))}), which share it on purpose`
        : `Only ${nameOf(claims[0] as ArpClaim)} answers for ${ip}`;
  return { ...opinion, verdict: 'ruled-out', summary: `${who}.` };
}

/** A redundancy group and one card beside it: mostly the router that speaks for the group, under its own MAC too. */
function weighRouterAndStation(evidence: ArpClaims, virtual: ArpClaim, station: ArpClaim | undefined): Opinion {
  const { ip } = evidence;
  const mac = station?.mac ?? evidence.ownMac;
  const name = station ? nameOf(station) : `this machine (${mac})`;
  return {
    subject: ip,
    verdict: 'possible',
    because: ids([evidence]),
    summary: `${ip} belongs to a ${virtual.role.toUpperCase()} group of routers (${virtual.mac}), and ${name} has it too: no conflict if that is a router of the group, one if it is not.`,
    advice: [],
    missing: [`compare ${mac} with the MACs of the routers in that group`],
  };
}

function weighShared(evidence: ArpClaims): Opinion {
  const { ip } = evidence;
  const all = owners(evidence);
  const [first, second] = takeover(evidence) ?? [];
  const others = evidence.claims.map(({ mac }) => mac);
  const names = evidence.claims.map(nameOf);
  if (evidence.ownMac !== null) names.unshift(`this machine (${evidence.ownMac})`);
  const takenOver = first !== undefined && second !== undefined;
  const seenTwice = evidence.claims.every(({ count }) => count > 1);
  const summary = takenOver
    ? `${ip} moved from ${nameOf(first)} to ${nameOf(second)} ${second.firstSeconds.toFixed(1)} s after the first question: a takeover, or two machines of which one fell silent.`
    : `${all.length} machines answer for ${ip}: ${joinNames(names)}.`;
  return {
    subject: ip,
    verdict: takenOver || !seenTwice ? 'likely' : 'confirmed',
    because: ids([evidence]),
    summary,
    advice: [
      'No keepalive or sshd setting helps: packets of one session reach two machines in turn, and the one that does not know the session resets it.',
      `Find the other machine: look up ${joinNames(others)} in the switch's address table (on many: show mac address-table address <mac>), or in the DHCP server's leases.`,
      'If both turn out to be cards of one machine in this LAN (ARP flux, a bond), it is no conflict: set net.ipv4.conf.all.arp_ignore=1 and arp_announce=2 there.',
      `Give one of them another address: a static address inside the DHCP range is the usual reason. Then repeat: sudo netcheck --dup-ip ${ip}`,
    ],
    missing: takenOver || !seenTwice ? [`a longer look tells more: sudo netcheck --dup-ip ${ip} --wait 10s`] : [],
  };
}

/** The two owners when one was heard only in rounds before the other's first; null otherwise. */
function takeover({ claims }: ArpClaims): readonly [ArpClaim, ArpClaim] | null {
  if (claims.length !== 2) return null;
  const [a, b] = [...claims].sort((x, y) => x.firstSeconds - y.firstSeconds) as [ArpClaim, ArpClaim];
  return Math.max(...a.rounds) < Math.min(...b.rounds) ? [a, b] : null;
}

/**
 * Owners that can't be one: a redundancy group counts once together with one station, which may be its router; GLBP gives
 * one address several MACs by design.
 */
function owners({ claims, ownMac }: ArpClaims): string[] {
  const macsOf = (wanted: (claim: ArpClaim) => boolean): string[] => claims.filter(wanted).map(({ mac }) => mac);
  const stations = [...(ownMac === null ? [] : [ownMac]), ...macsOf(({ role }) => role === 'station')];
  const glbp = macsOf(({ role }) => role === 'glbp').slice(0, 1);
  const groups = [...glbp, ...macsOf(({ role }) => role === 'vrrp' || role === 'hsrp')];
  return groups.length === 1 && stations.length <= 1 ? groups : [...stations, ...groups];
}

function isShared(evidence: ArpClaims): boolean {
  const claimed = evidence.claims.length > 0 || evidence.ownMac === null;
  return claimed && owners(evidence).length > 1;
}

function nameOf({ mac, vendor }: ArpClaim): string {
  return vendor === null ? mac : `${mac} (${vendor})`;
}

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function weighSweep(subject: Subject, sweep: EvidenceOf<'arp-sweep'>, suspects: number): Opinion {
  const base = { subject: subject.label, because: [sweep.id], advice: [] };
  const answered = `${sweep.addressesAnswered} of ${sweep.addressesAsked} addresses answered`;
  if (!sweep.complete || sweep.kernelDrops > 0) {
    const why = sweep.complete ? `${sweep.kernelDrops} frames were lost unread` : 'it was cut short';
    return {
      ...base,
      verdict: 'unknown',
      summary: `The sweep of ${subject.label} is not complete: ${why} (${answered}).`,
      missing: [`repeat: sudo netcheck --dup-ip ${subject.label}`],
    };
  }
  if (sweep.addressesAnswered === 0) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `None of the ${sweep.addressesAsked} addresses of ${subject.label} answered on ${sweep.interface}.`,
      missing: ['check that this is the right network and interface (-i)'],
    };
  }
  const others = suspects === 0 ? 'each has one owner' : 'each of the others has one owner';
  return { ...base, verdict: 'ruled-out', summary: `In ${subject.label} ${answered}; ${others}.`, missing: [] };
}
