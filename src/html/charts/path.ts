// The path as a line of hops from here to the host, the one that forgets marked.

import type { EvidenceOf } from '../../evidence.ts';
import { type Html, html } from '../html.ts';

export interface PathStation {
  /** From 1; 0 is this machine. */
  readonly hop: number;
  /** null for a hop that says nothing. */
  readonly address: string | null;
  readonly isHost: boolean;
  /** Where the connection is forgotten. */
  readonly forgets: boolean;
}

/** null where no hop was seen. */
export function enforcerPath({ hop, peerAddress, perHop }: EvidenceOf<'idle-enforcer'>): PathStation[] | null {
  const hops = perHop.filter((each) => each.hop > 0).toSorted((a, b) => a.hop - b.hop);
  if (hops.length === 0) return null;
  return [
    { hop: 0, address: null, isHost: false, forgets: false },
    ...hops.map((each) => ({
      hop: each.hop,
      address: each.address,
      isHost: each.address === peerAddress,
      forgets: each.hop === hop,
    })),
  ];
}

/** Hops as a trace tells them, of whatever kind of evidence. */
export interface Traced {
  readonly address: string;
  readonly hops: readonly { readonly ttl: number; readonly addresses: readonly string[] }[];
}

export function isTraced(item: object): item is Traced {
  const { address, hops } = item as { address?: unknown; hops?: unknown };
  const isHop = (hop: unknown): boolean => {
    const { ttl, addresses } = (hop ?? {}) as { ttl?: unknown; addresses?: unknown };
    return typeof ttl === 'number' && Array.isArray(addresses);
  };
  return typeof address === 'string' && Array.isArray(hops) && hops.length > 0 && hops.every(isHop);
}

/** Each hop by who answered from there most often. A trace does not say who forgets. */
export function tracedPath({ address, hops }: Traced): PathStation[] {
  return [
    { hop: 0, address: null, isHost: false, forgets: false },
    ...hops.map(({ ttl, addresses: [first = null] }) => ({
      hop: ttl,
      address: first,
      isHost: first === address,
      forgets: false,
    })),
  ];
}

const WIDTH = 640;
const STEP = 46;
const TOP = 24;

/** Downwards, so that the longest address has room beside its hop on the narrowest screen. */
export function drawPath(stations: readonly PathStation[]): Html {
  const height = TOP * 2 + (stations.length - 1) * STEP;
  const y = (index: number): number => TOP + index * STEP;
  return html`<figure class="drawing path">
<figcaption>The path, hop by hop</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${stations.map(inWords).join(', then ')}">
<line class="axis" x1="24" y1="${y(0)}" x2="24" y2="${y(stations.length - 1)}"/>
${stations.map(
  (
    station,
    index,
  ) => html`<circle class="${station.forgets ? 'dead' : 'mark'}" cx="24" cy="${y(index)}" r="${station.forgets ? 13 : 9}"><title>${inWords(station)}</title></circle>
<text class="${station.forgets ? 'strong' : ''}" x="50" y="${y(index) + 5}">${inWords(station)}</text>
`,
)}
</svg>
</figure>`;
}

function inWords({ hop, address, isHost, forgets }: PathStation): string {
  if (hop === 0) return 'this machine';
  const who = address === null ? 'says nothing' : `${address}${isHost ? ' (the host)' : ''}`;
  return `hop ${hop}: ${who}${forgets ? ', forgets idle connections' : ''}`;
}
