// Which known products behave as was measured: the default time within what was seen, and an ending that fits. Never who it
// was: the times are defaults that many share, and most can be set.

import type { EvidenceOf } from '../evidence.ts';
import { KNOWN_IDLE_TIMEOUTS, type KnownIdleTimeout, type ProductKind } from '../known-idle-timeouts.ts';

type Idle = EvidenceOf<'idle-timeout'>;
type Ending = NonNullable<Idle['onExpiry']>;

/** How well a product's ending fits, from the best: as it is documented, as documented too, as one may infer, or nothing is known. */
export const FITS = ['documented', 'also-documented', 'inferred', 'undocumented'] as const;
export type Fit = (typeof FITS)[number];

export interface Candidate {
  /** Of the table of known idle timeouts. */
  readonly id: string;
  readonly product: string;
  /** The product's default. */
  readonly seconds: number;
  readonly ending: Fit;
}

/** What was seen of a timeout. */
export interface SeenExpiry {
  /** Longest idle time that was lived through; null when none was. */
  readonly livedSeconds: number | null;
  /** Shortest that was not. */
  readonly diedSeconds: number;
  readonly onExpiry: Ending;
  /** Whether a reset came by itself or answered a packet; left out or null where that is not known. */
  readonly resetAt?: 'expiry' | 'next-packet' | null;
  readonly transport: Idle['transport'];
}

/** Where on the path the connection was forgotten; null when nobody knows. */
export type Place = 'first-hop' | 'between' | 'host' | null;

/** A timer may round, and the box heard the last packet up to a round trip after we did: so much sooner, and not more. */
const EARLY_SECONDS = 1;
/** State is collected late (garbage collection, coarse ticks); an application's own timer is not. */
const LATE_SECONDS: Readonly<Record<Ending, number>> = { 'silent-drop': 10, reset: 10, 'closed-by-peer': 2 };

/** What a documented ending looks like from here; null where it says nothing. */
const LOOKS_LIKE: Readonly<Record<KnownIdleTimeout['onExpiry'], Pick<SeenExpiry, 'onExpiry' | 'resetAt'> | null>> = {
  'silent-drop': { onExpiry: 'silent-drop' },
  reset: { onExpiry: 'reset', resetAt: 'expiry' },
  'reset-on-next-packet': { onExpiry: 'reset', resetAt: 'next-packet' },
  close: { onExpiry: 'closed-by-peer' },
  unknown: null,
  none: null,
};

/** What has a connection of its own to each side, and can end it in good order (FIN). */
const TERMINATES: ReadonlySet<ProductKind> = new Set(['cloud-lb', 'endpoint', 'lb', 'proxy']);

/**
 * What one expects at a place. It ranks and never excludes: each of them may stand anywhere, and what forwards without being
 * a hop (a security group, a load balancer that passes packets on) is seen as the hop behind it.
 */
const EXPECTED_AT: Readonly<Record<NonNullable<Place>, ReadonlySet<ProductKind>>> = {
  'first-hop': new Set(['home-router', 'nat', 'firewall', 'sdwan', 'standard']),
  between: new Set(['cgnat', 'cloud-nat', 'cloud-firewall', 'firewall', 'nat', 'sdwan']),
  host: new Set(['cloud-firewall', 'cloud-lb', 'endpoint', 'firewall', 'k8s', 'lb', 'proxy']),
};

/**
 * Every product that fits, by one total order:
 *
 *   1. ending    as in FITS
 *   2. place     what one expects there comes first
 *   3. seconds   ascending
 *   4. id        so that nothing is left to chance
 */
export function candidatesFor(seen: SeenExpiry, place: Place): Candidate[] {
  return KNOWN_IDLE_TIMEOUTS.flatMap((known) => {
    const ending = fitOf(known, seen);
    return ending !== null && isInTime(known, seen) ? [{ known, ending }] : [];
  })
    .sort(
      (a, b) =>
        FITS.indexOf(a.ending) - FITS.indexOf(b.ending) ||
        Number(isExpected(b.known, place)) - Number(isExpected(a.known, place)) ||
        a.known.seconds - b.known.seconds ||
        (a.known.id < b.known.id ? -1 : 1),
    )
    .map(({ known: { id, product, seconds }, ending }) => ({ id, product, seconds, ending }));
}

function isExpected({ kind }: KnownIdleTimeout, place: Place): boolean {
  return place !== null && EXPECTED_AT[place].has(kind);
}

function isInTime({ seconds }: KnownIdleTimeout, { livedSeconds, diedSeconds, onExpiry }: SeenExpiry): boolean {
  return seconds - EARLY_SECONDS <= diedSeconds && seconds + LATE_SECONDS[onExpiry] > (livedSeconds ?? 0);
}

/** Null where the ending is another one, as far as that is known. */
function fitOf(known: KnownIdleTimeout, seen: SeenExpiry): Fit | null {
  const { kind, onExpiry, onExpiryInferred, alsoOnExpiry = [] } = known;
  // The only endpoint in the table is sshd, which says at once that it is one.
  if (kind === 'endpoint' && seen.transport !== 'ssh') return null;
  if (looksLike(onExpiry, seen)) return onExpiryInferred ? 'inferred' : 'documented';
  if (alsoOnExpiry.some((ending) => looksLike(ending, seen))) return 'also-documented';
  const isUntold = LOOKS_LIKE[onExpiry] === null;
  if (!isUntold && !onExpiryInferred) return null;
  return seen.onExpiry !== 'closed-by-peer' || (isUntold && TERMINATES.has(kind)) ? 'undocumented' : null;
}

function looksLike(documented: KnownIdleTimeout['onExpiry'], { onExpiry, resetAt = null }: SeenExpiry): boolean {
  const like = LOOKS_LIKE[documented];
  if (like?.onExpiry !== onExpiry) return false;
  return like.resetAt === undefined || resetAt === null || like.resetAt === resetAt;
}
