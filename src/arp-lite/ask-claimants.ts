// Asks machines one by one, at their own MAC, which of some addresses they have: what a claimant says of other addresses
// tells a proxy, and one machine with two cards, from a machine that has just the one.

import { ipv4ToUint32 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macToNumber } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import { claimVia } from './claims.ts';
import type { Link } from './link.ts';
import { sendPaced } from './pacer.ts';
import { readArpNumbers } from './packet.ts';
import { requestMaker, type Sender } from './request.ts';

export interface AskOptions {
  readonly macs: readonly Mac[];
  readonly addresses: Ipv4Set;
  readonly sender: Sender;
  readonly ratePerSecond: number | null;
  /** How long to wait for answers after the last question. */
  readonly waitMs: number;
}

/** How often each question is asked: an answer that is lost once must not make one machine look like two. */
const ROUNDS = 2;

/** The addresses that each MAC claimed as its own. Rejects with the link's error; empty where `signal` aborts. */
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
  const hear = (bytes: Uint8Array): void => {
    const frame = readArpNumbers(bytes);
    if (frame === null || claimVia(frame) === null || addresses.positionOf(frame.senderIp) < 0) return;
    byNumber.get(frame.senderMac)?.add(frame.senderIp);
  };
  link.listen(hear, (error) => {
    failure ??= error;
    failed.abort();
  });
  const stop = AbortSignal.any([signal, failed.signal]);
  const makers = macs.map((mac) => requestMaker(sender, [], mac));
  const questions = [...addresses].map(ipv4ToUint32).flatMap((address) => makers.map((make) => make(address)));
  for (let round = 0; round < ROUNDS && !stop.aborted; round++) {
    const frameAt = (index: number): Uint8Array => questions[index] as Uint8Array;
    await sendPaced(link, questions.length, frameAt, ratePerSecond, clock, stop, () => {});
  }
  await clock.sleep(waitMs, stop);
  if (failure !== null) throw failure;
  return claimed;
}
