// Asks addresses who owns them (RFC 826 requests, RFC 5227 probes) and keeps every claim until the deadline: the first
// answer is not the answer, because a second owner may be slow.

import { type Ipv4, ipv4ToUint32 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import type { Mac } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import type { ClaimTable } from './claims.ts';
import { type Link, type OnFrame, stopListening } from './link.ts';
import { SweepListener } from './listener.ts';
import { sendPaced } from './pacer.ts';
import { requestWriter, type Sender, type WriteRequest } from './request.ts';

export interface SweepOptions {
  readonly targets: Ipv4Set;
  readonly sender: Sender;
  /** Targets that are our own: asked with sender 0.0.0.0, and claimed by whoever probes for them. */
  readonly ownAddresses: readonly Ipv4[];
  /** MACs of this machine: what they say is no other machine's claim. The sender's is always one of them. */
  readonly ownMacs: readonly Mac[];
  /** How often a target is asked. */
  readonly rounds: number;
  /** Least time from the start of one round to the start of the next; each is lengthened by up to a quarter. */
  readonly roundIntervalMs: number;
  /** Probes per second; null sends as fast as the link takes them. */
  readonly ratePerSecond: number | null;
  /** How long to listen after the last probe. */
  readonly listenMs: number;
  /** Asks again those that one machine answered for; otherwise later rounds go to the silent, the doubtful and our own only. */
  readonly repeatAnswered: boolean;
  /**
   * Listening ends early when each of these is contested: claimed by two stations that were heard in two rounds each. Who
   * claims another target too is taken for a proxy, and is none of the two. Whether these are two machines is for the caller
   * to find out, who goes on listening where they are not. Null: never.
   */
  readonly untilContested: Ipv4Set | null;
  /** In [0, 1), for the jitter between rounds. */
  readonly random: () => number;
}

export interface SweepResult {
  /** Probes for each address, by position in `targets`. */
  readonly probesSent: Uint8Array;
  readonly claims: ClaimTable;
  /** Rounds that were sent: more than were asked for where frames had been lost. */
  readonly rounds: number;
  /** From the first probe to the end of listening. */
  readonly elapsedMs: number;
  /** From the last probe to the end of listening. */
  readonly listenedMs: number;
  /** Frames that came too fast to be read. */
  readonly kernelDrops: number;
  /** Frames were lost, and then everything was asked again without a loss: no claim can be missing for them. */
  readonly dropsMadeUp: boolean;
  /** Frames that were not valid ARP over Ethernet and IPv4. */
  readonly malformedFrames: number;
  /** Every round was sent and listened out. */
  readonly complete: boolean;
  /** What was to be contested is, so that the rest of the time was not listened out. */
  readonly endedEarly: boolean;
  /** Takes what comes later, as long as somebody listens for it: it counts to the last round. */
  readonly hear: OnFrame;
  /** Why the link stopped working (`ENETDOWN`, …), null when it did not. */
  readonly linkError: string | null;
}

/** Rounds added when frames were lost unread, each asking everything again. */
const MOST_EXTRA_ROUNDS = 2;
/** Pace of such a round: slow enough for what overflowed before. */
const CAREFUL_RATE_PER_SECOND = 20_000;
/** A contested address ends the listening this long after its last round: prompt stations answer within a millisecond. */
const SETTLE_MS = 100;

/**
 * Runs one sweep over an open link, which stays open. Ends early, with what was heard so far, when `signal` aborts or
 * the link fails. What listened on the link before no longer does.
 */
export function sweep(
  link: Link,
  options: SweepOptions,
  clock: Clock,
  signal: AbortSignal,
  onProgress: (sent: number) => void = () => {},
): Promise<SweepResult> {
  return new Sweep(link, options, clock, signal, onProgress).run();
}

class Sweep {
  readonly #link: Link;
  readonly #options: SweepOptions;
  readonly #clock: Clock;
  readonly #onProgress: (sent: number) => void;
  readonly #listener: SweepListener;
  readonly #writeRequest: WriteRequest;
  readonly #ownAddresses: ReadonlySet<number>;
  readonly #probesSent: Uint8Array;
  readonly #failed = new AbortController();
  readonly #stop: AbortSignal;
  #linkError: string | null = null;
  #endedEarly = false;
  #sentInAll = 0;
  #round = 0;
  #roundStartedAt: number;
  #lastSentAt: number;
  /** The link's count when everything was last asked: more means that an answer may have been missed. */
  #dropsBefore: number;

  constructor(
    link: Link,
    options: SweepOptions,
    clock: Clock,
    signal: AbortSignal,
    onProgress: (sent: number) => void,
  ) {
    const { targets, sender, ownAddresses, ownMacs } = options;
    this.#link = link;
    this.#options = options;
    this.#clock = clock;
    this.#onProgress = onProgress;
    this.#listener = new SweepListener(targets, ownAddresses, [sender.mac, ...ownMacs], clock);
    this.#writeRequest = requestWriter(sender, ownAddresses);
    this.#ownAddresses = new Set(ownAddresses.map(ipv4ToUint32));
    this.#probesSent = new Uint8Array(targets.size);
    this.#stop = AbortSignal.any([signal, this.#failed.signal]);
    this.#roundStartedAt = clock.now();
    this.#lastSentAt = this.#roundStartedAt;
    this.#dropsBefore = link.drops();
  }

  async run(): Promise<SweepResult> {
    const startedAt = this.#clock.now();
    this.#link.listen(this.#listener.hear, (error) => this.#fail(error));
    try {
      await this.#askAndListen();
    } finally {
      stopListening(this.#link);
    }
    const endedAt = this.#clock.now();
    const kernelDrops = this.#link.drops();
    const complete = !this.#stop.aborted;
    return {
      probesSent: this.#probesSent,
      claims: this.#listener.claims,
      rounds: this.#round,
      elapsedMs: endedAt - startedAt,
      listenedMs: endedAt - this.#lastSentAt,
      kernelDrops,
      dropsMadeUp: complete && kernelDrops > 0 && kernelDrops === this.#dropsBefore,
      malformedFrames: this.#listener.malformedFrames,
      complete,
      endedEarly: complete && this.#endedEarly,
      hear: this.#listener.hear,
      linkError: this.#linkError,
    };
  }

  async #askAndListen(): Promise<void> {
    while (this.#round < this.#options.rounds && !this.#stop.aborted) {
      await this.#ask();
      if (this.#round < this.#options.rounds) await this.#pause();
    }
    await this.#listen();
    for (let extra = 0; extra < MOST_EXTRA_ROUNDS && this.#wereLost() && !this.#stop.aborted; extra++) {
      await this.#ask();
      await this.#listen();
    }
  }

  /** One round: everything the first time and after a loss, then only what still matters. */
  async #ask(): Promise<void> {
    const { targets, ratePerSecond, repeatAnswered } = this.#options;
    const isRepair = this.#round > 0 && this.#wereLost();
    const isOfAll = this.#round === 0 || isRepair || repeatAnswered;
    const positions: number[] = [];
    for (let position = 0; position < targets.size; position++) {
      if (isOfAll || this.#isInDoubt(targets.valueAt(position))) positions.push(position);
    }
    const rate = isRepair ? Math.min(ratePerSecond ?? CAREFUL_RATE_PER_SECOND, CAREFUL_RATE_PER_SECOND) : ratePerSecond;
    if (positions.length === targets.size) this.#dropsBefore = this.#link.drops();
    this.#round++;
    this.#listener.round = this.#round;
    this.#roundStartedAt = this.#clock.now();
    const write = (index: number, frame: Uint8Array): void => {
      const position = positions[index] as number;
      // Before it goes, because the answer may be heard before the call returns.
      this.#listener.asked(position);
      this.#writeRequest(targets.valueAt(position), frame);
    };
    const onSent = (indexes: readonly number[]): void => this.#noteSent(positions, indexes);
    try {
      await sendPaced(this.#link, positions.length, write, rate, this.#clock, this.#stop, onSent);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Silent, claimed by several, heard in another VLAN only, or our own, where one claim is one too many. */
  #isInDoubt(address: number): boolean {
    return this.#ownAddresses.has(address) || !this.#listener.claims.isSettled(address);
  }

  #noteSent(positions: readonly number[], indexes: readonly number[]): void {
    if (indexes.length === 0) return;
    for (const index of indexes) (this.#probesSent[positions[index] as number] as number)++;
    this.#lastSentAt = this.#clock.now();
    this.#sentInAll += indexes.length;
    this.#onProgress(this.#sentInAll);
  }

  /** Until the next round is due, counted from the start of this one unless sending took longer. */
  #pause(): Promise<void> {
    const { roundIntervalMs, random } = this.#options;
    const dueAt = this.#roundStartedAt + roundIntervalMs * (1 + random() / 4);
    return this.#clock.sleep(Math.max(0, dueAt - this.#clock.now()), this.#stop);
  }

  async #listen(): Promise<void> {
    const { listenMs } = this.#options;
    const settleMs = Math.min(SETTLE_MS, listenMs);
    await this.#clock.sleep(settleMs, this.#stop);
    this.#endedEarly = settleMs < listenMs && this.#isContested();
    if (!this.#endedEarly) await this.#clock.sleep(listenMs - settleMs, this.#stop);
  }

  #isContested(): boolean {
    const { targets, untilContested } = this.#options;
    if (untilContested === null) return false;
    const { claims } = this.#listener;
    const proxies = new Set([...targets.minus(untilContested).values()].flatMap((address) => claims.macsOf(address)));
    return [...untilContested.values()].every((address) => claims.isContested(address, proxies));
  }

  #wereLost(): boolean {
    return this.#link.drops() > this.#dropsBefore;
  }

  /** The link's errors carry the kernel's code; anything else is a bug of this program and not the network's. */
  #fail(error: Error & { code?: unknown }): void {
    if (typeof error.code !== 'string') throw error;
    this.#linkError ??= error.code;
    this.#failed.abort();
  }
}
