// Nobody answers: the host is gone, or its service is. ARP, ICMP and TCP each say a part of it.

import type { Evidence, EvidenceOf } from '../../evidence.ts';
import { aliveBy, askedByArp } from '../alive.ts';
import { refusedPort, weighPort } from '../closed-port.ts';
import { answers, barredPort, cutOff, icmpMeaning, rejectedPort, SEE_THAT_IT_IS_ON } from '../cut-off.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import { isToldByErrors } from '../loss-on-path.ts';
import { type Subject, withPort } from '../subject.ts';

export const unreachable = defineRule({
  cause: 'unreachable',
  speaksOf: ['host'],
  needs: ['arp-claims', 'echo', 'path', 'tcp-connect', 'udp-ports'],
  weigh(subject) {
    const closed = ofKind(subject, 'tcp-connect').filter(({ outcome }) => outcome !== 'open');
    const ports = new Set(closed.map(({ port }) => port));
    const refusing = ofKind(subject, 'path').filter(({ refused, port }) => refused && !ports.has(port ?? 0));
    const connected = new Set(ofKind(subject, 'tcp-connect').map(({ port }) => port));
    const rejecting = ofKind(subject, 'path').filter(
      (path) => path.port !== null && isToldByErrors(path) && !connected.has(path.port),
    );
    const barred = cutOffPaths(subject).filter(({ port }) => port !== null && !connected.has(port));
    const host = weighHost(subject, closed.length + refusing.length + rejecting.length > 0);
    // A host that is gone is told once, and not by each of its ports again.
    const told = new Set(host.filter(isDown).flatMap(({ because }) => because));
    return [
      ...closed.filter(({ id }) => !told.has(id)).map((tcp) => weighPort(subject, tcp)),
      // What is known of the host as a whole says nothing of one port of it.
      ...(aliveBy(subject).length > 0 ? barred.map((path) => barredPort(subject, path)) : []),
      ...rejecting.map((path) => rejectedPort(subject, path)),
      ...refusing.map(({ id, address, port }) =>
        refusedPort(subject, { id, address, port: port as number, code: null }),
      ),
      ...host,
    ];
  },
});

function isDown({ verdict }: Opinion): boolean {
  return verdict === 'confirmed' || verdict === 'likely';
}

/** The host as a whole; nothing is said of it when a port has already been found closed and no other check was run. */
function weighHost(subject: Subject, portClosed: boolean): Opinion[] {
  // A sweep proves life, but its silence about one address is normal.
  const own = ofKind(subject, 'arp-claims').filter(({ ownMac }) => ownMac !== null);
  const arp = askedByArp(subject);
  const echo = ofKind(subject, 'echo').filter(({ sent }) => sent > 0);
  const tcp = ofKind(subject, 'tcp-connect');
  const paths = ofKind(subject, 'path');
  const alive = aliveBy(subject);
  const silent = [
    ...arp.filter(({ claims, sweep, complete }) => claims.length === 0 && sweep === null && complete),
    ...echo.filter(({ received, complete }) => received === 0 && complete),
  ];
  const cut = cutOffPaths(subject);
  if (own.length > 0 && alive.length === 0 && silent.length === 0) {
    return [{ ...answers(subject, 'ruled-out', `${subject.label} is this machine's own address.`), because: ids(own) }];
  }
  const isOfPort = alive.every(({ kind }) => kind === 'tcp-connect' || kind === 'path');
  if (portClosed && isOfPort && silent.length === 0) return [];
  if (alive.some(({ kind }) => kind !== 'arp-claims')) {
    return [{ ...answers(subject, 'ruled-out', `${subject.label} answers.`), because: ids(alive) }];
  }
  if (alive.length > 0 && silent.length === 0) {
    return [{ ...answers(subject, 'ruled-out', `${subject.label} answers ARP on this LAN.`), because: ids(alive) }];
  }
  if (alive.length > 0) {
    const summary = `${subject.label} answers ARP but no echo request: it is there, and something drops ICMP (often its own firewall).`;
    return [{ ...answers(subject, 'possible', summary), because: ids([...alive, ...silent]) }];
  }
  const silentPorts = tcp.filter(({ outcome }) => outcome === 'timed-out' || outcome === 'unreachable');
  const ends = cut.map((path) => cutOff(subject, path));
  if (ends.length > 0 && silent.length === 0) return ends;
  // A router that says why is surer than silence is.
  const surely = ends.filter(({ verdict }) => verdict === 'confirmed');
  if (surely.length > 0)
    return surely.map((end) => ({ ...end, because: [...end.because, ...ids([...silent, ...silentPorts])] }));
  if (arp.length + echo.length + paths.length + tcp.length + own.length === 0) {
    const noWay = ofKind(subject, 'udp-ports').flatMap((udp) => noWayForUdp(subject, udp));
    if (noWay.length > 0) return noWay;
    const missing = [`netcheck --ping ${subject.label}`];
    return [{ ...answers(subject, 'unknown', `Not measured for ${subject.label}.`), because: [], missing }];
  }
  if (silent.length === 0 && arp.some(({ claims }) => claims.length > 0)) {
    const summary = `Only a proxy or another VLAN answers ARP for ${subject.label}: whether it is there can't be seen by that.`;
    const missing = [`netcheck --ping ${subject.label}`];
    return [{ ...answers(subject, 'unknown', summary), because: ids(arp), missing }];
  }
  if (silent.length === 0) {
    const again = [`repeat: netcheck --ping ${subject.label}`];
    return [{ ...answers(subject, 'unknown', 'The check was not carried to its end.'), because: [], missing: again }];
  }
  return [nobody(subject, silent, silentPorts)];
}

function cutOffPaths(subject: Subject): EvidenceOf<'path'>[] {
  return ofKind(subject, 'path').filter(({ reached, complete }) => !reached && complete);
}

/** Network or host unreachable: RFC 792 type 3 codes 0, 1, 5, 6, 7; RFC 4443 type 1 codes 0 and 3. Others are filters. */
function saysUnreachable({ from, type, code }: Pick<IcmpError, 'from' | 'type' | 'code'>): boolean {
  return from.includes(':') ? type === 1 && [0, 3].includes(code) : type === 3 && [0, 1, 5, 6, 7].includes(code);
}

type Udp = EvidenceOf<'udp-ports'>;
type IcmpError = EvidenceOf<'echo'>['errors'][number];

/** Of every datagram somebody on the way says so: it is not about the ports. */
function noWayForUdp(subject: Subject, { id, address, ports, complete }: Udp): Opinion[] {
  const errors = ports.flatMap(({ rejection }) => {
    const from = rejection?.from ?? address;
    return rejection !== null && from !== address && saysUnreachable({ ...rejection, from })
      ? [{ ...rejection, from, count: 1 }]
      : [];
  });
  const [first] = errors;
  if (first === undefined || errors.length < ports.length || !complete) return [];
  const summary = `No datagram reaches ${subject.label}: ${first.from}, a router or this machine itself, reports ${icmpMeaning(first)}.`;
  return [{ ...answers(subject, 'confirmed', summary), because: [id], advice: [SEE_THAT_IT_IS_ON] }];
}

type Silent = EvidenceOf<'arp-claims'> | EvidenceOf<'echo'>;

/** `ports` did not answer either. */
function nobody(subject: Subject, silent: readonly Silent[], ports: readonly EvidenceOf<'tcp-connect'>[]): Opinion {
  const askedByArp = silent.some(({ kind }) => kind === 'arp-claims');
  const askedByEcho = silent.some(({ kind }) => kind === 'echo');
  const errors = silent.flatMap((item) => (item.kind === 'echo' ? item.errors : []));
  const reporter = errors.find(saysUnreachable) ?? errors[0];
  const said = reporter === undefined ? '' : `; ${reporter.from} reports ${icmpMeaning(reporter)}`;
  const how = [askedByArp ? 'ARP' : '', askedByEcho ? 'echo requests' : ''].filter(Boolean).join(' or ');
  const special = askedByArp || errors.length > 0 || ports.length > 0 ? null : specialOf(silent);
  if (special !== null) {
    return {
      ...answers(
        subject,
        'possible',
        `Nobody answers echo requests ${special} for ${subject.label}: such packets may be dropped where others are not.`,
      ),
      because: ids(silent),
      missing: [`ask as usual: netcheck --ping ${subject.label}`],
    };
  }
  const isKnown = errors.some(saysUnreachable) || ports.some(({ outcome }) => outcome === 'unreachable');
  return {
    ...answers(
      subject,
      (askedByArp && askedByEcho) || isKnown ? 'confirmed' : 'likely',
      `Nobody answers ${how} for ${subject.label}${said}.${noConnection(ports)}`,
    ),
    because: ids([...silent, ...ports]),
    advice: [
      askedByArp
        ? 'See that the machine is switched on, on this LAN and VLAN, and has this address. On Wi-Fi, silence can also be client isolation.'
        : `See that the machine is switched on and connected${ports.length === 0 ? '; some networks drop ICMP though the host is fine' : ', that the routers on the way know a route to it, and what firewalls drop'}.`,
    ],
    missing:
      askedByEcho && ports.length === 0
        ? [
            `a TCP port answers where ICMP is dropped: netcheck --idle-timeout ${withPort(subject.label, 22)} --max-idle 10s`,
          ]
        : [],
  };
}

function noConnection(ports: readonly EvidenceOf<'tcp-connect'>[]): string {
  const told = ports.map(({ port, code }) => `${port}${code === null ? '' : ` (${code})`}`);
  return told.length === 0 ? '' : ` No connection to port ${told.join(' or ')} comes about either.`;
}

/** What ping(8) sends unless it is told otherwise, bytes. */
const USUAL_DATA_BYTES = 56;

/** How echo requests differed from usual ones, in words; null when some did not. */
function specialOf(silent: readonly Evidence[]): string | null {
  const kinds = silent.map((item) => {
    if (item.kind !== 'echo') return '';
    const { dscp = 0, sizeBytes = 0 } = item;
    const size = sizeBytes > USUAL_DATA_BYTES ? `with ${sizeBytes} bytes of data` : '';
    return [dscp === 0 ? '' : `marked DSCP ${dscp}`, size].filter(Boolean).join(' and ');
  });
  return kinds.includes('') ? null : [...new Set(kinds)].join(', ');
}
