// Asks machines one by one, at their own MAC, which of some addresses they have: what a claimant says of other addresses
// tells a proxy, and one machine with two cards, from a machine that has just the one.

import type { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macToNumber } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import { claimVia } from './claims.ts';
import { type Link, stopListening } from './link.ts';
import { sendPaced } from './pacer.ts';
import { readArpNumbers } from './packet.ts';
import { requestWriter, type Sender, type WriteRequest } from './request.ts';

export interface AskOptions {
  readonly macs: readonly Mac[];
  readonly addresses: Ipv4Set;
  readonly sender: Sender;
  readonly ratePerSecond: number | null;
  /** How long to wait for answers after the last question. */
  readonly waitMs: number;
}

/**
 * The addresses that each MAC claimed as its own. What only some of them claim is asked again, because an answer that is
 * lost once must not make one machine look like two. Rejects with the link's error; what was heard when `signal` aborts.
 * The link stays open; what listened on it before no longer does.
 */
export async function askClaimants(
  link: Link,
  { macs, addresses, sender, ratePerSecond, waitMs }: AskOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<ReadonlyMap<Mac, ReadonlySet<number>>> {
  const claimed = new Map(macs.map((mac) => [mac, new Set<number>()]));
  const byNumber = new Map(macs.map((mac) => [macToNumber(mac), claimed.get(mac) as Set<number>]));
  const failed = new AbortController();
  let failure: Error | null = null;
  const hear = (bytes: Uint8Array, vlanId: number | null): void => {
    const frame = vlanId === null ? readArpNumbers(bytes) : null;
    if (frame === null || claimVia(frame) === null || addresses.positionOf(frame.senderIp) < 0) return;
    byNumber.get(frame.senderMac)?.add(frame.senderIp);
  };
  link.listen(hear, (error) => {
    failure ??= error;
    failed.abort();
  });
  const stop = AbortSignal.any([signal, failed.signal]);
  const writers = macs.map((mac) => requestWriter(sender, [], mac));
  const ask = async (asked: readonly number[]): Promise<void> => {
    const write = (index: number, frame: Uint8Array): void => {
      const writeRequest = writers[index % writers.length] as WriteRequest;
      writeRequest(asked[Math.floor(index / writers.length)] as number, frame);
    };
    await sendPaced(link, asked.length * writers.length, write, ratePerSecond, clock, stop, () => {});
    await clock.sleep(waitMs, stop);
  };
  try {
    await ask([...addresses.values()]);
    const sets = [...claimed.values()];
    const disputed = new Set(sets.flatMap((set) => [...set]).filter((each) => !sets.every((set) => set.has(each))));
    if (disputed.size > 0 && !stop.aborted) await ask([...disputed]);
  } finally {
    stopListening(link);
  }
  if (failure !== null) throw failure;
  return claimed;
}
