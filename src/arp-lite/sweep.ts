// Asks addresses who owns them (RFC 826 requests, RFC 5227 probes) and keeps every claim until the deadline: the first
// answer is not the answer, because a second owner may be slow.

import { type Ipv4, UNSPECIFIED_IPV4 } from '../address/ipv4.ts';
import { BROADCAST_MAC, type Mac, ZERO_MAC } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import type { Claim } from './claims.ts';
import type { Link } from './link.ts';
import { SweepListener } from './listener.ts';
import { sendPaced } from './pacer.ts';
import { encodeArpFrame, OPERATION, withTargetIp } from './packet.ts';

export interface SweepOptions {
  /** Addresses to ask for, each once. */
  readonly targets: readonly Ipv4[];
  readonly senderMac: Mac;
  /** Our address in that network, or null for none: then the probes are RFC 5227's, with sender 0.0.0.0. */
  readonly senderIp: Ipv4 | null;
  /** Targets that are our own: asked with sender 0.0.0.0, because a request with sender = target is an announcement. */
  readonly ownAddresses: readonly Ipv4[];
  /** MACs of this machine: what they say is no other machine's claim. `senderMac` is always one of them. */
  readonly ownMacs: readonly Mac[];
  /** How often a target is asked. */
  readonly rounds: number;
  /** Least time from the start of one round to the start of the next; each is lengthened by up to a quarter. */
  readonly roundIntervalMs: number;
  /** Probes per second; null sends as fast as the link takes them. */
  readonly ratePerSecond: number | null;
  /** How long to listen after the last probe. */
  readonly listenMs: number;
  /** Asks again those that one machine answered for; otherwise later rounds go to the silent and the doubtful only. */
  readonly repeatAnswered: boolean;
  /** In [0, 1), for the jitter between rounds. */
  readonly random: () => number;
}

export interface SweepResult {
  /** Probes for each address, by position in `targets`. */
  readonly probesSent: Uint8Array;
  /** Claims on an address, the first heard first; empty when nobody claimed it. */
  readonly claims: (address: Ipv4) => readonly Claim[];
  /** From the first probe to the end of listening. */
  readonly elapsedMs: number;
  /** Frames that came too fast to be read; claims may be missing when it is not 0. */
  readonly kernelDrops: number;
  /** Frames that were not valid ARP over Ethernet and IPv4. */
  readonly malformedFrames: number;
  /** Every round was sent and listened out. */
  readonly complete: boolean;
  /** Why the link stopped working (`ENETDOWN`, …), null when it did not. */
  readonly linkError: string | null;
}

/**
 * Runs one sweep over an open link, which stays open. Ends early, with what was heard so far, when `signal` aborts or
 * the link fails. The link must have no other listener.
 */
export async function sweep(
  link: Link,
  options: SweepOptions,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (sent: number) => void = () => {},
): Promise<SweepResult> {
  const { targets, rounds } = options;
  const startedAt = clock.now();
  const listener = new SweepListener(targets, [options.senderMac, ...options.ownMacs], clock);
  const probesSent = new Uint8Array(targets.length);
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  let linkError: string | null = null;
  let sentInAll = 0;
  const fail = (error: Error & { code?: unknown }): void => {
    linkError ??= typeof error.code === 'string' ? error.code : error.message;
    failed.abort();
  };
  // The link's errors carry the kernel's code; anything else is a bug of this program and not the network's.
  const failOfLink = (error: Error): void => {
    if (!('code' in error)) throw error;
    fail(error);
  };
  link.listen(listener.hear, fail);

  const frameFor = frameMaker(options);
  const askRound = (positions: readonly number[]): Promise<void> => {
    const frameAt = (index: number): Uint8Array => frameFor(targets[positions[index] as number] as Ipv4);
    const onSent = (from: number, to: number): void => {
      for (const position of positions.slice(from, to)) {
        listener.asked(position);
        (probesSent[position] as number)++;
      }
      sentInAll += to - from;
      onProgress(sentInAll);
    };
    return sendPaced(link, positions.length, frameAt, options.ratePerSecond, clock, stop, onSent);
  };
  const stillMatters = (position: number): boolean =>
    options.repeatAnswered || listener.claims.claimants(targets[position] as Ipv4) !== 1;

  for (let round = 1; round <= rounds && !stop.aborted; round++) {
    listener.round = round;
    const roundStartedAt = clock.now();
    const positions = [...targets.keys()];
    await askRound(round === 1 ? positions : positions.filter(stillMatters)).catch(failOfLink);
    const interval = options.roundIntervalMs * (1 + options.random() / 4);
    if (round < rounds) await clock.sleep(Math.max(0, roundStartedAt + interval - clock.now()), stop);
  }
  await clock.sleep(options.listenMs, stop);

  return {
    probesSent,
    claims: (address) => listener.claims.of(address),
    elapsedMs: clock.now() - startedAt,
    kernelDrops: link.drops(),
    malformedFrames: listener.malformedFrames,
    complete: !stop.aborted,
    linkError,
  };
}

/** Encodes once per kind of sender; each target then changes four bytes of a copy. */
function frameMaker({ senderMac, senderIp, ownAddresses }: SweepOptions): (target: Ipv4) => Uint8Array {
  const template = (sender: Ipv4): Uint8Array =>
    encodeArpFrame({
      destinationMac: BROADCAST_MAC,
      sourceMac: senderMac,
      operation: OPERATION.request,
      senderMac,
      senderIp: sender,
      targetMac: ZERO_MAC,
      targetIp: UNSPECIFIED_IPV4,
    });
  const request = template(senderIp ?? UNSPECIFIED_IPV4);
  const probe = template(UNSPECIFIED_IPV4);
  const own = new Set(ownAddresses);
  return (target) => withTargetIp(own.has(target) ? probe : request, target);
}
