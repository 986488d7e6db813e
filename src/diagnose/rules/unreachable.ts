// Nobody answers: the host is gone, or its service is. ARP, ICMP and TCP each say a part of it.

import type { EvidenceOf } from '../../evidence.ts';
import { defineRule, ids, type Opinion, ofKind } from '../define-rule.ts';
import { hopName } from '../hop-name.ts';
import { ownershipOf, partiesOf } from '../ownership.ts';
import { shellWord } from '../shell-word.ts';
import { type Subject, withPort } from '../subject.ts';

export const unreachable = defineRule({
  cause: 'unreachable',
  speaksOf: ['host'],
  needs: ['arp-claims', 'echo', 'path', 'tcp-connect'],
  weigh(subject) {
    const closed = ofKind(subject, 'tcp-connect').filter(({ outcome }) => outcome !== 'open');
    const ports = new Set(closed.map(({ port }) => port));
    const refusing = ofKind(subject, 'path').filter(({ refused, port }) => refused && !ports.has(port ?? 0));
    const host = weighHost(subject, closed.length + refusing.length > 0);
    // A host that is gone is told once, and not by each of its ports again.
    const told = new Set(host.filter(isDown).flatMap(({ because }) => because));
    return [
      ...closed.filter(({ id }) => !told.has(id)).map((tcp) => weighPort(subject, tcp)),
      ...refusing.map(({ id, address, port }) => refuses(subject, { id, address, port: port as number, code: null })),
      ...host,
    ];
  },
});

function isDown({ verdict }: Opinion): boolean {
  return verdict === 'confirmed' || verdict === 'likely';
}

/** A port that could not be connected to. */
function weighPort(subject: Subject, tcp: EvidenceOf<'tcp-connect'>): Opinion {
  const target = withPort(subject.label, tcp.port);
  const code = tcp.code === null ? '' : ` (${tcp.code})`;
  const base = { subject: target, because: [tcp.id], missing: [] };
  switch (tcp.outcome) {
    case 'refused':
      return refuses(subject, tcp);
    case 'reset':
      return {
        ...base,
        verdict: 'confirmed',
        summary: `A connection to ${target} is reset as soon as it is accepted${code}: a firewall, or a service that turns this address away.`,
        advice: ['Look at the firewall and at the service’s log on the server.'],
      };
    case 'closed':
      return {
        ...base,
        verdict: 'likely',
        summary: `The service on ${target} closes a connection as soon as it has accepted it: it turns this address away, takes no more connections for the moment (sshd: MaxStartups, PerSourcePenalties), or is a proxy with nothing behind it.`,
        advice: ['Look at the service’s log on the server.'],
        missing: [`repeat after a few minutes: netcheck --idle-timeout ${target}`],
      };
    case 'unreachable':
      return {
        ...base,
        verdict: 'confirmed',
        summary: `${target} can't be reached${code}: a router on the way says so, or on this LAN nobody answers ARP for it.`,
        advice: [
          'See that the machine is switched on and connected, and that the routers on the way know a route to it.',
        ],
      };
    default:
      return {
        ...base,
        verdict: 'likely',
        summary: `No connection to ${target} comes about${code}: packets are dropped on the way, or the host is down.`,
        advice: [`See whether the host is there at all: netcheck --ping ${subject.label}`],
      };
  }
}

type Refusal = Pick<EvidenceOf<'tcp-connect'>, 'id' | 'address' | 'port' | 'code'>;

function refuses(subject: Subject, { id, address, port, code }: Refusal): Opinion {
  // No other machine can own that.
  const isLoopback = /^127\.|^::1$/.test(address);
  return {
    subject: withPort(subject.label, port),
    because: [id],
    missing: [],
    verdict: 'confirmed',
    summary: `${subject.label} answers, but refuses connections to port ${port}${code === null ? '' : ` (${code})`}: nothing listens there${isLoopback ? '' : ', or another machine owns the address'}.`,
    advice: [
      `On the server, see whether the service listens: ss -ltn 'sport = :${port}'`,
      ...(isLoopback
        ? []
        : [`On the same LAN, see who owns the address: sudo netcheck --dup-ip ${shellWord(address)}`]),
    ],
  };
}

/** The host as a whole; nothing is said of it when a port has already been found closed and no other check was run. */
function weighHost(subject: Subject, portClosed: boolean): Opinion[] {
  // A sweep proves life, but its silence about one address is normal.
  const own = ofKind(subject, 'arp-claims').filter(({ ownMac }) => ownMac !== null);
  // A capture is of another day, and who only listens may hear nothing of a machine that is well.
  const arp = ofKind(subject, 'arp-claims').filter(({ ownMac, source }) => ownMac === null && source === 'probes');
  const echo = ofKind(subject, 'echo').filter(({ sent }) => sent > 0);
  const tcp = ofKind(subject, 'tcp-connect');
  const paths = ofKind(subject, 'path');
  const alive = [
    ...paths.filter(({ reached }) => reached),
    ...arp.filter(isThere),
    ...echo.filter(({ received }) => received > 0),
    ...tcp.filter(({ outcome }) => ['open', 'refused', 'closed'].includes(outcome)),
  ];
  const silent = [
    ...arp.filter(({ claims, sweep, complete }) => claims.length === 0 && sweep === null && complete),
    ...echo.filter(({ received, complete }) => received === 0 && complete),
  ];
  const cut = paths.filter(({ reached, complete }) => !reached && complete);
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
  if (cut.length > 0 && silent.length === 0) return cut.map((path) => cutOff(subject, path));
  if (arp.length + echo.length + paths.length + tcp.length + own.length === 0) {
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
  const silentPorts = tcp.filter(({ outcome }) => outcome === 'timed-out' || outcome === 'unreachable');
  return [nobody(subject, silent, silentPorts)];
}

/** Proxies answer for machines that are gone, and another VLAN's machine is another one. */
function isThere(claims: EvidenceOf<'arp-claims'>): boolean {
  return partiesOf(ownershipOf(claims, null)).length > 0;
}

/** What the commonest errors are called in RFC 792 and RFC 4443. */
function icmpMeaning({ from, type, code }: EvidenceOf<'echo'>['errors'][number]): string {
  const number = `ICMP type ${type} code ${code}`;
  const names: Readonly<Record<string, string>> = from.includes(':')
    ? { '1/0': 'no route', '1/1': 'that it is prohibited', '1/3': 'that the address is unreachable' }
    : {
        '3/0': 'that the network is unreachable',
        '3/1': 'that the host is unreachable',
        '3/9': 'that it is prohibited',
        '3/10': 'that it is prohibited',
        '3/13': 'that it is filtered',
      };
  const name = names[`${type}/${code}`];
  return name === undefined ? number : `${name} (${number})`;
}

/** Network or host unreachable: RFC 792 type 3 codes 0, 1, 5, 6, 7; RFC 4443 type 1 codes 0 and 3. Others are filters. */
function saysUnreachable({ from, type, code }: EvidenceOf<'echo'>['errors'][number]): boolean {
  return from.includes(':') ? type === 1 && [0, 3].includes(code) : type === 3 && [0, 1, 5, 6, 7].includes(code);
}

function answers(subject: Subject, verdict: Opinion['verdict'], summary: string): Opinion {
  return { subject: subject.label, verdict, because: [], summary, advice: [], missing: [] };
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

/** Packets do not arrive, and this is the last that is known of them. */
function cutOff(subject: Subject, path: EvidenceOf<'path'>): Opinion {
  const { label } = subject;
  const { unreachable, endedBecause, hops, port } = path;
  const last = hopName(hops.at(-1)?.ttl ?? 0, path);
  const base = { because: [path.id], missing: [] as string[] };
  if (unreachable !== null) {
    const said = `${unreachable.from} reports ${icmpMeaning({ ...unreachable, count: 1 })}`;
    return {
      ...answers(subject, 'confirmed', `Packets to ${label} get as far as ${last}, and no farther: ${said}.`),
      ...base,
      advice: [
        'See that the machine is switched on and connected, and that the routers on the way know a route to it.',
      ],
    };
  }
  if (endedBecause === 'loop') {
    const turning = [...new Set(hops.slice(-4).flatMap(({ addresses }) => addresses))].join(' and ');
    return {
      ...answers(subject, 'confirmed', `Packets to ${label} go round in circles, between ${turning}.`),
      ...base,
      advice: [
        `The routes of these routers point at each other: whoever runs them must mend that for ${path.address}.`,
      ],
    };
  }
  const heard = `Nothing is heard of packets to ${label} beyond ${last}`;
  if (port !== null) {
    return {
      ...answers(
        subject,
        'likely',
        `${heard}, and port ${port} answers no SYN: a firewall drops them, or the host is down.`,
      ),
      ...base,
      advice: [`Look at the firewalls behind ${last}, and see that the machine is switched on.`],
    };
  }
  return {
    ...answers(
      subject,
      'possible',
      `${heard}, and the host answers no echo request: many drop ICMP though they are well.`,
    ),
    ...base,
    missing: [`a TCP port answers where ICMP is dropped: sudo netcheck --path ${withPort(label, 22)}`],
  };
}
