// What the wire says by itself: claims that are overheard, live or from a capture, without a question of our own.

import { type Ipv4, uint32ToIpv4 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macToNumber } from '../address/mac.ts';
import { ClaimTable, claimVia } from './claims.ts';
import { OPERATION, readArpNumbers } from './packet.ts';

/** A /16's worth of addresses: what memory is set aside for. */
const MOST_ADDRESSES = 65_536;
/** Questions for one address that follow each other this closely are one round, whoever asks. */
const ROUND_MS = 100;

interface Questions {
  rounds: number;
  lastAt: number;
}

export class Eavesdropper {
  readonly claims = new ClaimTable(MOST_ADDRESSES);
  frames = 0;
  malformedFrames = 0;
  readonly #wanted: Ipv4Set | null;
  readonly #ownMacs: ReadonlySet<number>;
  readonly #questions = new Map<number, Questions>();
  #startedAt: number | null = null;

  /** `wanted` null is every address. Claims by `ownMacs` are not recorded. */
  constructor(wanted: Ipv4Set | null, ownMacs: readonly Mac[] = []) {
    this.#wanted = wanted;
    this.#ownMacs = new Set(ownMacs.map(macToNumber));
  }

  /** Times of claims count from here; else from the first frame. */
  start(atMs: number): void {
    this.#startedAt ??= atMs;
  }

  /** Takes any bytes, with the time at which they were on the wire. */
  hear(bytes: Uint8Array, vlanId: number | null, atMs: number): void {
    this.#startedAt ??= atMs;
    const frame = readArpNumbers(bytes);
    if (frame === null) {
      this.malformedFrames++;
      return;
    }
    this.frames++;
    const via = claimVia(frame);
    const isQuestion = frame.operation === OPERATION.request && frame.senderIp !== frame.targetIp;
    if (isQuestion) this.#noteQuestion(frame.targetIp, atMs);
    if (via === null || this.#ownMacs.has(frame.senderMac) || !this.#isWanted(frame.senderIp)) return;
    this.claims.record({
      address: frame.senderIp,
      mac: frame.senderMac,
      frameSource: frame.sourceMac,
      vlanId,
      via,
      now: atMs,
      askedAt: this.#startedAt,
      round: this.#questions.get(frame.senderIp)?.rounds ?? 0,
    });
  }

  /** Whoever asked for the address, and how often. */
  questionsFor(address: number): number {
    return this.#questions.get(address)?.rounds ?? 0;
  }

  /** Claimed addresses, ascending. */
  addresses(): Ipv4[] {
    return [...this.claims.addresses()].sort((a, b) => a - b).map(uint32ToIpv4);
  }

  #isWanted(address: number): boolean {
    return this.#wanted === null || this.#wanted.positionOf(address) >= 0;
  }

  #noteQuestion(address: number, atMs: number): void {
    const known = this.#questions.get(address);
    if (known === undefined) {
      if (this.#questions.size < MOST_ADDRESSES) this.#questions.set(address, { rounds: 1, lastAt: atMs });
      return;
    }
    if (atMs - known.lastAt > ROUND_MS) known.rounds++;
    known.lastAt = atMs;
  }
}
