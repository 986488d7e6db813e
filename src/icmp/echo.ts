// Echo requests at a steady pace (RFC 792, RFC 4443) to one host, or to several at the same times: how many come back, and
// after how long.

import { inetBytes } from '../address/ip.ts';
import type { Clock } from '../clock.ts';
import { EchoTally, type HostEcho } from './echo-tally.ts';
import { type EchoWire, isFull } from './echo-wire.ts';
import { EchoWriter } from './echo-writer.ts';

export interface EchoRequest {
  /** IPv4 or IPv6 addresses of one version, each asked in turn every time; link-local ones may name a zone (`fe80::1%2`). */
  readonly addresses: readonly string[];
  readonly count: number;
  readonly intervalMs: number;
  /** How long to wait for the last answer. */
  readonly waitMs: number;
  /** Bytes that each request carries beside its headers. */
  readonly dataBytes: number;
  /** Differentiated services code point (RFC 2474). */
  readonly dscp: number;
}

export interface EchoResult {
  /** In the order of the addresses. */
  readonly hosts: readonly HostEcho[];
  /** Answers lost because we did not read in time; null where the system does not say. */
  readonly kernelDrops: number | null;
  readonly complete: boolean;
}

/** One way of doing it: the kernel's sockets, or the system's ping. Rejects only when that way does not work here at all. */
export type EchoMethod = (
  request: EchoRequest,
  clock: Clock,
  signal: AbortSignal,
  onProgress?: (sent: number, received: number) => void,
) => Promise<EchoResult>;

/** A queue that is full has room again within that time, or not soon. */
const FULL_RETRIES = 5;
const FULL_PAUSE_MS = 2;

/** Over an open wire, which stays open; the requests' code point is the wire's. `random` in [0, 1) makes the nonce. */
export function wireEcho(wire: EchoWire, random: () => number): EchoMethod {
  return (request, clock, signal, onProgress = () => {}) =>
    new EchoRun(wire, request, clock, signal, onProgress, random).run();
}

interface AskedHost {
  readonly address: Uint8Array;
  /** The same with the zone, where there is one. */
  readonly to: Uint8Array;
  readonly writer: EchoWriter;
  readonly tally: EchoTally;
}

class EchoRun {
  readonly #wire: EchoWire;
  readonly #request: EchoRequest;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onProgress: (sent: number, received: number) => void;
  readonly #hosts: readonly AskedHost[];
  readonly #allSettled = new AbortController();
  #asked = 0;

  constructor(
    wire: EchoWire,
    request: EchoRequest,
    clock: Clock,
    signal: AbortSignal,
    onProgress: (sent: number, received: number) => void,
    random: () => number,
  ) {
    this.#wire = wire;
    this.#request = request;
    this.#clock = clock;
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#hosts = request.addresses.map((address) => ({
      address: inetBytes(withoutZone(address)),
      to: destination(address),
      // A nonce each: the reply of one host is no answer to what another was asked.
      writer: new EchoWriter(wire.version, wire.identifier, request.dataBytes, random),
      tally: new EchoTally(address),
    }));
  }

  async run(): Promise<EchoResult> {
    const { count, waitMs } = this.#request;
    const dropsBefore = this.#wire.drops();
    this.#listen();
    const finished = await this.#ask();
    await this.#clock.sleep(waitMs, AbortSignal.any([this.#signal, this.#allSettled.signal]));
    this.#wire.listen({ onReply: () => {}, onRefusal: () => {} });
    const complete = finished && !this.#signal.aborted;
    const waitedSinceMs = complete ? Number.POSITIVE_INFINITY : this.#clock.now() - waitMs;
    return {
      hosts: this.#hosts.map(({ tally }) => tally.result(waitedSinceMs)),
      kernelDrops: this.#wire.drops() - dropsBefore,
      complete: complete && this.#asked === count,
    };
  }

  #listen(): void {
    this.#wire.listen({
      onReply: ({ data, from, hopLimit, atMs }) => {
        for (const { address, writer, tally } of this.#hosts) {
          const serial = writer.serialOf(data);
          if (serial === null || !isSame(from, address)) continue;
          tally.answered(serial, atMs, hopLimit);
          this.#afterNews();
        }
      },
      onRefusal: ({ type, code, from, sequence, to }) => {
        const host = this.#hosts.find(({ address }) => isSame(address, to));
        host?.tally.refused(this.#latestWith(sequence), { from, type, code });
        this.#afterNews();
      },
    });
  }

  /** ICMP errors quote 16 bits of it: the latest request that has these. */
  #latestWith(sequence: number): number {
    const last = this.#asked - 1;
    return last - ((((last - sequence) % 0x1_0000) + 0x1_0000) % 0x1_0000);
  }

  /** Whether every request was tried. */
  async #ask(): Promise<boolean> {
    const { count, intervalMs } = this.#request;
    const startedAt = this.#clock.now();
    for (let serial = 0; serial < count && !this.#signal.aborted; serial++) {
      this.#asked++;
      for (const host of this.#hosts) await this.#askOne(host, serial);
      this.#afterNews();
      if (serial === count - 1) return true;
      // By the schedule, so that being late once does not make everything late.
      const dueAt = startedAt + (serial + 1) * intervalMs;
      await this.#clock.sleep(Math.max(0, dueAt - this.#clock.now()), this.#signal);
    }
    return false;
  }

  async #askOne({ to, writer, tally }: AskedHost, serial: number): Promise<void> {
    const request = { to, bytes: writer.write(serial & 0xffff, serial, writer.blank()) };
    for (let attempt = 0; ; attempt++) {
      // Before it goes, because the answer may be heard before the call returns.
      tally.leaves(serial, this.#clock.now());
      const { code, atMs } = await this.#wire.send([request]);
      if (code === null) {
        tally.leaves(serial, atMs);
        return;
      }
      const isFinal = !isFull(code) || attempt === FULL_RETRIES || this.#signal.aborted;
      tally.couldNotLeave(serial, isFinal ? code : null);
      if (isFinal) return;
      await this.#clock.sleep(FULL_PAUSE_MS, this.#signal);
    }
  }

  #afterNews(): void {
    const sum = (of: (tally: EchoTally) => number): number =>
      this.#hosts.reduce((all, { tally }) => all + of(tally), 0);
    const [first] = this.#hosts;
    // Of the host that was asked for; what is asked beside it is no news.
    if (first !== undefined) this.#onProgress(first.tally.sent, first.tally.received);
    if (sum((tally) => tally.settled) === this.#request.count * this.#hosts.length) this.#allSettled.abort();
  }
}

function withoutZone(address: string): string {
  return address.split('%', 1)[0] as string;
}

/** 4 or 16 bytes, or 20 with the index of the interface. */
function destination(address: string): Uint8Array {
  const bytes = inetBytes(withoutZone(address));
  const zone = Number(address.split('%')[1] ?? Number.NaN);
  return Number.isNaN(zone) ? bytes : Uint8Array.of(...bytes, ...new Uint8Array(Uint32Array.of(zone).buffer));
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
