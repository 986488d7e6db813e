// mosh in place of ssh: it has no connection that could be forgotten or reset. Advised only where its datagrams were sent and
// not seen to be rejected, and with what it does not mend.

import type { Evidence, EvidenceOf } from '../evidence.ts';

type Udp = EvidenceOf<'udp-ports'>;
type Rejection = NonNullable<Udp['ports'][number]['rejection']>;

/** RFC 792, RFC 1812 section 5.2.7.1; RFC 4443 section 3.1. */
const WORDS: Readonly<Record<4 | 6, Readonly<Record<string, string>>>> = {
  4: {
    '3/0': 'network unreachable',
    '3/1': 'host unreachable',
    '3/2': 'protocol unreachable',
    '3/3': 'port unreachable',
    '3/9': 'network prohibited',
    '3/10': 'host prohibited',
    '3/13': 'administratively prohibited',
    '11/0': 'time exceeded',
  },
  6: {
    '1/0': 'no route',
    '1/1': 'administratively prohibited',
    '1/3': 'address unreachable',
    '1/4': 'port unreachable',
    '1/5': 'policy',
    '1/6': 'route rejected',
    '3/0': 'time exceeded',
  },
};

export function rejectionWords({ ipVersion, type, code }: Rejection): string {
  const number = `${type}/${code}`;
  const words = WORDS[ipVersion][number];
  return words === undefined ? number : `${words} (${number})`;
}

/** "Port unreachable" from the host itself: the datagram arrived, and nothing listens there, as without a session. */
function hasArrived({ rejection, outcome }: Udp['ports'][number], address: string): boolean {
  if (outcome === 'answered') return true;
  if (rejection === null || rejection.from !== address) return false;
  return rejection.ipVersion === 4
    ? rejection.type === 3 && rejection.code === 3
    : rejection.type === 1 && rejection.code === 4;
}

/** The evidence that was weighed, and one line; null when nobody sent a datagram. */
export function moshAdvice(evidence: readonly Evidence[]): { readonly id: string; readonly line: string } | null {
  const [udp] = evidence.filter((item): item is Udp => item.kind === 'udp-ports' && item.complete);
  if (udp === undefined) return null;
  const { id, address, host, ports } = udp;
  const barred = ports.find((each) => each.outcome === 'rejected' && !hasArrived(each, address));
  if (barred?.rejection) {
    const by = barred.rejection.from ?? 'a router';
    return {
      id,
      line: `mosh is no way out here: ${by} rejects its UDP ports (${barred.port}: ${rejectionWords(barred.rejection)}).`,
    };
  }
  const without =
    'It heals neither loss nor a wrong machine that answers, carries no port forwarding, and logs in through ssh';
  const line = ports.every((each) => hasArrived(each, address))
    ? `Or mosh ${host}, which has no connection to lose: its UDP ports reach the host (nothing listens there now, which is so without a session, or the host's own firewall answers in the same way). ${without}.`
    : `Or mosh ${host}, which has no connection to lose: its UDP ports were not seen to be rejected, but not all were answered, so that a firewall may drop them: try it. ${without}.`;
  return { id, line };
}

/** What ends a connection, and leaves the path usable. */
export const HEALED_BY_MOSH: ReadonlySet<string> = new Set(['idle-timeout', 'duplicate-ip']);
