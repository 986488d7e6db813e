// Who stands along the path: all hops at once in the first round (RFC 792 time exceeded), then rounds that measure. Every probe
// looks the same to routers that share traffic out, so that one path is seen (Paris traceroute).

import type { Clock } from '../clock.ts';
import { Allowance, REFILL_MS } from './allowance.ts';
import { Hop, type MeasuredHop } from './hop.ts';
import { isLoop } from './loop.ts';
import { type Answer, PLAIN, type Prober, type TcpReply } from './probe.ts';
import { UnderWay } from './under-way.ts';
import { isOfRouter, type Unreachable } from './unreachable.ts';

export interface TraceOptions {
  readonly address: string;
  /** Which this machine's packets carry; null: not known. */
  readonly ownAddress: string | null;
  readonly rounds: number;
  readonly intervalMs: number;
  /** How long an answer may take. */
  readonly waitMs: number;
  /** Hops that are asked at once in the first round. */
  readonly atOnce: number;
  /** How often the host itself may answer in all; null: as often as it is asked. */
  readonly mostReplies: number | null;
}

export interface TracedPath {
  readonly endedBecause: 'reached' | 'unreachable' | 'silence' | 'loop' | 'interrupted';
  /** From 1 up to the host, or to the last that answered. */
  readonly hops: readonly MeasuredHop[];
  /** Who said that the host or its port can't be reached; the host itself may be the one. */
  readonly unreachable: Unreachable | null;
  /** What the port answered; null when it did not, or was not asked. */
  readonly tcp: TcpReply | null;
  /** Probes with a hop limit, those that were not sent too. */
  readonly probes: number;
  /** Probes, to hops themselves too, that this machine did not send. */
  readonly unsent: number;
  /** Why, of the first of them, in the system's words; null when all were sent. */
  readonly unsentBecause: string | null;
}

export interface TraceProgress {
  readonly sent: number;
  readonly received: number;
  /** Hops to the host; null while it is not known. */
  readonly distance: number | null;
}

/** The farthest that is asked for. */
const MOST_HOPS = 32;
/** A LAN on which nobody answers ARP says so after 3 s (the kernel's own host unreachable). */
const ARP_GIVES_UP_MS = 3300;
/** A host that has one SYN half open takes the next for a stray one: rounds are at least so many round trips apart. */
const ROUND_TRIPS_APART = 1.5;
/** In which the host may yet prove to be nearer than it seemed. */
const FIRST_ROUNDS = 10;

/** One trace; not to be used again. */
export class Trace {
  readonly #prober: Prober;
  readonly #hopProber: Prober | null;
  readonly #options: TraceOptions;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** Aborts when the result is there: nobody waits on for what comes later. */
  readonly #done = new AbortController();
  readonly #asking: AbortSignal;
  readonly #underWay: UnderWay;
  readonly #onProgress: (progress: TraceProgress) => void;
  readonly #hops: readonly Hop[];
  readonly #allowances: readonly Allowance[];
  #distance: number | null = null;
  /** `hop` is how far that probe might go, `saidAtHop` where who said it stands, 0 being this machine. */
  #unreachable: (Unreachable & { readonly hop: number; readonly saidAtHop: number }) | null = null;
  #tcp: TcpReply | null = null;
  /** Of the host, which sends no more of these than a router does. */
  #answersByErrors = false;
  #unsentBecause: string | null = null;
  #sent = 0;
  #replies = 0;
  #roundTripMs = 0;

  /**
   * `hopProber` asks hops by their own addresses, in every round: nobody limits how many echo requests it answers as tightly as
   * the errors it sends. null: they are not asked so.
   */
  constructor(
    prober: Prober,
    hopProber: Prober | null,
    options: TraceOptions,
    clock: Clock,
    signal: AbortSignal,
    onProgress: (progress: TraceProgress) => void = () => {},
  ) {
    this.#prober = prober;
    this.#hopProber = hopProber;
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#asking = AbortSignal.any([signal, this.#done.signal]);
    this.#underWay = new UnderWay(clock, signal);
    this.#onProgress = onProgress;
    this.#hops = Array.from({ length: MOST_HOPS }, (_, index) => new Hop(index + 1));
    this.#allowances = this.#hops.map(() => new Allowance(clock));
  }

  /** The first round. Resolves once the end of the path is known, or nothing more is heard of it. */
  async discover(): Promise<void> {
    const { atOnce, waitMs } = this.#options;
    const { overtimeMs = 0 } = this.#prober;
    for (let first = 1; first <= MOST_HOPS && !this.#isEnded() && !this.#signal.aborted; first += atOnce) {
      for (const hop of this.#hops.slice(first - 1, first - 1 + atOnce)) this.#askHop(hop, ARP_GIVES_UP_MS);
      await this.#underWay.news(waitMs + overtimeMs, () => this.#isEnded());
      // Nobody at all: perhaps the LAN is about to say that nobody is there.
      if (this.#lastAnswering() === 0) await this.#underWay.news(ARP_GIVES_UP_MS - waitMs, () => this.#isEnded());
      if (this.#isLoop() || this.#lastAnswering() < first) break;
    }
    if (this.#unreachable !== null && this.#options.mostReplies === null) await this.#closeIn();
  }

  /**
   * Whoever refuses sends so few errors that what came to it just as well, from nearer hops on, may have got none: where hops in
   * front of it say nothing they are asked again, each when it has an error to send, until the nearest is found.
   */
  async #closeIn(): Promise<void> {
    const { waitMs } = this.#options;
    let nearest = this.#lastAnswering(this.#shown() - 1) + 1;
    // Most often no router is silent, and the first is the one.
    for (let at = nearest; at < this.#shown(); at = Math.floor((nearest + this.#shown()) / 2)) {
      await this.#clock.sleep(REFILL_MS, this.#signal);
      if (this.#signal.aborted) return;
      this.#allowances[at - 1]?.take();
      this.#askHop(this.#hops[at - 1] as Hop, waitMs);
      await this.#underWay.news(waitMs + (this.#prober.overtimeMs ?? 0), () => this.#shown() <= at);
      if (this.#shown() > at) nearest = at + 1;
    }
  }

  /** The other rounds, after the first. @throws what a way of asking failed with. */
  async measure(): Promise<TracedPath> {
    const { rounds, intervalMs } = this.#options;
    for (let round = 1; round < rounds && this.#end() > 0 && !this.#signal.aborted; round++) {
      await this.#clock.sleep(Math.max(intervalMs, this.#roundTripMs * ROUND_TRIPS_APART), this.#signal);
      if (!this.#signal.aborted) this.#askRound();
    }
    await this.#underWay.settled(this.#end());
    const result = this.#result();
    this.#done.abort();
    return result;
  }

  /** Hops to the host; null when it was not reached, so far. */
  get distance(): number | null {
    return this.#distance;
  }

  /** Hops before the host, or up to the last that has answered so far. */
  get hopsOnTheWay(): number[] {
    const last = this.#distance === null ? this.#lastAnswering() : this.#distance - 1;
    return this.#hops.slice(0, last).map(({ hop }) => hop);
  }

  /** The longest that the host has taken to answer so far; 0 while it has not. */
  get roundTripMs(): number {
    return this.#roundTripMs;
  }

  #isEnded(): boolean {
    return this.#distance !== null || this.#unreachable !== null;
  }

  /** The last hop that is worth asking: the host, or the one beyond the last that answers. */
  #end(): number {
    if (this.#distance !== null) return this.#distance;
    if (this.#unreachable !== null) return this.#unreachable.saidAtHop;
    const last = this.#lastAnswering();
    return last === 0 ? 0 : Math.min(last + 1, MOST_HOPS);
  }

  #lastAnswering(upToHop = MOST_HOPS): number {
    const answering = this.#hops.filter(({ hop, addresses }) => hop <= upToHop && addresses.length > 0);
    return Math.max(0, ...answering.map(({ hop }) => hop));
  }

  #shown(): number {
    return this.#distance ?? this.#unreachable?.saidAtHop ?? this.#lastAnswering();
  }

  #isLoop(): boolean {
    return this.#distance === null && isLoop(this.#hops, this.#options.address);
  }

  #askRound(): void {
    const { mostReplies, waitMs } = this.#options;
    for (const hop of this.#hops.slice(0, this.#end())) {
      const isHost = hop.hop === this.#distance;
      const isFree = isHost ? !this.#answersByErrors : this.#mayBeHost(hop);
      const mayAsk =
        isHost && mostReplies !== null
          ? this.#replies < mostReplies
          : isFree || this.#allowances[hop.hop - 1]?.take() === true;
      if (mayAsk) this.#askHop(hop, waitMs);
      if (!isHost) this.#askItself(hop);
    }
    this.#tell();
  }

  /** Silent in front of what is taken for the host: the host itself, if the answers of the first rounds were lost. */
  #mayBeHost(hop: Hop): boolean {
    return hop.hop + 1 === this.#distance && hop.addresses.length === 0 && hop.tally.sent < FIRST_ROUNDS;
  }

  #askHop(hop: Hop, waitMs: number): void {
    this.#sent++;
    if (waitMs !== this.#options.waitMs) this.#allowances[hop.hop - 1]?.take();
    // To the host all the way, once it is known: where ways have different lengths, some would die just before it.
    const hopLimit = hop.hop === this.#distance ? null : hop.hop;
    const asking = this.#prober.ask({ ...PLAIN, hopLimit }, waitMs, this.#asking);
    const dueMs = this.#options.waitMs + (this.#prober.overtimeMs ?? 0);
    this.#underWay.follow(hop.hop, asking, dueMs, (answer) => {
      // From the host itself an error is an answer: the probe arrived. At its hop it is somebody's before it.
      const isOwnError = answer?.kind === 'unreachable' && answer.from === this.#options.address && !isOfRouter(answer);
      const isNextHop =
        answer?.kind === 'unreachable' &&
        !isOwnError &&
        hop.hop !== this.#distance &&
        !this.#isHere(answer) &&
        !this.#isKnownBefore(hop.hop, answer.from);
      hop.hear(isOwnError || isNextHop ? { kind: 'reply', from: answer.from, rttMs: null } : answer);
      if (answer !== null) this.#learn(hop.hop, answer, isOwnError, isNextHop);
    });
  }

  /** This machine's own kernel says so, of a LAN on which nobody answers ARP. */
  #isHere({ from }: Unreachable): boolean {
    return from === this.#options.ownAddress;
  }

  /** A router that has no route says so of packets that might have gone farther, and of those that would have died there. */
  #isKnownBefore(hop: number, address: string): boolean {
    return this.#hops.slice(0, hop - 1).some(({ addresses }) => addresses.includes(address));
  }

  #askItself(hop: Hop): void {
    const [address] = hop.addresses;
    if (this.#hopProber === null || address === undefined || address === this.#options.address) return;
    const { waitMs } = this.#options;
    const asking = this.#hopProber.ask({ ...PLAIN, to: address }, waitMs, this.#asking);
    const dueMs = waitMs + (this.#hopProber.overtimeMs ?? 0);
    this.#underWay.follow(hop.hop, asking, dueMs, (answer) => hop.asked.count(answer));
  }

  #learn(hop: number, answer: Answer, isFromHost: boolean, isNextHop: boolean): void {
    if (answer.kind === 'unsent') this.#unsentBecause ??= answer.because;
    if (answer.kind === 'unreachable' && (this.#unreachable === null || hop < this.#unreachable.hop)) {
      const { from, type, code } = answer;
      const saidAtHop = this.#isHere(answer) ? 0 : isNextHop ? hop : hop - 1;
      this.#unreachable = { from, type, code, hop, saidAtHop };
    }
    if (isFromHost) this.#answersByErrors = true;
    if (answer.kind === 'reply') {
      this.#answersByErrors = false;
      this.#tcp = answer.tcp ?? this.#tcp;
      this.#roundTripMs = Math.max(this.#roundTripMs, answer.rttMs ?? 0);
    }
    if (answer.kind === 'reply' || isFromHost) {
      this.#replies++;
      // Nearer by a shorter way, where a router has answered: what goes the longer one dies there.
      const isShortcut = this.#hops[hop - 1]?.addresses.some((address) => address !== this.#options.address) === true;
      if (this.#distance === null || !isShortcut) this.#distance = Math.min(this.#distance ?? hop, hop);
    }
  }

  #tell(): void {
    const received = this.#hops.reduce((sum, { tally }) => sum + tally.received, 0);
    this.#onProgress({ sent: this.#sent, received, distance: this.#distance });
  }

  #result(): TracedPath {
    const { from, type, code } = this.#unreachable ?? {};
    const unreachable = from === undefined || type === undefined || code === undefined ? null : { from, type, code };
    return {
      endedBecause: this.#ending(),
      hops: this.#hops.slice(0, this.#shown()).map((hop) => hop.measured()),
      unreachable,
      tcp: this.#tcp,
      probes: this.#sent,
      unsent: this.#hops.reduce((sum, { tally, asked }) => sum + tally.unsent + asked.unsent, 0),
      unsentBecause: this.#unsentBecause,
    };
  }

  #ending(): TracedPath['endedBecause'] {
    if (this.#distance !== null) return 'reached';
    if (this.#unreachable !== null) return 'unreachable';
    if (this.#isLoop()) return 'loop';
    return this.#signal.aborted ? 'interrupted' : 'silence';
  }
}
