// ARP claims over time: from when to when each MAC was heard to claim the address.

import { formatSeconds } from '../../duration.ts';
import type { EvidenceOf } from '../../evidence.ts';
import type { Chart } from './chart.ts';

/** More rows than these are a table, not a picture. */
const MOST_CLAIMS = 24;

/** null where nobody claimed it. */
export function claimsChart({ ip, claims, flips, listenedSeconds }: EvidenceOf<'arp-claims'>): Chart | null {
  if (claims.length === 0 || claims.length > MOST_CLAIMS) return null;
  const shown = claims.map(({ mac, firstSeconds, lastSeconds, count }) => ({ mac, firstSeconds, lastSeconds, count }));
  const taken = flips?.first.map(({ atSeconds, toMac }) => ({ atSeconds, toMac })) ?? [];
  const words = shown.map(
    ({ mac, firstSeconds, lastSeconds, count }) =>
      `${mac} ${count === 1 ? 'once' : `${count} times`}, ${formatSeconds(firstSeconds)} to ${formatSeconds(lastSeconds)} after the start`,
  );
  const changes =
    flips === null || flips.count === 0
      ? ''
      : ` It changed hands ${flips.count} ${flips.count === 1 ? 'time' : 'times'}.`;
  return {
    data: {
      chart: 'claims',
      claims: shown,
      flips: taken,
      untilSeconds: claims.reduce((latest, { lastSeconds }) => Math.max(latest, lastSeconds), listenedSeconds),
    },
    title: `Who claimed ${ip}, and when`,
    words: `Claimed by ${words.join('; ')}.${changes}`,
  };
}
