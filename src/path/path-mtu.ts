// The largest packet that gets through whole (RFC 1191, RFC 8201, RFC 4821): sizes are tried side by side, and what a router
// says of its link is tried next. A size that comes back is proof. One that does not come back proves nothing until it has
// vanished so often, beside others that arrive, that it is no accident.

import type { Clock } from '../clock.ts';
import { type Answer, PLAIN, type Prober } from './probe.ts';
import { isNoAccident } from './sureness.ts';

export interface PathMtuOptions {
  /** The interface's, and what every link must carry (RFC 791: 576 whole for a host; RFC 8200: 1280). */
  readonly interfaceMtuBytes: number;
  readonly leastBytes: number;
  /** How long an answer may take. */
  readonly waitMs: number;
}

export interface TooBig {
  /** null: this machine's own interface. */
  readonly from: string | null;
  /** null: it did not say. */
  readonly mtuBytes: number | null;
}

export interface PathMtu {
  /** null when it could not be told. */
  readonly mtuBytes: number | null;
  /**
   * Who said that something was too big for its link, and is believed: nothing larger than `mtuBytes` came back. Of a black hole:
   * who says so of sizes that it does not pass on either, which is as bad as silence, for TCP goes by it.
   */
  readonly reported: TooBig | null;
  /** Larger ones vanish without a word, or with a wrong one. */
  readonly isBlackHole: boolean;
  /** Whether packets of a usual size were. */
  readonly isAnswered: boolean;
  /** Largest that came back; null when none did. */
  readonly passedBytes: number | null;
  readonly passedTimes: number;
  /** Smallest that never came back, and how often that was tried; null when the interface's own size comes back. */
  readonly failed: { readonly bytes: number; readonly times: number } | null;
  /** Why this machine did not send one of them, in the system's words; null when it sent all. */
  readonly unsentBecause: string | null;
}

/** Sizes between two known ones that are tried at once. */
const SIDE_BY_SIDE = 7;
/** An answer that takes longer than that many usual ones is not waited for while narrowing; what was narrowed is proved later. */
const PATIENCE = 4;
const SHORTEST_WAIT_MS = 150;
/** Repetitions of what did and did not come back, and between two of them. */
const MOST_TRIALS = 60;
const TRIALS_AT_ONCE = 10;
const TRIAL_INTERVAL_MS = 10;
/** A bracket that proof undoes is narrowed anew so often. */
const MOST_ATTEMPTS = 6;
const CONTROL_TRIES = 3;

/** @throws what a way of asking failed with. */
export async function findPathMtu(
  prober: Prober,
  options: PathMtuOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<PathMtu> {
  return new Search(prober, options, clock, signal).run();
}

class Search {
  readonly #prober: Prober;
  readonly #options: PathMtuOptions;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** Times that each size came back, and did not. */
  readonly #passed = new Map<number, number>();
  readonly #failed = new Map<number, number>();
  /** Told of sizes that were too big. */
  readonly #reports: (TooBig & { readonly bytes: number })[] = [];
  /** Why this machine did not send one of them: of its size nothing is known then. */
  #unsentBecause: string | null = null;
  #waitMs: number;
  #answers = false;

  constructor(prober: Prober, options: PathMtuOptions, clock: Clock, signal: AbortSignal) {
    this.#prober = prober;
    this.#options = options;
    this.#clock = clock;
    this.#signal = signal;
    this.#waitMs = options.waitMs;
  }

  async run(): Promise<PathMtu> {
    const { interfaceMtuBytes, leastBytes } = this.#options;
    this.#answers = await this.#isAnswered();
    const answers = this.#answers && !this.#signal.aborted;
    // Where the host answers nothing, routers may still say what their links don't take.
    await this.#try([interfaceMtuBytes, interfaceMtuBytes]);
    for (let tries = 0; answers && this.#passed.size === 0 && tries < CONTROL_TRIES; tries++) {
      await this.#try([leastBytes, leastBytes]);
    }
    for (let attempt = 0; answers && attempt < MOST_ATTEMPTS && !this.#signal.aborted; attempt++) {
      await this.#narrow();
      if (await this.#prove()) return this.#result(true);
      if (this.#isStopped) break;
    }
    return this.#result(false);
  }

  get #isStopped(): boolean {
    return this.#signal.aborted || this.#unsentBecause !== null;
  }

  /** By packets of a usual size, which also tell how long an answer takes here. */
  async #isAnswered(): Promise<boolean> {
    const startedAtMs = this.#clock.now();
    let unsentBecause: string | null = null;
    const tookMs = await Promise.all(
      Array.from({ length: CONTROL_TRIES }, async () => {
        const answer = await this.#prober.ask(PLAIN, this.#options.waitMs, this.#signal);
        if (answer?.kind === 'unsent') unsentBecause ??= answer.because;
        return answer?.kind === 'reply' ? this.#clock.now() - startedAtMs : null;
      }),
    );
    const answered = tookMs.filter((each) => each !== null);
    if (answered.length === 0) {
      this.#unsentBecause = unsentBecause;
      return false;
    }
    this.#waitMs = Math.min(this.#options.waitMs, Math.max(SHORTEST_WAIT_MS, PATIENCE * Math.max(...answered)));
    return true;
  }

  async #narrow(): Promise<void> {
    while (!this.#isStopped) {
      const [low, high] = this.#bracket();
      if (low === null || high === null || high - low <= 1) return;
      // What a router says is usually true: then two sizes settle it.
      const told = this.#lowestReport();
      const sizes =
        told !== null && told >= low && told < high && !this.#failed.has(told + 1)
          ? [told, told + 1].filter((size) => size > low && size < high)
          : between(low, high);
      await this.#try(sizes.length === 0 ? between(low, high) : sizes);
    }
  }

  /** Largest that came back, and smallest above it that did not, null where there is none. */
  #bracket(): [low: number | null, high: number | null] {
    const low = this.#passed.size === 0 ? null : Math.max(...this.#passed.keys());
    const above = [...this.#failed.keys()].filter((size) => size > (low ?? 0));
    return [low, above.length === 0 ? null : Math.min(...above)];
  }

  #lowestReport(): number | null {
    const told = this.#reports.flatMap(({ mtuBytes }) => (mtuBytes === null ? [] : [mtuBytes]));
    return told.length === 0 ? null : Math.min(...told);
  }

  async #try(sizes: readonly number[], waitMs = this.#waitMs): Promise<void> {
    await Promise.all(
      sizes.map(async (sizeBytes) => {
        const answer = await this.#prober.ask({ ...PLAIN, sizeBytes }, waitMs, this.#signal);
        if (answer !== null || !this.#signal.aborted) this.#learn(sizeBytes, answer);
      }),
    );
  }

  #learn(bytes: number, answer: Answer | null): void {
    if (answer?.kind === 'unsent') {
      this.#unsentBecause ??= answer.because;
      return;
    }
    const counts = answer?.kind === 'reply' ? this.#passed : this.#failed;
    counts.set(bytes, (counts.get(bytes) ?? 0) + 1);
    if (answer?.kind === 'too-big') this.#reports.push({ bytes, from: answer.from, mtuBytes: answer.mtuBytes });
  }

  /** Tries both ends of the bracket in turn until the upper one is no accident. False: it came back, or nothing was proved. */
  async #prove(): Promise<boolean> {
    const [low, high] = this.#bracket();
    if (low === null || this.#signal.aborted) return false;
    if (high === null) return low === this.#options.interfaceMtuBytes;
    if (this.#isStopped) return false;
    if (this.#reportOf(high) !== null) return true;
    let answered = 0;
    for (let trials = 0; trials < MOST_TRIALS && !this.#isStopped; trials += TRIALS_AT_ONCE) {
      const before = this.#passed.get(low) ?? 0;
      const trying: Promise<void>[] = [];
      for (let trial = 0; trial < TRIALS_AT_ONCE; trial++) {
        const sizes = isTurned(trials + trial) ? [high, low] : [low, high];
        trying.push(this.#try(sizes, this.#patientMs()));
        await this.#clock.sleep(TRIAL_INTERVAL_MS, this.#signal);
      }
      await Promise.all(trying);
      answered += (this.#passed.get(low) ?? 0) - before;
      if (this.#passed.has(high)) return false;
      if (isNoAccident(this.#failed.get(high) ?? 0, answered, trials + TRIALS_AT_ONCE)) return !this.#isStopped;
    }
    return false;
  }

  #patientMs(): number {
    return Math.min(this.#options.waitMs, 2 * this.#waitMs);
  }

  #reportOf(bytes: number): TooBig | null {
    return this.#reports.find((report) => report.bytes === bytes) ?? null;
  }

  #result(isProven: boolean): PathMtu {
    const [low, high] = this.#bracket();
    const failed = high === null ? null : { bytes: high, times: this.#failed.get(high) ?? 0 };
    const passedTimes = low === null ? 0 : (this.#passed.get(low) ?? 0);
    const seen = {
      isAnswered: this.#answers,
      passedBytes: low,
      passedTimes,
      failed,
      unsentBecause: this.#unsentBecause,
    };
    const believed = this.#believedReport(low);
    if (low === null) return { ...seen, mtuBytes: believed?.mtuBytes ?? null, reported: believed, isBlackHole: false };
    if (!isProven) return { ...seen, mtuBytes: null, reported: believed, isBlackHole: false };
    // A report of another size than the last one that fits belongs to the same link, if none larger got through.
    return {
      ...seen,
      mtuBytes: low,
      reported: failed === null ? null : (believed ?? this.#wrongReport(failed.bytes)),
      isBlackHole: failed !== null && believed === null,
    };
  }

  /** Of a size that it would take by its own word. */
  #wrongReport(bytes: number): TooBig | null {
    const report = this.#reportOf(bytes);
    return report === null ? null : { from: report.from, mtuBytes: report.mtuBytes };
  }

  /** Of the narrowest link that spoke: the report with the smallest MTU, of a packet larger than all that came back. */
  #believedReport(passedBytes: number | null): TooBig | null {
    const fitting = this.#reports
      .filter(
        ({ bytes, mtuBytes }) =>
          bytes > (passedBytes ?? 0) && (mtuBytes === null || passedBytes === null || mtuBytes <= passedBytes),
      )
      // Of the same MTU the router's own word comes before this machine's, which has it from that router.
      .sort((a, b) => (a.mtuBytes ?? 0) - (b.mtuBytes ?? 0) || Number(a.from === null) - Number(b.from === null));
    const [first] = fitting;
    return first === undefined ? null : { from: first.from, mtuBytes: first.mtuBytes };
  }
}

/** The golden ratio: parts of its multiples are spread evenly, of every second or tenth one too. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Whether the larger one goes first. A box that lets so many a second through takes the one that comes first, and neither may be
 * that always, nor in time with the box.
 */
function isTurned(trial: number): boolean {
  return (trial * GOLDEN) % 1 >= 0.5;
}

/** Sizes spread evenly between two, without them. */
function between(low: number, high: number): number[] {
  const gap = high - low;
  const sizes = Array.from(
    { length: SIDE_BY_SIDE },
    (_, index) => low + Math.round(((index + 1) * gap) / (SIDE_BY_SIDE + 1)),
  );
  return [...new Set(sizes)].filter((size) => size > low && size < high);
}
