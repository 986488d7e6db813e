// More than one machine on one IPv4 address: every ARP packet moves the neighbours' cache to its sender (RFC 826), so
// traffic flips between the owners (RFC 5227 section 1.2.1).

import type { EvidenceOf } from '../../evidence.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import {
  type ArpClaims,
  type ClaimantProof,
  groupAndMembers,
  joinNames,
  nameOf,
  type Ownership,
  ownershipOf,
  type Party,
  partiesOf,
  plural,
  vlanName,
  whatWasMissed,
} from '../ownership.ts';
import { judgeRivals } from '../rivalry.ts';
import { weighSweep } from '../whole-network.ts';

export const duplicateIp = defineRule({
  cause: 'duplicate-ip',
  speaksOf: ['host', 'network'],
  needs: ['arp-claims', 'arp-sweep'],
  /** Nothing is said of our own addresses here: that is own-address-conflict. */
  weigh(subject) {
    const others = ofKind(subject, 'arp-claims').filter(({ ownMac }) => ownMac === null);
    const opinions = weighAddresses(others, ofKind(subject, 'claimant-proof'));
    if (subject.kind === 'host') return opinions.map((opinion) => withEffect(opinion, ofKind(subject, 'route')));
    const suspects = opinions.filter(({ verdict }) => verdict !== 'ruled-out' && verdict !== 'unknown');
    const notSeen = opinions.filter(({ verdict }) => verdict === 'unknown');
    return [
      ...suspects.filter(({ subject: ip }) => !subject.apart.has(ip)),
      ...ofKind(subject, 'arp-sweep').map((sweep) => weighSweep(subject, sweep, suspects.length, notSeen.length)),
    ];
  },
});

/** What happens to a gateway happens to every session that passes it. */
function withEffect(opinion: Opinion, routes: readonly EvidenceOf<'route'>[]): Opinion {
  const behind = routes.filter(({ gateway }) => gateway === opinion.subject).map(({ host }) => host);
  const isConflict = opinion.verdict === 'confirmed' || opinion.verdict === 'likely';
  if (behind.length === 0 || !isConflict) return opinion;
  const effect = `sessions to ${joinNames(behind.sort())}, as everything beyond this gateway, freeze or are reset whenever packets reach the other machine`;
  return { ...opinion, effect };
}

/** Opinions on addresses, each seen once or several times (asked for by itself and in a sweep). */
function weighAddresses(asked: readonly ArpClaims[], proofs: readonly ClaimantProof[]): Opinion[] {
  const byIp = new Map<string, Ownership[]>();
  for (const item of asked) {
    byIp.set(item.ip, [...(byIp.get(item.ip) ?? []), ownershipOf(item, proofOf(item, proofs))]);
  }
  return [...byIp.values()].map((seen) => {
    // The measurement that heard the most owners is the one to go by; a proof, then the smaller id breaks ties in any order.
    const [most] = seen.sort(
      (a, b) =>
        partiesOf(b).length - partiesOf(a).length ||
        Number(b.proof !== null) - Number(a.proof !== null) ||
        (a.evidence.id < b.evidence.id ? -1 : 1),
    );
    return weighAddress(most as Ownership);
  });
}

/** A proof is of the moment and the network in which it was made: a capture is of others. */
function proofOf(
  { ip, source, interface: name, claims }: ArpClaims,
  proofs: readonly ClaimantProof[],
): ClaimantProof | null {
  if (source !== 'probes') return null;
  const known = ({ claimants }: ClaimantProof): number =>
    claimants.filter(({ mac }) => claims.some((claim) => claim.mac === mac)).length;
  const [most] = proofs
    .filter((proof) => proof.ip === ip && proof.interface === name && known(proof) > 1)
    .sort((a, b) => known(b) - known(a) || (a.id < b.id ? -1 : 1));
  return most ?? null;
}

function weighAddress(ownership: Ownership): Opinion {
  const circle = groupAndMembers(ownership);
  if (circle !== null && circle.members.length > 0)
    return weighGroupAndMembers(ownership, circle.group, circle.members);
  const [party, ...others] = partiesOf(ownership);
  if (party === undefined) return weighNobody(ownership);
  return others.length > 0 ? weighRivals(ownership) : weighSoleOwner(ownership, party);
}

function base({ evidence: { id, ip } }: Ownership): Pick<Opinion, 'subject' | 'because' | 'advice' | 'missing'> {
  return { subject: ip, because: [id], advice: [], missing: [] };
}

/** Nobody claims it, or nobody who could be its owner. */
function weighNobody(ownership: Ownership): Opinion {
  const { evidence, proxies, foreign } = ownership;
  const { ip, source, interface: name } = evidence;
  const opinion = { ...base(ownership), verdict: 'unknown' as const };
  if (proxies.length > 0) {
    return {
      ...opinion,
      summary: `Only ${joinNames(proxies.map(nameOf))} ${plural(proxies.length, 'answers', 'answer')} for ${ip}, and for addresses that nobody has as well (proxy ARP): who has it can't be seen from here.`,
      missing: ['run netcheck in the network behind the proxy'],
    };
  }
  const where = name === null ? '' : ` on ${name}`;
  const nobody = source === 'probes' ? `Nobody answered for ${ip}${where}` : `Nobody was heard to claim ${ip}${where}`;
  const inOtherVlan = foreign.length > 0 ? notOwners(ownership) : '';
  return {
    ...opinion,
    summary: `${nobody}, so there is nothing to compare.${inOtherVlan}`,
    missing: [
      source === 'probes'
        ? `switch the machine on and repeat: sudo netcheck --dup-ip ${ip}`
        : `ask for it: sudo netcheck --dup-ip ${ip}`,
    ],
  };
}

/** One machine, one group, or those that the user expects. */
function weighSoleOwner(ownership: Ownership, party: Party): Opinion {
  const { evidence, groups, expected, proxies } = ownership;
  const { ip, source } = evidence;
  const opinion = base(ownership);
  const names = joinNames(party.map(nameOf));
  const many = party.length;
  const aside = notOwners(ownership);
  const missed = whatWasMissed(evidence);
  if (missed !== null) {
    const summary = `Only ${names} ${plural(many, 'was', 'were')} heard for ${ip}, but ${missed}: a second one may have been missed.`;
    return { ...opinion, verdict: 'unknown', summary, missing: [`repeat: sudo netcheck --dup-ip ${ip}`] };
  }
  if (source !== 'probes' && (evidence.elsewhere !== undefined || !sawQuestionsAnswered(ownership))) {
    const summary = `Only ${names} ${plural(many, 'was', 'were')} heard to claim ${ip}: another machine that has it may have kept silent.${aside}`;
    return { ...opinion, verdict: 'unknown', summary, missing: [`ask for it: sudo netcheck --dup-ip ${ip}`] };
  }
  const [group] = groups;
  if (group !== undefined) {
    const macs = joinNames(groups.map(({ mac }) => mac));
    const summary = `${ip} belongs to a ${GROUP_NAMES[group.role]} (${macs}), which share it on purpose.${aside}`;
    return { ...opinion, verdict: 'ruled-out', summary };
  }
  if (expected.length > 0) {
    const summary = `${names} ${plural(many, 'answers', 'answer')} for ${ip}, as you expect.${aside}`;
    return { ...opinion, verdict: 'ruled-out', summary };
  }
  if (evidence.expected !== null) {
    return {
      ...opinion,
      verdict: 'likely',
      summary: `Only ${names} answers for ${ip}, and it is not who you expect there (${joinNames(evidence.expected)}).${aside}`,
      advice: [
        `Find out which machine that is: look up ${joinNames(party.map(({ mac }) => mac))} in the switch's address table, or in the DHCP server's leases. If it is in its place, name it with --expect.`,
      ],
    };
  }
  const inItsOwnName = proxies.length > 0 ? ' in its own name' : '';
  return { ...opinion, verdict: 'ruled-out', summary: `Only ${names} answers for ${ip}${inItsOwnName}.${aside}` };
}

/** As often as netcheck itself asks. */
const ENOUGH_ROUNDS = 3;

/** A capture in which the address was asked for in several rounds and the answers came is as good as asking. */
function sawQuestionsAnswered({ evidence: { source, claims }, foreign }: Ownership): boolean {
  const answers = claims.filter((claim) => claim.via === 'reply' && !foreign.includes(claim));
  const rounds = answers.flatMap((claim) => claim.rounds);
  return source === 'capture' && new Set(rounds.filter((round) => round > 0)).size >= ENOUGH_ROUNDS;
}

/** Claims that were heard and do not count, with the reason. */
function notOwners({ proxies, foreign, vlan, evidence: { elsewhere = [] } }: Ownership): string {
  const proxy = `${joinNames(proxies.map(({ mac }) => mac))} ${plural(proxies.length, 'answers', 'answer')} too, but for addresses that nobody has as well (proxy ARP).`;
  const tags = foreign.map((claim) => `${claim.mac} (${vlanName(claim)})`);
  const other = `${joinNames(tags)} ${plural(foreign.length, 'was', 'were')} heard from another VLAN: that is another network's address.`;
  const home = vlan === null ? '' : ` That is ${vlan}.`;
  const apart = ` ${joinNames(elsewhere)} ${plural(elsewhere.length, 'was', 'were')} heard on another interface, where nothing shows that it is the same network: no conflict with ${plural(elsewhere.length, 'it', 'them')} if it is not.`;
  return [
    home,
    proxies.length > 0 ? ` ${proxy}` : '',
    foreign.length > 0 ? ` ${other}` : '',
    elsewhere.length > 0 ? apart : '',
  ].join('');
}

const GROUP_NAMES: Readonly<Record<ArpClaims['claims'][number]['role'], string>> = {
  vrrp: 'VRRP or CARP group of routers',
  hsrp: 'HSRP group of routers',
  glbp: 'GLBP group of routers',
  'ms-nlb': 'cluster of Microsoft Network Load Balancing nodes',
  station: 'machine',
};

/** A group and cards beside it: mostly the router that speaks for the group, under its own MAC too. */
function weighGroupAndMembers(ownership: Ownership, group: Party, members: Party): Opinion {
  const { ip } = ownership.evidence;
  const [first] = group;
  const role = GROUP_NAMES[first?.role ?? 'station'];
  const count = members.length;
  const macs = joinNames(members.map(({ mac }) => mac));
  return {
    ...base(ownership),
    verdict: 'possible',
    summary: `${ip} belongs to a ${role} (${joinNames(group.map(({ mac }) => mac))}), and ${joinNames(members.map(nameOf))} ${plural(count, 'has', 'have')} it too: no conflict if ${plural(count, 'that is a member', 'those are members')} of the group, one if ${plural(count, 'it is', 'one of them is')} not.${notOwners(ownership)}`,
    missing: [`compare ${macs} with the MACs of the members of that group`],
  };
}

function weighRivals(ownership: Ownership): Opinion {
  const { evidence, proof, expected } = ownership;
  const { ip } = evidence;
  const parties = partiesOf(ownership);
  const { verdict, summary, missing, advice: first = [] } = judgeRivals(ownership, parties);
  const because = ids([evidence, ...(proof === null ? [] : [proof])]);
  const aside = notOwners(ownership);
  const missed = whatWasMissed(evidence);
  if (verdict === 'ruled-out' && missed !== null) {
    const doubt = `${summary} But ${missed}: another one may have been missed.${aside}`;
    const again = [`repeat: sudo netcheck --dup-ip ${ip}`];
    return { ...base(ownership), because, verdict: 'unknown', summary: doubt, missing: again };
  }
  const isConflict = verdict === 'confirmed' || verdict === 'likely';
  const wanted = expected.length > 0 ? ` You expect ${joinNames(expected.map(({ mac }) => mac))} there.` : '';
  const macs = joinNames(parties.flat().map(({ mac }) => mac));
  const advice = [
    ...first,
    'No keepalive or sshd setting helps: packets of one session reach two machines in turn, and the one that does not know the session resets it.',
    ...(proof === null ? [] : whatSessionsMeet(proof)),
    `Find the other machine: look up ${macs} in the switch's address table (on many: show mac address-table address <mac>), or in the DHCP server's leases.`,
    `Give one of them another address: a static address inside the DHCP range is the usual reason. Then repeat: sudo netcheck --dup-ip ${ip}`,
  ];
  return {
    ...base(ownership),
    verdict,
    because,
    summary: `${summary}${wanted}${aside}`,
    advice: isConflict ? advice : [],
    missing,
  };
}

/** What becomes of an ssh session, by the machine that a neighbour's entry points to; nothing where none serves that port. */
function whatSessionsMeet({ port, claimants }: ClaimantProof): string[] {
  if (claimants.every(({ outcome }) => outcome !== 'open')) return [];
  const met = claimants.map(({ mac, outcome, banner }) => {
    if (outcome !== 'open') return `at ${mac} they ${outcome === 'refused' ? 'are refused' : 'get no answer'}`;
    return `at ${mac} they reach ${banner ?? 'a server'}`;
  });
  const keys = new Set(claimants.flatMap(({ hostKey }) => (hostKey === null ? [] : [hostKey.fingerprint])));
  const warning = keys.size > 1 ? ', and to new ones ssh says REMOTE HOST IDENTIFICATION HAS CHANGED' : '';
  return [
    `What connections to port ${port} meet: ${joinNames(met)}. When a neighbour's entry flips from one to the other, open sessions freeze or are reset${warning}.`,
  ];
}
