// Another machine uses an address of this one: whoever of the neighbours heard it last sends it what is meant for us
// (RFC 5227 section 2.4).

import { CATALOG } from '../catalog.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { joinNames, nameOf, type Ownership, ownershipOf, plural, vlanName, whatWasMissed } from '../ownership.ts';

export const ownAddressConflict = defineRule({
  cause: 'own-address-conflict',
  speaksOf: ['host', 'network'],
  needs: ['arp-claims'],
  weigh(subject) {
    const own = ofKind(subject, 'arp-claims').filter(({ ownMac }) => ownMac !== null);
    if (own.length === 0) {
      const missing = [CATALOG['own-address-conflict'].measure(subject)];
      const summary = `None of this machine's own addresses was asked for with ${subject.label}.`;
      return [{ subject: subject.label, verdict: 'unknown', because: [], summary, advice: [], missing }];
    }
    const seen = own
      .filter(({ ip }) => subject.kind === 'host' || !subject.apart.has(ip))
      .map((evidence) => ownershipOf(evidence, null))
      .sort(
        (a, b) =>
          a.stations.length - b.stations.length ||
          a.evidence.claims.length - b.evidence.claims.length ||
          (a.evidence.id < b.evidence.id ? 1 : -1),
      );
    // Asked for by itself and in a sweep: the one that heard the most is the last, and the one to go by.
    return [...new Map(seen.map((ownership) => [ownership.evidence.ip, ownership])).values()].map(weighOwn);
  },
});

function weighOwn(ownership: Ownership): Opinion {
  const { evidence, stations, groups, proxies, expected, foreign } = ownership;
  const { ip, source, ownMac } = evidence;
  const opinion = { subject: ip, because: [evidence.id], advice: [], missing: [] };
  const onlyAsk = stations.every(({ via }) => via === 'request');
  if (groups.length > 0 && onlyAsk) {
    const shared = groups.map(({ mac }) => `${mac} (a MAC that routers or cluster nodes share)`);
    const others = joinNames([...shared, ...stations.map(nameOf)]);
    return {
      ...opinion,
      verdict: 'possible',
      summary: `${ip} is this machine's own address (${ownMac}), and ${others} ${plural(groups.length + stations.length, 'has', 'have')} it too: no conflict if this machine is one of that group.`,
      missing: ['see whether this machine takes part in VRRP, CARP, HSRP or load balancing'],
    };
  }
  if (evidence.unanswered && stations.length === 1) {
    const summary = `${joinNames(stations.map(nameOf))} has the address ${ip}, which this machine has too, but on another interface, and does not answer for here (arp_ignore): no conflict if they share it on purpose, as a load balancer and its servers do.`;
    return {
      ...opinion,
      verdict: 'possible',
      summary,
      missing: [`see whether this machine serves ${ip} for a load balancer or a cluster (LVS, kube-proxy)`],
    };
  }
  if (stations.length > 0) return weighTaken(ownership);
  if (proxies.length > 0) {
    const count = proxies.length;
    return {
      ...opinion,
      verdict: 'possible',
      summary: `${joinNames(proxies.map(nameOf))} ${plural(count, 'answers', 'answer')} for ${ip}, this machine's own address, but for addresses that nobody has as well: ${plural(count, 'a proxy', 'proxies')} (proxy ARP), no second owner. It can still make this machine believe that its address is taken.`,
      missing: ['switch proxy ARP off there, or leave this machine out of it'],
    };
  }
  const missed = whatWasMissed(evidence);
  if (missed !== null) {
    const summary = `Nobody else was heard to have ${ip}, but ${missed}.`;
    return { ...opinion, verdict: 'unknown', summary, missing: ['repeat: sudo netcheck --dup-ip self'] };
  }
  const but = [
    expected.length > 0 ? `, but ${joinNames(expected.map(({ mac }) => mac))}, as you expect` : '',
    foreign.length > 0
      ? ` (${joinNames(foreign.map((claim) => `${claim.mac} has it in ${vlanName(claim)}`))}, another network)`
      : '',
  ].join('');
  if (source !== 'probes') {
    const summary = `Nobody else was heard to claim ${ip}, which is this machine's own address${but}; another machine that has it may have kept silent.`;
    return { ...opinion, verdict: 'unknown', summary, missing: ['ask for it: sudo netcheck --dup-ip self'] };
  }
  const summary = `Nobody else answers for ${ip}, which is this machine's own address${but}.`;
  return { ...opinion, verdict: 'ruled-out', summary };
}

/** Sure where it was asked for, heard twice, and known not to be a proxy: overhearing tells nothing of canaries. */
function weighTaken({ evidence, stations }: Ownership): Opinion {
  const { ip, ownMac, source, unanswered } = evidence;
  const names = joinNames(stations.map(nameOf));
  const count = stations.length;
  const isWanted = stations.every(({ via }) => via === 'probe');
  const isSure =
    source === 'probes' &&
    !unanswered &&
    stations.some(({ via, count: times, canariesClaimed }) => via !== 'probe' && times > 1 && canariesClaimed !== null);
  const summary = isWanted
    ? `${names} ${plural(count, 'asks', 'ask')} whether ${ip} is free, which is this machine's own address (${ownMac}), and may be about to take it.`
    : `${names} ${plural(count, 'has', 'have')} the address ${ip} too, which is this machine's own (${ownMac}).`;
  return {
    subject: ip,
    verdict: isSure ? 'confirmed' : 'likely',
    because: [evidence.id],
    summary,
    advice: [
      'No keepalive or sshd setting helps: what neighbours send to this machine reaches the other one in turn.',
      `Find the other machine: look up ${joinNames(stations.map(({ mac }) => mac))} in the switch's address table (on many: show mac address-table address <mac>), or in the DHCP server's leases.`,
      `Give one of the two another address. This machine's: ip -4 address show to ${ip}. Then repeat: sudo netcheck --dup-ip self`,
    ],
    missing: isSure ? [] : [`a longer look tells more: sudo netcheck --dup-ip ${ip} --wait 10s`],
  };
}
