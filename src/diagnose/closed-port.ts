// A port that could not be connected to: what that says, and of whom.

import type { EvidenceOf } from '../evidence.ts';
import { aliveBy } from './alive.ts';
import { rejectedPort, SEE_THAT_IT_IS_ON } from './cut-off.ts';
import { ids, type Opinion, ofKind } from './define-rule.ts';
import { isToldByErrors } from './loss-on-path.ts';
import { shellWord } from './shell-word.ts';
import { type Subject, withPort } from './subject.ts';

export function weighPort(subject: Subject, tcp: EvidenceOf<'tcp-connect'>): Opinion {
  const target = withPort(subject.label, tcp.port);
  const code = tcp.code === null ? '' : ` (${tcp.code})`;
  const base = { subject: target, because: [tcp.id], missing: [] };
  switch (tcp.outcome) {
    case 'refused':
      return refusedPort(subject, tcp);
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
      return (
        ofOnePort(subject, tcp) ?? {
          ...base,
          verdict: 'confirmed',
          summary: `${target} can't be reached${code}: a router on the way says so, or on this LAN nobody answers ARP for it.`,
          advice: [SEE_THAT_IT_IS_ON],
        }
      );
    default:
      return (
        ofOnePort(subject, tcp) ?? {
          ...base,
          verdict: 'likely',
          summary: `No connection to ${target} comes about${code}: packets are dropped on the way, or the host is down.`,
          advice: [`See whether the host is there at all: netcheck --ping ${subject.label}`],
        }
      );
  }
}

/** Of a host that is there, or that rejects the port itself, as the path heard: a connect may have met one without an error left to send. */
function ofOnePort(subject: Subject, { id, port, code, outcome }: EvidenceOf<'tcp-connect'>): Opinion | null {
  const { label } = subject;
  const path = ofKind(subject, 'path').find((each) => each.port === port && each.reached);
  if (path !== undefined && isToldByErrors(path)) {
    const opinion = rejectedPort(subject, path);
    return { ...opinion, because: [id, ...opinion.because] };
  }
  const alive = aliveBy(subject);
  if (alive.length === 0) return null;
  const target = withPort(label, port);
  const base = { subject: target, because: [id, ...ids(alive)], missing: [] };
  const errno = code === null ? '' : ` (${code})`;
  if (outcome === 'unreachable') {
    return {
      ...base,
      verdict: 'confirmed',
      summary: `${label} is there, but connections to port ${port} are rejected${errno}: a firewall does so by ICMP, often the host's own (firewalld), unless the host was gone just then.`,
      advice: [
        `On the server, see what its firewall lets in: sudo firewall-cmd --list-all, or sudo nft list ruleset; who else rejects, sudo netcheck --path ${target} tells.`,
      ],
    };
  }
  const syns = path?.hops.at(-1);
  if (syns !== undefined) {
    return {
      ...base,
      verdict: 'likely',
      summary: `${syns.received} of ${syns.sent} SYNs to port ${port} of ${label} were answered, but no connection came about${errno}: only so many may begin in a time, and netcheck's own SYNs count.`,
      advice: [
        `Look at the limits on new connections of the firewalls (iptables recent or limit, nft limit), that of the host first; then wait a minute, and measure without --path: netcheck --idle-timeout ${target}`,
      ],
    };
  }
  return {
    ...base,
    verdict: 'likely',
    summary: `${label} is there, but no connection to port ${port} comes about${errno}: its packets are dropped, most often by a firewall, or the service takes no more connections for the moment.`,
    advice: [`Look at the firewalls, that of the host first; how far SYNs come, sudo netcheck --path ${target} tells.`],
  };
}

type Refusal = Pick<EvidenceOf<'tcp-connect'>, 'id' | 'address' | 'port' | 'code'>;

export function refusedPort(subject: Subject, { id, address, port, code }: Refusal): Opinion {
  // No other machine can own that.
  const isLoopback = /^127\.|^::1$/.test(address);
  return {
    subject: withPort(subject.label, port),
    because: [id],
    missing: [],
    verdict: 'confirmed',
    summary: `${subject.label} answers, but refuses connections to port ${port}${code === null ? '' : ` (${code})`}: nothing listens there${isLoopback ? '' : ', a firewall refuses in its name, or another machine owns the address'}.`,
    advice: [
      `On the server, see whether the service listens: ss -ltn 'sport = :${port}'`,
      ...(isLoopback
        ? []
        : [`On the same LAN, see who owns the address: sudo netcheck --dup-ip ${shellWord(address)}`]),
    ],
  };
}
