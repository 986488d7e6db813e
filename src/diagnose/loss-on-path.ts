// Where along a path packets begin to be lost. A hop that loses probes while later ones lose fewer only answers seldom: that
// is a limit on what it sends, and no loss. So what counts is what still arrives behind it.

import type { EvidenceOf } from '../evidence.ts';
import { lossInterval } from './statistics.ts';

type Path = EvidenceOf<'path'>;
type Hop = Path['hops'][number];

export interface PathLoss {
  /** It begins behind this hop, 0 being this machine, … */
  readonly afterHop: number;
  /** … and no later than on the way to this one. */
  readonly byHop: number;
  /** Of what was sent to the host. */
  readonly lost: number;
  readonly sent: number;
  /** Loss rates of the whole path that fit these counts, from 0 to 1, with 95 % confidence. */
  readonly lower: number;
  readonly upper: number;
}

interface Counts {
  readonly lower: number;
  readonly upper: number;
}

/** 99.7 %: many hops are looked at, and none may be an accident. */
const Z = 3;
/** A hop is clean when it loses surely less than half of what the whole path surely loses. */
const CLEAN_BELOW = 1 / 2;
/** It shares the loss when it surely loses at least a third of that. */
const SHARES_FROM = 1 / 3;

/** Probes that the host answers by ICMP errors, of which it sends only so many, tell of no loss. */
export function isToldByErrors({ reached, port, refused, unreachable, address }: Path): boolean {
  return reached && (port === null ? unreachable?.from === address : refused === null);
}

/** null when the host was not reached, or lost nothing. */
export function lossOnPath(path: Path): PathLoss | null {
  const end = path.reached && !isToldByErrors(path) ? path.hops.at(-1) : undefined;
  if (end === undefined || end.received === 0 || end.received === end.sent) return null;
  const lost = end.sent - end.received;
  const whole = lossInterval(lost, end.sent, Z);
  const before = path.hops.filter(({ ttl }) => ttl < end.ttl).map((hop) => ({ ttl: hop.ttl, seen: countsOf(hop) }));
  const clean = before.filter(({ seen }) => seen !== null && seen.upper < whole.lower * CLEAN_BELOW);
  const afterHop = Math.max(0, ...clean.map(({ ttl }) => ttl));
  const sharing = before.filter(
    ({ ttl, seen }) =>
      ttl > afterHop && seen !== null && seen.lower >= whole.lower * SHARES_FROM && seen.lower <= whole.upper,
  );
  const byHop = Math.min(end.ttl, ...sharing.map(({ ttl }) => ttl));
  return { afterHop, byHop, lost, sent: end.sent, ...lossInterval(lost, end.sent) };
}

/** Hops that lose surely more than what comes through to the host: they limit how often they answer. */
export function seldomAnswering(path: Path): number[] {
  const end = path.reached ? path.hops.at(-1) : undefined;
  if (end === undefined || end.received === 0) return [];
  const whole = lossInterval(end.sent - end.received, end.sent, Z);
  return path.hops
    .filter(({ ttl, addresses }) => ttl < end.ttl && addresses.length > 0)
    .filter(({ sent, received }) => sent > 0 && lossInterval(sent - received, sent, Z).lower > whole.upper)
    .map(({ ttl }) => ttl);
}

/** Of a hop's two tallies the one that loses less: either proves that packets get there and answers come back. */
function countsOf({ sent, received, asked }: Hop): Counts | null {
  const tallies = [{ sent, received }, ...(asked === null ? [] : [asked])].filter((tally) => tally.received > 0);
  const [best] = tallies
    .map((tally) => lossInterval(tally.sent - tally.received, tally.sent, Z))
    .sort((a, b) => a.upper - b.upper);
  return best ?? null;
}
