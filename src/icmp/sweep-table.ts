// What is known of each host of a sweep, in flat arrays by position: a /16 has 65,536 of them.

import { type ReportedError, roundTripMs } from './echo-tally.ts';

/** Hosts by position, from 0. */
export interface SweptHosts {
  readonly size: number;
  /** 4 or 16 bytes, in `into` where that has room for them. */
  bytesAt(position: number, into?: Uint8Array): Uint8Array;
  isAt(position: number, address: Uint8Array): boolean;
  /** -1 when it is none of them. */
  positionOf(address: Uint8Array): number;
}

export interface SweptHost {
  readonly position: number;
  readonly asked: number;
  readonly answered: number;
  /** Longest of its round trips, null when it did not answer. */
  readonly slowestMs: number | null;
}

export class SweepTable {
  readonly #size: number;
  /** When each host was asked, by round; NaN: it was not. */
  readonly #askedAt: Float64Array[] = [];
  /** A bit for each round that was answered. */
  readonly #answeredIn: Uint32Array;
  readonly #slowestMs: Float64Array;
  readonly #fastestMs: Float64Array;
  readonly #errors = new Map<number, ReportedError>();
  readonly #notAsked = new Map<number, string>();
  readonly #answersPerRound: number[] = [];
  /** Asked later than that was not waited for; null: everybody was. */
  #openSinceMs: number | null = null;
  #full: string | null = null;
  #slowest = 0;
  answeredCount = 0;
  duplicates = 0;

  constructor({ size }: SweptHosts) {
    this.#size = size;
    this.#answeredIn = new Uint32Array(size);
    this.#slowestMs = new Float64Array(size).fill(Number.NaN);
    this.#fastestMs = new Float64Array(size).fill(Number.NaN);
  }

  get size(): number {
    return this.#size;
  }

  /** Of all round trips so far. */
  get slowestMs(): number {
    return this.#slowest;
  }

  /** Why some could not be asked: the queue or the neighbour table was full for long. */
  get full(): string | null {
    return this.#full;
  }

  asks(position: number, round: number, atMs: number): void {
    this.#askedAt[round] ??= new Float64Array(this.#size).fill(Number.NaN);
    // What was answered in the same breath keeps the time that its round trip was counted from.
    if (((this.#answeredIn[position] as number) & (1 << round)) === 0)
      (this.#askedAt[round] as Float64Array)[position] = atMs;
  }

  wasNotAsked(position: number, round: number): void {
    const asked = this.#askedAt[round];
    if (asked !== undefined) asked[position] = Number.NaN;
  }

  couldNotAsk(position: number, code: string): void {
    this.#notAsked.set(position, code);
  }

  ranFull(code: string): void {
    this.#full = code;
  }

  answered(position: number, round: number, atMs: number): void {
    const askedAt = this.#askedAt[round]?.[position] ?? Number.NaN;
    if (Number.isNaN(askedAt)) return;
    const before = this.#answeredIn[position] as number;
    if ((before & (1 << round)) !== 0) {
      this.duplicates++;
      return;
    }
    if (before === 0) this.answeredCount++;
    this.#answeredIn[position] = before | (1 << round);
    this.#answersPerRound[round] = (this.#answersPerRound[round] ?? 0) + 1;
    const rtt = roundTripMs(askedAt, atMs);
    this.#slowest = Math.max(this.#slowest, rtt);
    if (!(rtt <= (this.#slowestMs[position] as number))) this.#slowestMs[position] = rtt;
    if (!(rtt >= (this.#fastestMs[position] as number))) this.#fastestMs[position] = rtt;
  }

  refused(position: number, error: ReportedError): void {
    if (!this.#errors.has(position)) this.#errors.set(position, error);
  }

  /** Nothing more is waited for: everybody has answered, or is said not to be there. */
  get isSettled(): boolean {
    return this.isSettledIn(null);
  }

  /** The same of one round; null: of any. */
  isSettledIn(round: number | null): boolean {
    const answers = round === null ? this.answeredCount : (this.#answersPerRound[round] ?? 0);
    if (answers + this.#errors.size + this.#notAsked.size < this.#size) return false;
    for (let position = 0; position < this.#size; position++) {
      const bits = this.#answeredIn[position] as number;
      const isAnswered = round === null ? bits !== 0 : (bits & (1 << round)) !== 0;
      if (!isAnswered && !this.#errors.has(position) && !this.#notAsked.has(position)) return false;
    }
    return true;
  }

  /** Whom to ask next. */
  positions(everybody: boolean): number[] {
    const positions: number[] = [];
    for (let position = 0; position < this.#size; position++) {
      if (this.#notAsked.has(position)) continue;
      const isSilent = this.#answeredIn[position] === 0 && !this.#errors.has(position);
      if (everybody || isSilent) positions.push(position);
    }
    return positions;
  }

  /** It is over; what was asked later than `openSinceMs` was not waited for. */
  ended(openSinceMs: number | null): this {
    this.#openSinceMs = openSinceMs;
    return this;
  }

  at(position: number): SweptHost {
    let [asked, answered] = [0, 0];
    const bits = this.#answeredIn[position] as number;
    for (const [round, askedAt] of this.#askedAt.entries()) {
      const at = askedAt[position] as number;
      const isAnswered = (bits & (1 << round)) !== 0;
      if (Number.isNaN(at) || (!isAnswered && this.#openSinceMs !== null && at > this.#openSinceMs)) continue;
      asked++;
      if (isAnswered) answered++;
    }
    const slowest = this.#slowestMs[position] as number;
    return { position, asked, answered, slowestMs: Number.isNaN(slowest) ? null : slowest };
  }

  isAnswered(position: number): boolean {
    return this.#answeredIn[position] !== 0;
  }

  /** The fastest round trip of each host that answered, ascending. */
  rttsMs(): Float64Array {
    return this.#fastestMs.filter((rtt) => !Number.isNaN(rtt)).sort();
  }

  /** What was said in place of answers, by hosts that never answered. */
  errors(): ReportedError[] {
    return [...this.#errors].flatMap(([position, error]) => (this.isAnswered(position) ? [] : [error]));
  }

  /** Hosts that could not be asked, by the reason in the words of errno(3). */
  notAsked(): Map<string, number> {
    const counts = new Map<string, number>();
    const count = (code: string): unknown => counts.set(code, (counts.get(code) ?? 0) + 1);
    for (let position = 0; position < this.#size; position++) {
      const code = this.#notAsked.get(position);
      if (code !== undefined) count(code);
      else if (this.#full !== null && this.at(position).asked === 0) count(this.#full);
    }
    return counts;
  }
}
