// Who claims which address: the one place that decides what an ARP frame says about the addresses asked for.

import type { Ipv4 } from '../address/ipv4.ts';
import { BROADCAST_MAC, type Mac, ZERO_MAC } from '../address/mac.ts';
import { type ArpFrame, OPERATION } from './packet.ts';

/** How a claim was made: an answer, an unasked-for announcement (sender = target), or a request of the claimant's own. */
export type ClaimVia = 'reply' | 'announcement' | 'request';

/** One MAC that says an address is its own. Times are milliseconds since the address was first asked for. */
export interface Claim {
  readonly mac: Mac;
  /** Source of the Ethernet frame where it is not the sender hardware address: a relay, a virtual router, a forgery. */
  readonly frameSourceMac: Mac | null;
  readonly via: ClaimVia;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Rounds of probing in which it was heard, counted from 1. */
  readonly rounds: readonly number[];
}

/** null when the frame claims nothing: probes (RFC 5227: sender 0.0.0.0) and senders that no card can have. */
export function claimVia(frame: ArpFrame): ClaimVia | null {
  if (frame.senderMac === ZERO_MAC || frame.senderMac === BROADCAST_MAC || frame.senderIp === '0.0.0.0') return null;
  if (frame.senderIp === frame.targetIp) return 'announcement';
  return frame.operation === OPERATION.reply ? 'reply' : 'request';
}

/** A claim that still grows, and when its address was first asked for. */
interface OpenClaim {
  readonly claim: { -readonly [Field in keyof Claim]: Field extends 'rounds' ? number[] : Claim[Field] };
  readonly askedAt: number;
}

/** Claims heard so far. Its size is bounded by the claimants, not by how often they speak. */
export class ClaimTable {
  readonly #byAddress = new Map<Ipv4, Map<Mac, OpenClaim>>();

  /** `now` and `askedAt` are on the same clock. A claim heard before its address was asked for keeps its own baseline. */
  record(frame: ArpFrame, via: ClaimVia, now: number, askedAt: number, round: number): void {
    const claims = this.#byAddress.get(frame.senderIp) ?? new Map<Mac, OpenClaim>();
    this.#byAddress.set(frame.senderIp, claims);
    const frameSourceMac = frame.sourceMac === frame.senderMac ? null : frame.sourceMac;
    const known = claims.get(frame.senderMac);
    if (known === undefined) {
      const mac = frame.senderMac;
      const ms = now - askedAt;
      claims.set(mac, {
        claim: { mac, frameSourceMac, via, count: 1, firstMs: ms, lastMs: ms, rounds: [round] },
        askedAt,
      });
      return;
    }
    const { claim } = known;
    claim.frameSourceMac ??= frameSourceMac;
    claim.count++;
    claim.lastMs = now - known.askedAt;
    if (claim.rounds.at(-1) !== round) claim.rounds.push(round);
  }

  /** Claims on one address, the first heard first. */
  of(address: Ipv4): readonly Claim[] {
    return [...(this.#byAddress.get(address)?.values() ?? [])].map(({ claim }) => claim);
  }

  claimants(address: Ipv4): number {
    return this.#byAddress.get(address)?.size ?? 0;
  }
}
