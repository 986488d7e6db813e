// What this machine itself did not send: why, in words, and where to look. None of it is the network's doing, and none is loss.

import type { EvidenceOf, Finding } from '../evidence.ts';
import { KEPT_BACK, REJECTED_HERE } from '../tcp/index.ts';

export interface Unsent {
  /** The reason as it was told, with what it means where that is known. */
  readonly why: string;
  readonly hint: string;
}

/**
 * `reason` is a code of errno(3), or that in the words of strerror(3), whoever was told it. The kernel says EPERM of a packet that
 * a rule of its own (nftables, iptables) drops on the way out.
 */
export function whyUnsent(reason: string, address: string): Unsent {
  if (/EPERM|Operation not permitted/.test(reason)) {
    return { why: `${reason}: this machine's own firewall forbids it`, hint: LOOK_AT_RULES };
  }
  if (reason === REJECTED_HERE)
    return { why: `${reason}: this machine's own firewall rejects it`, hint: LOOK_AT_RULES };
  if (reason === KEPT_BACK) {
    const why = `${reason}: this machine kept its own packets back, by its firewall or because its queue is full`;
    return { why, hint: LOOK_AT_RULES };
  }
  if (/ENOBUFS|EAGAIN|No buffer space|Resource temporarily/.test(reason)) {
    return {
      why: `${reason}: this machine's own queue is full`,
      hint: 'see what else it sends (tc -s qdisc) and repeat',
    };
  }
  if (/EMFILE|ENFILE|Too many open files/.test(reason)) {
    return { why: `${reason}: too few files may be open`, hint: 'allow more: ulimit -n 1024' };
  }
  return { why: reason, hint: `see how this machine would reach it: ip route get ${address}` };
}

const LOOK_AT_RULES =
  'look at what its firewall drops or rejects on the way out: sudo nft list ruleset (or iptables -S OUTPUT)';

/**
 * Some was sent, and measured; of the rest nobody should think that it was. `what` says what of their number is the matter.
 * Nothing when all was sent.
 */
export function partlyUnsent(
  { check, target }: Pick<EvidenceOf<'skipped'>, 'check' | 'target'>,
  what: string,
  unsent: { readonly count: number; readonly reason: string | null },
  address: string,
): Finding[] {
  if (unsent.count === 0) return [];
  const { why, hint } = whyUnsent(unsent.reason ?? 'unknown', address);
  return [{ kind: 'skipped', check, target, because: `${unsent.count} ${what} (${why})`, hint }];
}
