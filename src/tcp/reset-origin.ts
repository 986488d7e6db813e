// Who sent a reset: the peer, or a box on the path that speaks in its name. Its IP header is held against that of the
// SYN-ACK on the same connection, which came from whoever answers for the peer. Pure.
//
//   us ─── hop 1 ─── hop 2 ─── peer            the peer's SYN-ACK left with 64 and arrives with 62: two routers away
//              ◀── RST, 64 ──                  a RST that hop 2 makes up leaves with 64 and arrives with 63: one router away
//
// What each sign proves:
// - Fewer routers away than the SYN-ACK: it was sent nearer. Nobody can raise a TTL that others lower but by setting it.
// - As far away: the peer, its own firewall, or a box that copies TTLs, which few do. Not proof, but all there is.
// - Farther away, or as far with another initial TTL: the SYN-ACK may have been a stand-in's (a SYN proxy), or two machines
//   share the address: nothing is said.
// - IP identification: Linux resets with id 0 and Don't Fragment for what it does not know, as its SYN-ACKs are, and with a
//   counter for a connection that it ends itself. So a difference proves nothing, but for a sender that never uses 0.
// - TCP options prove nothing: timestamps need not be on a reset (RFC 7323 section 3.2).

import type { Bracket } from './bracket.ts';
import type { SenderSigns } from './captured-segment.ts';
import type { Hops } from './hops.ts';
import type { MeasuredRung } from './rung.ts';
import type { Testimony, Witness } from './witness.ts';

/** A reset, and the answer to the connect of the same connection. */
export interface ResetSeen {
  readonly idleSeconds: number;
  readonly answer: SenderSigns;
  readonly reset: SenderSigns;
}

export interface ResetOrigin {
  readonly from: 'peer' | 'middlebox' | 'unknown';
  /** Why that is said, or why nothing can be. */
  readonly because: string;
  /** The hop that sent it, where its TTL and the way there agree; null when they do not tell. */
  readonly hop: number | null;
  readonly address: string | null;
  readonly seen: readonly ResetSeen[];
}

/** What a host, a router or a box sets by default: Linux, BSD and macOS 64, Windows 128, network gear often 255. */
const INITIAL_TTLS = [64, 128, 255];

/** Who reset the connections that the bracket speaks of; null when none was. `witness` may be why there is none. */
export function resetOrigin(
  rungs: readonly MeasuredRung[],
  { onExpiry, expiredSeconds }: Bracket,
  hops: Hops | null,
  witness: Pick<Witness, 'testimonyOf'> | string,
): ResetOrigin | null {
  if (onExpiry !== 'reset' || expiredSeconds === null) return null;
  const none = { from: 'unknown', hop: null, address: null, seen: [] } as const;
  if (typeof witness === 'string') return { ...none, because: witness };
  const seen = rungs
    .filter(({ outcome, idleSeconds }) => outcome === 'reset' && idleSeconds >= expiredSeconds)
    .flatMap(({ idleSeconds, localPort }) => seenOn(witness.testimonyOf(localPort), idleSeconds));
  if (seen.length === 0) return { ...none, because: 'none of the resets was heard on the packet socket' };
  return { ...judge(seen, hops), seen };
}

function seenOn(testimony: Testimony | null, idleSeconds: number): ResetSeen[] {
  return testimony === null ? [] : testimony.resets.map((reset) => ({ idleSeconds, answer: testimony.answer, reset }));
}

/** `seen` holds one at least. */
export function judge(seen: readonly ResetSeen[], hops: Hops | null): Omit<ResetOrigin, 'seen'> {
  const unknown = (because: string) => ({ from: 'unknown', because, hop: null, address: null }) as const;
  const answerTtls = distinct(seen.map(({ answer }) => answer.ttl));
  const resetTtls = distinct(seen.map(({ reset }) => reset.ttl));
  const [answerTtl, resetTtl] = [answerTtls[0] as number, resetTtls[0] as number];
  if (answerTtls.length > 1) {
    return unknown(`the answers to our connects arrived with several TTLs (${answerTtls.join(', ')})`);
  }
  if (resetTtls.length > 1) return unknown(`the resets arrived with several TTLs (${resetTtls.join(', ')})`);
  const ttls = `TTL ${resetTtl}, the answers to our connects with ${answerTtl}`;
  const [answerAway, resetAway] = [routersAway(answerTtl), routersAway(resetTtl)];
  if (resetAway > answerAway) return unknown(`the resets arrived with ${ttls}, so from farther away than the peer`);
  if (resetAway < answerAway) {
    const isWayKnown = hops !== null && hops.count === answerAway + 1;
    return {
      from: 'middlebox',
      because: `the resets arrived with ${ttls}, so from ${counted(answerAway - resetAway)} nearer`,
      hop: isWayKnown ? resetAway + 1 : null,
      address: isWayKnown ? (hops.addresses[resetAway] ?? null) : null,
    };
  }
  if (resetTtl !== answerTtl)
    return unknown(`the resets arrived with ${ttls}, so from as far away, but not sent alike`);
  const contradiction = contradictionIn(seen);
  if (contradiction !== null)
    return unknown(`the resets arrived with the answers' TTL (${answerTtl}), but ${contradiction}`);
  const because = `the resets arrived with the TTL of the answers to our connects (${answerTtl}), so from as far away`;
  return { from: 'peer', because, hop: null, address: null };
}

/** What speaks against one sender though the TTLs are equal. */
function contradictionIn(seen: readonly ResetSeen[]): string | null {
  if (seen.some(({ answer, reset }) => answer.dontFragment !== reset.dontFragment)) {
    return "with another Don't Fragment bit";
  }
  const isCounting = seen.every(({ answer }) => answer.ipId !== null && answer.ipId !== 0);
  return isCounting && seen.some(({ reset }) => reset.ipId === 0)
    ? 'with IP identification 0, which the answers never have'
    : null;
}

function routersAway(ttl: number): number {
  return Math.min(...INITIAL_TTLS.filter((initial) => initial >= ttl)) - ttl;
}

function counted(hops: number): string {
  return hops === 1 ? '1 hop' : `${hops} hops`;
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
