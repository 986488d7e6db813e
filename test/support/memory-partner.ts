// A simulated path to netcheck serve, behind the PartnerDial port: segments are lost, sent again (RFC 6298), dropped by a
// middlebox that forgets, revived by one with loose pickup; seeded, on a virtual clock, no sockets.
//
//   this host ──(outages)── middlebox (forgets what idles too long) ── partner (speaks when asked, stalls, is stopped)
//
// Times of the options are seconds since the simulation was made.

import type { Clock } from '../../src/clock.ts';
import { BANNER, decodeRequest, SPOKEN } from '../../src/serve/protocol.ts';
import type { Ending } from '../../src/tcp/dial.ts';
import type { PartnerConnection, PartnerDial } from '../../src/tcp/partner.ts';
import { seededRandom } from './memory-lan.ts';

export interface MemoryPartnerOptions {
  readonly seed?: number;
  readonly rttMs?: number;
  readonly nat?: {
    readonly idleSeconds: number;
    readonly onExpiry: 'silent' | 'reset' | 'reset-at-expiry' | 'closes-at-expiry';
    /** Acknowledgements keep nothing awake. */
    readonly countsPayloadOnly?: boolean;
    /** Loose pickup: a packet from our side is taken for the beginning of a flow. */
    readonly revives?: boolean;
  };
  /** Part of the segments that are lost, half of them before the middlebox and half behind it. */
  readonly loss?: number;
  readonly outages?: readonly { readonly from: number; readonly to: number }[];
  /** The partner's process stands still: its kernel answers, it does not. */
  readonly stalls?: { readonly from: number; readonly to: number };
  /** The partner is ended: it closes every connection. */
  readonly stopsAt?: number;
  /** Somebody on its machine ends every session that has been silent for 3 s by then. */
  readonly sweptAt?: number;
  /** One connection, by the order of dialling from 0, is silently lost at this moment: an accident. */
  readonly accident?: { readonly connection: number; readonly at: number };
  /** What it says instead of its banner. */
  readonly banner?: string;
  /** Called with every line that it is sent. */
  readonly onLine?: (line: string) => void;
}

export interface MemoryPartner {
  readonly dial: PartnerDial;
  readonly dialled: number;
  readonly open: number;
}

const FIRST_PORT = 50_000;
const SWEPT_AFTER_MS = 3000;
const SHORTEST_RTO_MS = 200;
const LONGEST_RTO_MS = 120_000;

export function memoryPartner(clock: Clock, options: MemoryPartnerOptions = {}): MemoryPartner {
  const startMs = clock.now();
  const connections: SimulatedPartner[] = [];
  let dialled = 0;
  return {
    get dialled() {
      return dialled;
    },
    get open() {
      return connections.filter(({ ending }) => ending === null).length;
    },
    async dial(_endpoint, timeoutMs, signal) {
      const number = dialled++;
      const sentAt = clock.now();
      for (const synAfterMs of [0, 1000, 3000]) {
        await clock.sleep(sentAt + synAfterMs - clock.now(), signal);
        if (signal.aborted) return { ok: false, reason: 'local', code: 'ECANCELED' };
        if (isCut(options, (clock.now() - startMs) / 1000)) continue;
        const connectMs = options.rttMs ?? 20;
        await clock.sleep(connectMs, signal);
        const lostAt = options.accident?.connection === number ? options.accident.at : Number.POSITIVE_INFINITY;
        const connection = new SimulatedPartner(clock, options, startMs, number, lostAt);
        connections.push(connection);
        return { ok: true, connection, connectMs };
      }
      await clock.sleep(sentAt + timeoutMs - clock.now(), signal);
      return { ok: false, reason: 'timed-out', code: 'ETIMEDOUT' };
    },
  };
}

type Side = 'ours' | 'theirs';

class SimulatedPartner implements PartnerConnection {
  readonly localPort: number;
  ending: Ending | null = null;
  readonly #clock: Clock;
  readonly #options: MemoryPartnerOptions;
  readonly #startMs: number;
  readonly #rttMs: number;
  readonly #random: () => number;
  readonly #lostAtSeconds: number;
  readonly #lines: string[] = [];
  #unacknowledged = 0;
  #activeAtMs: number;
  #natTouchedMs: number;
  #natForgot = false;

  constructor(clock: Clock, options: MemoryPartnerOptions, startMs: number, number: number, lostAtSeconds: number) {
    this.localPort = FIRST_PORT + number;
    this.#clock = clock;
    this.#options = options;
    this.#startMs = startMs;
    this.#rttMs = options.rttMs ?? 20;
    this.#random = seededRandom((options.seed ?? 1) * 7919 + number);
    this.#lostAtSeconds = lostAtSeconds;
    this.#activeAtMs = this.#natTouchedMs = clock.now();
    void this.#say(options.banner ?? BANNER);
    if (options.stopsAt !== undefined) void this.#closeAt(options.stopsAt, 0);
    if (options.sweptAt !== undefined) void this.#closeAt(options.sweptAt, SWEPT_AFTER_MS);
    if (options.nat?.onExpiry.endsWith('-at-expiry')) void this.#endAtExpiry(options.nat);
  }

  isAcknowledged(): boolean {
    return this.#unacknowledged === 0;
  }

  takeLine(): string | null {
    return this.#lines.shift() ?? null;
  }

  sendLine(line: string): void {
    this.#options.onLine?.(line);
    const request = decodeRequest(line);
    if (!request.ok) throw new Error(`the partner would close: ${line} is ${request.reason}`);
    this.#activeAtMs = this.#clock.now();
    this.#unacknowledged++;
    const obey = async (): Promise<void> => {
      await this.#clock.sleep(request.seconds * 1000);
      const { from, to } = this.#options.stalls ?? { from: 0, to: 0 };
      if (this.#seconds() >= from && this.#seconds() < to) await this.#clock.sleep((to - this.#seconds()) * 1000);
      await this.#say(SPOKEN);
    };
    const acknowledged = (): void => {
      this.#unacknowledged--;
    };
    void this.#transmit('ours', () => void obey(), acknowledged);
  }

  close(): void {
    this.#end('closed-by-peer', null);
  }

  async #say(line: string): Promise<void> {
    const arrived = (): void => {
      this.#activeAtMs = this.#clock.now();
      this.#lines.push(line);
    };
    await this.#transmit('theirs', arrived, () => {});
  }

  /** Until it is acknowledged, however often it has to be sent for that. It arrives once. */
  async #transmit(from: Side, onArrival: () => void, onAcknowledged: () => void): Promise<void> {
    let hasArrived = false;
    for (
      let rtoMs = SHORTEST_RTO_MS + 2 * this.#rttMs;
      this.ending === null;
      rtoMs = Math.min(2 * rtoMs, LONGEST_RTO_MS)
    ) {
      const sentAt = this.#clock.now();
      if (this.#crosses(from)) {
        await this.#clock.sleep(this.#rttMs / 2);
        if (!hasArrived && this.ending === null) onArrival();
        hasArrived = true;
        if (this.#crosses(from === 'ours' ? 'theirs' : 'ours', false)) {
          await this.#clock.sleep(this.#rttMs / 2);
          onAcknowledged();
          return;
        }
      }
      await this.#clock.sleep(Math.max(1, sentAt + rtoMs - this.#clock.now()));
    }
  }

  /** One segment, now. What is lost behind the middlebox has kept it awake all the same. */
  #crosses(from: Side, isPayload = true): boolean {
    if (this.ending !== null || this.#seconds() >= this.#lostAtSeconds) return false;
    const isLost = this.#random() < (this.#options.loss ?? 0);
    const isLostBehind = isLost && this.#random() < 0.5;
    const isCutOff = isCut(this.#options, this.#seconds());
    if ((isLost && !isLostBehind) || (from === 'ours' && isCutOff)) return false;
    return this.#passesNat(from, isPayload) && !isLostBehind && !isCutOff;
  }

  #passesNat(from: Side, isPayload: boolean): boolean {
    const { nat } = this.#options;
    const now = this.#clock.now();
    if (nat && now - this.#natTouchedMs > nat.idleSeconds * 1000) this.#natForgot = true;
    if (from === 'ours' && nat?.revives) this.#natForgot = false;
    if (!this.#natForgot && (isPayload || !nat?.countsPayloadOnly)) this.#natTouchedMs = now;
    if (!this.#natForgot) return true;
    if (nat?.onExpiry === 'reset' && from === 'theirs') this.#end('reset', 'ECONNRESET');
    return false;
  }

  async #endAtExpiry({ idleSeconds, onExpiry }: NonNullable<MemoryPartnerOptions['nat']>): Promise<void> {
    while (this.ending === null) {
      const remainingMs = this.#natTouchedMs + idleSeconds * 1000 - this.#clock.now();
      if (remainingMs > 0) await this.#clock.sleep(Math.max(1, remainingMs));
      else if (onExpiry === 'closes-at-expiry') this.#end('closed-by-peer', null);
      else this.#end('reset', 'ECONNRESET');
    }
  }

  async #closeAt(seconds: number, silentMs: number): Promise<void> {
    await this.#clock.sleep(Math.max(0, seconds - this.#seconds()) * 1000);
    if (this.#clock.now() - this.#activeAtMs >= silentMs) this.#end('closed-by-peer', null);
  }

  #seconds(): number {
    return (this.#clock.now() - this.#startMs) / 1000;
  }

  #end(how: Ending['how'], code: string | null): void {
    this.ending ??= { how, code, idleMs: this.#clock.now() - this.#activeAtMs, atMs: this.#clock.now() };
  }
}

function isCut({ outages }: MemoryPartnerOptions, seconds: number): boolean {
  return outages?.some(({ from, to }) => seconds >= from && seconds < to) ?? false;
}
