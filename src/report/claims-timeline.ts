// Who claimed an address when: one line per MAC, from the first time that it was heard to the last.

import { formatSeconds } from '../duration.ts';
import type { EvidenceOf } from '../evidence.ts';
import { printable } from '../printable.ts';

type ArpClaims = EvidenceOf<'arp-claims'>;

/** More lines than this are a list, not a picture. */
const MOST_LINES = 8;
/** A MAC as it is written, and the margins around it. */
const LABEL = 2 + 17 + 2;

/** Nothing where only one station claims it. */
export function claimsTimeline({ ip, claims, listenedSeconds, flips }: ArpClaims, width: number): string[] {
  const stations = [...new Set(claims.map(({ mac }) => mac))].slice(0, MOST_LINES);
  const end = Math.max(listenedSeconds, ...claims.map(({ lastSeconds }) => lastSeconds));
  if (stations.length < 2 || !(end > 0)) return [];
  const length = width - LABEL - 1;
  const columnOf = (seconds: number): number => Math.round((Math.max(0, Math.min(seconds, end)) / end) * (length - 1));
  const lines = stations.map((mac) => {
    const line: string[] = new Array<string>(length).fill(' ');
    for (const { firstSeconds, lastSeconds, count } of claims.filter((claim) => claim.mac === mac)) {
      const [first, last] = [columnOf(firstSeconds), columnOf(lastSeconds)];
      if (count > 1) line.fill('─', first, last + 1);
      line[first] = '●';
      line[last] = '●';
    }
    for (const { atSeconds } of (flips?.first ?? []).filter(({ toMac }) => toMac === mac))
      line[columnOf(atSeconds)] = '▲';
    return `  ${printable(mac).padEnd(LABEL - 2)}${line.join('')}`.trimEnd();
  });
  const to = formatSeconds(end);
  return [
    `  ${printable(ip)} was claimed by`.padEnd(LABEL),
    ...lines,
    `${' '.repeat(LABEL)}0 s${to.padStart(Math.max(to.length, length - 3))}`,
    ...(flips !== null && flips.count > 0 ? [`${' '.repeat(LABEL)}▲ took the address over`] : []),
  ];
}
