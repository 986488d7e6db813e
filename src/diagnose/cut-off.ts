// Where a path is cut off: who says so, or beyond whom nothing is heard, of a host as a whole and of a port of it.

import type { EvidenceOf } from '../evidence.ts';
import type { Opinion } from './define-rule.ts';
import { hopName } from './hop-name.ts';
import { type Subject, withPort } from './subject.ts';

export const SEE_THAT_IT_IS_ON =
  'See that the machine is switched on and connected, and that the routers on the way know a route to it.';

/** What the commonest errors are called in RFC 792 and RFC 4443. */
export function icmpMeaning({ from, type, code }: EvidenceOf<'echo'>['errors'][number]): string {
  const number = `ICMP type ${type} code ${code}`;
  const names: Readonly<Record<string, string>> = from.includes(':')
    ? {
        '1/0': 'no route',
        '1/1': 'that it is prohibited',
        '1/3': 'that the address is unreachable',
        '1/4': 'that the port is unreachable',
      }
    : {
        '3/0': 'that the network is unreachable',
        '3/1': 'that the host is unreachable',
        '3/3': 'that the port is unreachable',
        '3/9': 'that it is prohibited',
        '3/10': 'that it is prohibited',
        '3/13': 'that it is filtered',
      };
  const name = names[`${type}/${code}`];
  return name === undefined ? number : `${name} (${number})`;
}

/** Of the host as a whole, with nothing behind it yet. */
export function answers(subject: Subject, verdict: Opinion['verdict'], summary: string): Opinion {
  return { subject: subject.label, verdict, because: [], summary, advice: [], missing: [] };
}

/** The host is there, and SYNs to that port of it get no answer. */
export function barredPort(subject: Subject, path: EvidenceOf<'path'>): Opinion {
  const { unreachable, hops, port } = path;
  const target = withPort(subject.label, port as number);
  const last = hopName(hops.at(-1)?.ttl ?? 0, path);
  const base = { subject: target, because: [path.id], missing: [] };
  if (unreachable !== null) {
    const said = `${unreachable.from} reports ${icmpMeaning({ ...unreachable, count: 1 })}`;
    return {
      ...base,
      verdict: 'confirmed',
      summary: `${subject.label} is there, but SYNs to port ${port} get as far as ${last}, and no farther: ${said}.`,
      advice: [`Look at the firewall of ${unreachable.from}: it lets others through, and not this port.`],
    };
  }
  return {
    ...base,
    verdict: 'likely',
    summary: `${subject.label} is there, but nothing is heard of SYNs to port ${port} beyond ${last}: a firewall drops them.`,
    advice: [`Look at the firewalls behind ${last}, that of the host too.`],
  };
}

/** The host itself says by ICMP that nobody may come to that port. */
export function rejectedPort(subject: Subject, { id, address, port, unreachable }: EvidenceOf<'path'>): Opinion {
  const said = unreachable === null ? '' : `: ${icmpMeaning({ ...unreachable, count: 1 })}`;
  return {
    subject: withPort(subject.label, port as number),
    verdict: 'confirmed',
    because: [id],
    missing: [],
    summary: `${subject.label} answers, but SYNs to port ${port} are rejected in its name by ICMP${said}: a rule of its firewall does so, or of one in front of it.`,
    advice: [
      `On the server, see what its firewall rejects: sudo nft list ruleset (or iptables -S INPUT) on ${address}`,
    ],
  };
}

/** Packets do not arrive, and this is the last that is known of them. */
export function cutOff(subject: Subject, path: EvidenceOf<'path'>): Opinion {
  const { label } = subject;
  const { unreachable, endedBecause, hops, port } = path;
  const last = hopName(hops.at(-1)?.ttl ?? 0, path);
  const base = { because: [path.id], missing: [] as string[] };
  if (unreachable !== null) {
    const said = `${unreachable.from} reports ${icmpMeaning({ ...unreachable, count: 1 })}`;
    return {
      ...answers(subject, 'confirmed', `Packets to ${label} get as far as ${last}, and no farther: ${said}.`),
      ...base,
      advice: [SEE_THAT_IT_IS_ON],
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
