// The path as a line from here to the host, the hop that forgets marked.

import type { EvidenceOf } from '../evidence.ts';
import { printable } from '../printable.ts';
import { wrap } from './style.ts';

/** Nothing where nobody was found: the table says as much. */
export function pathLine({ hop, perHop, peerAddress }: EvidenceOf<'idle-enforcer'>, width: number): string[] {
  const hops = perHop.filter((each) => each.hop > 0);
  if (hop === null || hops.length === 0) return [];
  const stations = hops.map(({ hop: at, address }) => {
    const name = address === null ? '(says nothing)' : address === peerAddress ? `${address} (the host)` : address;
    return at === hop ? `[${at} ${name}: forgets]` : `${at} ${name}`;
  });
  // Blanks inside a station are kept together while the line is broken.
  const line = ['here', ...stations].map((station) => printable(station).replaceAll(' ', '\u00a0')).join(' → ');
  return [`  ${wrap(line, width, '  ')}`.replaceAll('\u00a0', ' ')];
}
