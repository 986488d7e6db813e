// More than one machine on one IPv4 address: every ARP packet moves the neighbours' cache to its sender (RFC 826), so
// traffic flips between the owners (RFC 5227 section 1.2.1).

import type { ArpClaim, EvidenceOf } from '../../evidence.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import {
  type ArpClaims,
  type ClaimantProof,
  joinNames,
  nameOf,
  type Ownership,
  ownershipOf,
  rivals,
  whatWasMissed,
} from '../ownership.ts';
import { judgeRivals } from '../rivalry.ts';
import type { Subject } from '../subject.ts';

export const duplicateIp = defineRule({
  cause: 'duplicate-ip',
  speaksOf: ['host', 'network'],
  needs: ['arp-claims', 'arp-sweep'],
  weigh(subject) {
    const others = ofKind(subject, 'arp-claims').filter(({ ownMac }) => ownMac === null);
    const opinions = weighAddresses(others, ofKind(subject, 'claimant-proof'));
    if (subject.kind === 'host') return opinions;
    const suspects = opinions.filter(({ verdict }) => verdict !== 'ruled-out' && verdict !== 'unknown');
    return [
      ...suspects.filter(({ subject: ip }) => !subject.apart.has(ip)),
      ...ofKind(subject, 'arp-sweep').map((sweep) => weighSweep(subject, sweep, suspects.length)),
    ];
  },
});

/** Opinions on addresses, each seen once or several times (asked for by itself and in a sweep). */
function weighAddresses(asked: readonly ArpClaims[], proofs: readonly ClaimantProof[]): Opinion[] {
  const byIp = new Map<string, Ownership[]>();
  for (const item of asked) {
    const proof = proofs.find(({ ip }) => ip === item.ip) ?? null;
    byIp.set(item.ip, [...(byIp.get(item.ip) ?? []), ownershipOf(item, proof)]);
  }
  return [...byIp.values()].map((seen) => {
    // The measurement that heard the most owners is the one to go by; the smaller id breaks ties in any order.
    const [most] = seen.sort((a, b) => rivals(b).length - rivals(a).length || (a.evidence.id < b.evidence.id ? -1 : 1));
    return weighAddress(most as Ownership);
  });
}

function weighAddress(ownership: Ownership): Opinion {
  const { evidence, proxies, stations, groups, expected } = ownership;
  const { ip } = evidence;
  const opinion = { subject: ip, because: [evidence.id], advice: [], missing: [] };
  const contenders = rivals(ownership);
  if (contenders.length > 1) return weighRivals(ownership, contenders);
  const again = [`repeat: sudo netcheck --dup-ip ${ip}`];
  if (contenders.length === 0) {
    const summary =
      proxies.length > 0
        ? `Only ${joinNames(proxies.map(nameOf))} answers for ${ip}, and for addresses that nobody has as well (proxy ARP): who has it can't be seen from here.`
        : `${nobodyClaims(ownership)}, so there is nothing to compare.`;
    const missing = proxies.length > 0 ? ['run netcheck in the network behind the proxy'] : [silenceHint(evidence)];
    return { ...opinion, verdict: 'unknown', summary, missing };
  }
  const missed = whatWasMissed(evidence);
  if (missed !== null) {
    const summary = `One machine answered for ${ip}, but ${missed}: a second one may have been missed.`;
    return { ...opinion, verdict: 'unknown', summary, missing: again };
  }
  const [group] = groups;
  const [station] = stations;
  if (group && station) return weighRouterAndStation(evidence, group, station);
  const aside = notOwners(ownership);
  if (group) {
    const macs = joinNames(groups.map(({ mac }) => mac));
    const summary = `${ip} belongs to a ${sharedBy(group)} (${macs}), which share it on purpose.${aside}`;
    return { ...opinion, verdict: 'ruled-out', summary };
  }
  if (station === undefined) {
    const summary = `${joinNames(expected.map(nameOf))} ${expected.length === 1 ? 'answers' : 'answer'} for ${ip}, as you expect.${aside}`;
    return { ...opinion, verdict: 'ruled-out', summary };
  }
  if (evidence.expected !== null) {
    const summary = `Only ${nameOf(station)} answers for ${ip}, and it is not who you expect there (${joinNames(evidence.expected)}).${aside}`;
    return {
      ...opinion,
      verdict: 'possible',
      summary,
      missing: ['find out which machine that is, or correct --expect'],
    };
  }
  const verb = evidence.source === 'probes' ? 'answers for' : 'was heard to claim';
  return { ...opinion, verdict: 'ruled-out', summary: `Only ${nameOf(station)} ${verb} ${ip}.${aside}` };
}

function nobodyClaims({ evidence: { ip, source, interface: name } }: Ownership): string {
  return source === 'probes' ? `Nobody answered for ${ip} on ${name}` : `Nobody was heard to claim ${ip}`;
}

function silenceHint({ ip, source }: ArpClaims): string {
  return source === 'probes'
    ? `switch the machine on and repeat: sudo netcheck --dup-ip ${ip}`
    : `ask for it: sudo netcheck --dup-ip ${ip}`;
}

/** Claims that were heard and do not count, with the reason. */
function notOwners({ proxies, foreign }: Ownership): string {
  const proxy = `${joinNames(proxies.map(({ mac }) => mac))} answers too, but for addresses that nobody has as well (proxy ARP).`;
  const tags = foreign.map(({ mac, vlanId }) => `${mac} (VLAN ${vlanId})`);
  const other = `${joinNames(tags)} was heard from another VLAN: that is another network's address.`;
  return [proxies.length > 0 ? ` ${proxy}` : '', foreign.length > 0 ? ` ${other}` : ''].join('');
}

const GROUP_NAMES: Readonly<Record<ArpClaim['role'], string>> = {
  vrrp: 'VRRP or CARP group of routers',
  hsrp: 'HSRP group of routers',
  glbp: 'GLBP group of routers',
  'ms-nlb': 'cluster of Microsoft Network Load Balancing nodes',
  station: 'machine',
};

function sharedBy({ role }: ArpClaim): string {
  return GROUP_NAMES[role];
}

/** A group and one card beside it: mostly the router that speaks for the group, under its own MAC too. */
function weighRouterAndStation(evidence: ArpClaims, group: ArpClaim, station: ArpClaim): Opinion {
  const { ip } = evidence;
  return {
    subject: ip,
    verdict: 'possible',
    because: [evidence.id],
    summary: `${ip} belongs to a ${sharedBy(group)} (${group.mac}), and ${nameOf(station)} has it too: no conflict if that is a member of the group, one if it is not.`,
    advice: [],
    missing: [`compare ${station.mac} with the MACs of the members of that group`],
  };
}

function weighRivals(ownership: Ownership, contenders: readonly ArpClaim[]): Opinion {
  const { evidence, proof } = ownership;
  const { ip } = evidence;
  const { verdict, summary, missing } = judgeRivals(ownership, contenders);
  const isConflict = verdict === 'confirmed' || verdict === 'likely';
  const macs = contenders.map(({ mac }) => mac);
  const advice = [
    'No keepalive or sshd setting helps: packets of one session reach two machines in turn, and the one that does not know the session resets it.',
    ...(proof === null ? [] : [whatSessionsMeet(proof)]),
    `Find the other machine: look up ${joinNames(macs)} in the switch's address table (on many: show mac address-table address <mac>), or in the DHCP server's leases.`,
    `Give one of them another address: a static address inside the DHCP range is the usual reason. Then repeat: sudo netcheck --dup-ip ${ip}`,
  ];
  return {
    subject: ip,
    verdict,
    because: ids([evidence, ...(proof === null ? [] : [proof])]),
    summary: `${summary}${notOwners(ownership)}`,
    advice: isConflict ? advice : [],
    missing,
  };
}

/** What becomes of an ssh session, by the machine that a neighbour's entry points to. */
function whatSessionsMeet({ port, claimants }: ClaimantProof): string {
  const met = claimants.map(({ mac, outcome, banner, hostKey }) => {
    if (outcome !== 'open') return `at ${mac} they ${outcome === 'refused' ? 'are refused' : 'get no answer'}`;
    const server = banner === null ? 'a server' : banner;
    return `at ${mac} they reach ${server}${hostKey === null ? '' : ` with the key ${hostKey.fingerprint}`}`;
  });
  return `What connections to port ${port} meet: ${joinNames(met)}. When a neighbour's entry flips from one to the other, open sessions freeze or are reset.`;
}

function weighSweep(subject: Subject, sweep: EvidenceOf<'arp-sweep'>, suspects: number): Opinion {
  const base = { subject: subject.label, because: [sweep.id], advice: [] };
  const { addressesAsked, addressesAnswered } = sweep;
  const answered =
    addressesAsked === null
      ? `${addressesAnswered} ${addressesAnswered === 1 ? 'address was' : 'addresses were'} heard of`
      : `${addressesAnswered} of ${addressesAsked} addresses answered`;
  const missed = whatWasMissed(sweep);
  if (missed !== null) {
    return {
      ...base,
      verdict: 'unknown',
      summary: `The picture of ${subject.label} is not complete: ${missed} (${answered}).`,
      missing: ['repeat it'],
    };
  }
  if (addressesAnswered === 0) {
    const where = sweep.interface === null ? '' : ` on ${sweep.interface}`;
    return {
      ...base,
      verdict: 'unknown',
      summary:
        addressesAsked === null
          ? `Nobody was heard to claim an address${where} (${sweep.frames ?? 0} ARP frames).`
          : `None of the ${addressesAsked} addresses of ${subject.label} answered${where}.`,
      missing: ['check that this is the right network and interface (-i)'],
    };
  }
  const others = suspects === 0 ? 'each has one owner' : 'each of the others has one owner';
  const summary =
    addressesAsked === null
      ? `In ${subject.label} ${answered}; ${others}, as far as was heard.`
      : `In ${subject.label} ${answered}; ${others}.`;
  return { ...base, verdict: 'ruled-out', summary, missing: [] };
}
