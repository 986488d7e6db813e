// What the wire says by itself: claims that are overheard, live or from a capture, without a question of our own.

import { type Ipv4, ipv4ToUint32, uint32ToIpv4 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macToNumber } from '../address/mac.ts';
import { ClaimTable, claimVia } from './claims.ts';
import { OPERATION, readArpNumbers } from './packet.ts';

/** A /16's worth of addresses: what memory is set aside for. */
const MOST_ADDRESSES = 65_536;
/** Questions for one address that follow each other this closely, without an answer between them, are one round, whoever asks. */
const ROUND_MS = 100;

interface Questions {
  rounds: number;
  lastAt: number;
  isAnswered: boolean;
}

export class Eavesdropper {
  readonly claims = new ClaimTable(MOST_ADDRESSES);
  frames = 0;
  malformedFrames = 0;
  readonly #wanted: Ipv4Set | null;
  readonly #ownMacs: ReadonlySet<number>;
  readonly #ownAddresses: ReadonlySet<number>;
  readonly #questions = new Map<number, Questions>();
  #startedAt: number | null = null;
  #lastAt = Number.NEGATIVE_INFINITY;

  /** `wanted` null is every address. Claims by `ownMacs` are not recorded; `ownAddresses` are claimed by who probes for them. */
  constructor(wanted: Ipv4Set | null, ownMacs: readonly Mac[] = [], ownAddresses: readonly Ipv4[] = []) {
    this.#wanted = wanted;
    this.#ownMacs = new Set(ownMacs.map(macToNumber));
    this.#ownAddresses = new Set(ownAddresses.map(ipv4ToUint32));
  }

  /** Times of claims count from here; else from the first frame. */
  start(atMs: number): void {
    this.#startedAt ??= atMs;
    this.#lastAt = Math.max(this.#lastAt, atMs);
  }

  /**
   * Takes any bytes, with the time at which they were on the wire; a time before the last one is taken for that one.
   * `interfaceId` tells interfaces apart, where there are several.
   */
  hear(bytes: Uint8Array, vlanId: number | null, atMs: number, interfaceId = 0): void {
    this.start(atMs);
    const frame = readArpNumbers(bytes);
    if (frame === null) {
      this.malformedFrames++;
      return;
    }
    this.frames++;
    const isQuestion = frame.operation === OPERATION.request && frame.senderIp !== frame.targetIp;
    if (isQuestion && this.#isWanted(frame.targetIp)) this.#noteQuestion(frame.targetIp);
    const via = claimVia(frame, this.#ownAddresses);
    const address = via === 'probe' ? frame.targetIp : frame.senderIp;
    if (via === null || this.#ownMacs.has(frame.senderMac) || !this.#isWanted(address)) return;
    const asked = this.#questions.get(address);
    if (asked !== undefined && via === 'reply') asked.isAnswered = true;
    this.claims.record({
      address,
      mac: frame.senderMac,
      frameSource: frame.sourceMac,
      vlanId,
      interfaceId,
      via,
      now: this.#lastAt,
      askedAt: this.#startedAt as number,
      // What it says unasked, be there questions by the dozen, does not tell whether their answers are heard here.
      round: via === 'reply' ? this.questionsFor(address) : 0,
    });
  }

  /** How often a wanted address was asked for, by whomever: closely following questions are one, until they are answered. */
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

  #noteQuestion(address: number): void {
    const known = this.#questions.get(address);
    if (known === undefined) {
      if (this.#questions.size < MOST_ADDRESSES)
        this.#questions.set(address, { rounds: 1, lastAt: this.#lastAt, isAnswered: false });
      return;
    }
    // Who asks again although there was an answer begins a round, however soon: a busy machine sends its rounds late.
    if (known.isAnswered || this.#lastAt - known.lastAt > ROUND_MS) known.rounds++;
    known.isAnswered = false;
    known.lastAt = this.#lastAt;
  }
}
