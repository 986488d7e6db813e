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
        rejected(subject, tcp) ?? {
          ...base,
          verdict: 'confirmed',
          summary: `${target} can't be reached${code}: a router on the way says so, or on this LAN nobody answers ARP for it.`,
          advice: [SEE_THAT_IT_IS_ON],
        }
      );
    default:
      return {
        ...base,
        verdict: 'likely',
        summary: `No connection to ${target} comes about${code}: packets are dropped on the way, or the host is down.`,
        advice: [`See whether the host is there at all: netcheck --ping ${subject.label}`],
      };
  }
}

/** The host is there, and says so itself by ICMP, or a firewall does: firewalld's way to reject, for one. null: nothing shows it. */
function rejected(subject: Subject, { id, port, code }: EvidenceOf<'tcp-connect'>): Opinion | null {
  const byHost = ofKind(subject, 'path').find((path) => path.port === port && isToldByErrors(path));
  if (byHost !== undefined) {
    const opinion = rejectedPort(subject, byHost);
    return { ...opinion, because: [id, ...opinion.because] };
  }
  const alive = aliveBy(subject);
  if (alive.length === 0) return null;
  const target = withPort(subject.label, port);
  return {
    subject: target,
    verdict: 'confirmed',
    because: [id, ...ids(alive)],
    missing: [],
    summary: `${subject.label} is there, but connections to port ${port} are rejected by ICMP${code === null ? '' : ` (${code})`}: a firewall does so, often the host's own (firewalld).`,
    advice: [
      `On the server, see what its firewall lets in: sudo firewall-cmd --list-all, or sudo nft list ruleset; who else rejects, sudo netcheck --path ${target} tells.`,
    ],
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
