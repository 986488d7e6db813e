// Another machine uses an address of this one: whoever of the neighbours heard it last sends it what is meant for us
// (RFC 5227 section 2.4).

import { CATALOG } from '../catalog.ts';
import { defineRule, type Opinion, ofKind } from '../define-rule.ts';
import { joinNames, nameOf, type Ownership, ownershipOf, whatWasMissed } from '../ownership.ts';

export const ownAddressConflict = defineRule({
  cause: 'own-address-conflict',
  speaksOf: ['host', 'network'],
  needs: ['arp-claims'],
  weigh(subject) {
    const own = ofKind(subject, 'arp-claims').filter(({ ownMac }) => ownMac !== null);
    if (own.length > 0) return own.map((evidence) => weighOwn(ownershipOf(evidence, null)));
    const missing = [CATALOG['own-address-conflict'].measure(subject)];
    const summary = `None of this machine's own addresses was asked for with ${subject.label}.`;
    return [{ subject: subject.label, verdict: 'unknown', because: [], summary, advice: [], missing }];
  },
});

function weighOwn({ evidence, stations, groups, proxies, expected, foreign }: Ownership): Opinion {
  const { ip, source, ownMac } = evidence;
  const opinion = { subject: ip, because: [evidence.id], advice: [], missing: [] };
  if (stations.length > 0) return weighTaken(evidence, stations);
  const [group] = groups;
  if (group !== undefined) {
    return {
      ...opinion,
      verdict: 'possible',
      summary: `${ip} is this machine's own address (${ownMac}), and ${joinNames(groups.map(({ mac }) => mac))}, a MAC that routers or cluster nodes share, has it too: no conflict if this machine is one of them.`,
      missing: ['see whether this machine takes part in VRRP, CARP, HSRP or load balancing'],
    };
  }
  if (proxies.length > 0) {
    return {
      ...opinion,
      verdict: 'possible',
      summary: `${joinNames(proxies.map(nameOf))} answers for ${ip}, this machine's own address, but for addresses that nobody has as well: a proxy (proxy ARP), no second owner. It can still make this machine believe that its address is taken.`,
      missing: ['switch proxy ARP off there, or leave this machine out of it'],
    };
  }
  const missed = whatWasMissed(evidence);
  if (missed !== null) {
    const summary = `Nobody else was heard to have ${ip}, but ${missed}.`;
    return { ...opinion, verdict: 'unknown', summary, missing: ['repeat: sudo netcheck --dup-ip self'] };
  }
  const heard = source === 'probes' ? 'Nobody else answers for' : 'Nobody else was heard to claim';
  const but = [
    expected.length > 0 ? ` but ${joinNames(expected.map(({ mac }) => mac))}, as you expect` : '',
    foreign.length > 0
      ? ` (${joinNames(foreign.map(({ mac, vlanId }) => `${mac} has it in VLAN ${vlanId}`))}, another network)`
      : '',
  ].join('');
  const summary = `${heard} ${ip}, which is this machine's own address${but}.`;
  return { ...opinion, verdict: 'ruled-out', summary };
}

function weighTaken(evidence: Ownership['evidence'], stations: Ownership['stations']): Opinion {
  const { ip, ownMac } = evidence;
  const names = joinNames(stations.map(nameOf));
  const isWanted = stations.every(({ via }) => via === 'probe');
  const isSure = stations.some(({ via, count }) => via !== 'probe' && count > 1);
  const summary = isWanted
    ? `${names} asks whether ${ip} is free, which is this machine's own address (${ownMac}): it is about to take it.`
    : `${names} has the address ${ip} too, which is this machine's own (${ownMac}).`;
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
