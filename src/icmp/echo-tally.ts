// What became of the requests to one host: pure bookkeeping, the same for every way of asking.

/** An ICMP error that came back in place of a reply, with who sent it. */
export interface ReportedError {
  readonly from: string;
  readonly type: number;
  readonly code: number;
}

export interface HostEcho {
  readonly address: string;
  /** Requests that the kernel took. */
  readonly sent: number;
  /** Requests that were answered, each counted once. */
  readonly received: number;
  /** Of those that were not, how many might still have been when it was interrupted. */
  readonly unsettled: number;
  /** Round-trip times of those that were answered, in the order of the requests. */
  readonly rttsMs: readonly number[];
  /** The same with null for each that was lost; those that might still have come are left out. */
  readonly series: readonly (number | null)[];
  /** Most requests in a row without an answer. */
  readonly longestLossRun: number;
  /** Further answers to requests already answered. */
  readonly duplicates: number;
  /** Answers that a later request's answer had overtaken (RFC 4737). */
  readonly reordered: number;
  /** TTL of the answers, the commonest first; empty when the system does not say. */
  readonly hopLimits: readonly { readonly hopLimit: number; readonly count: number }[];
  /** How often it was another one than in the answer before. */
  readonly hopLimitChanges: number;
  readonly errors: readonly ReportedError[];
  /** Requests that the kernel did not take. */
  readonly unsent: number;
  /** Why, of the first of them; null when all were sent. */
  readonly sendError: string | null;
}

/** A microsecond: two clocks are read one after the other, and what was answered at once was not answered before. */
const SHORTEST_MS = 0.001;

export function roundTripMs(sentAtMs: number, answeredAtMs: number): number {
  return Math.max(SHORTEST_MS, answeredAtMs - sentAtMs);
}

/** About one request: more are made up, and would be as many as somebody likes. */
const MOST_ERRORS = 4;

export class EchoTally {
  readonly #address: string;
  /** By serial number; a request that the kernel did not take is not in it. */
  readonly #sentAt = new Map<number, number>();
  readonly #rttsMs = new Map<number, number>();
  readonly #settled = new Set<number>();
  readonly #hopLimits = new Map<number, number>();
  readonly #errors: ReportedError[] = [];
  /** Errors about each request. */
  readonly #refused = new Map<number, number>();
  #duplicates = 0;
  #reordered = 0;
  #latest = -1;
  #lastHopLimit: number | null = null;
  #hopLimitChanges = 0;
  #unsent = 0;
  #sendError: string | null = null;

  constructor(address: string) {
    this.#address = address;
  }

  get sent(): number {
    return this.#sentAt.size;
  }

  get received(): number {
    return this.#rttsMs.size;
  }

  /** Requests of which nothing more is waited for: answered, refused, or never sent. */
  get settled(): number {
    return this.#settled.size;
  }

  /** Serial numbers of requests that neither a reply nor an error came back for. */
  unanswered(): number[] {
    return [...this.#sentAt.keys()].filter((serial) => !this.#settled.has(serial)).sort((a, b) => a - b);
  }

  /** Told again when the moment is known better; what has been answered by then stays as it is. */
  leaves(serial: number, atMs: number): void {
    if (!this.#rttsMs.has(serial)) this.#sentAt.set(serial, atMs);
  }

  /** It was not taken; `why` is null when it will be tried again. */
  couldNotLeave(serial: number, why: string | null): void {
    this.#sentAt.delete(serial);
    if (why === null) return;
    this.#settled.add(serial);
    this.#unsent++;
    this.#sendError ??= why;
  }

  /** `rttMs` null: since it was sent. */
  answered(serial: number, atMs: number, hopLimit: number | null, rttMs: number | null = null): void {
    const sentAt = this.#sentAt.get(serial);
    if (sentAt === undefined) return;
    if (hopLimit !== null) {
      if (this.#lastHopLimit !== null && this.#lastHopLimit !== hopLimit) this.#hopLimitChanges++;
      this.#lastHopLimit = hopLimit;
      this.#hopLimits.set(hopLimit, (this.#hopLimits.get(hopLimit) ?? 0) + 1);
    }
    if (this.#rttsMs.has(serial)) {
      this.#duplicates++;
      return;
    }
    this.#rttsMs.set(serial, rttMs ?? roundTripMs(sentAt, atMs));
    this.#settled.add(serial);
    if (serial < this.#latest) this.#reordered++;
    this.#latest = Math.max(this.#latest, serial);
  }

  refused(serial: number, error: ReportedError): void {
    const before = this.#refused.get(serial) ?? 0;
    if (!this.#sentAt.has(serial) || before === MOST_ERRORS) return;
    this.#refused.set(serial, before + 1);
    this.#errors.push(error);
    this.#settled.add(serial);
  }

  /** What was sent after `waitedSinceMs` was not waited for to the end; Infinity: all was. */
  result(waitedSinceMs = Number.POSITIVE_INFINITY): HostEcho {
    const inOrder = [...this.#sentAt.keys()].sort((a, b) => a - b);
    const wereAllWaitedFor = waitedSinceMs === Number.POSITIVE_INFINITY;
    const isOpen = (serial: number): boolean =>
      !wereAllWaitedFor && (this.#sentAt.get(serial) as number) > waitedSinceMs && !this.#settled.has(serial);
    let [run, longest, unsettled] = [0, 0, 0];
    const series: (number | null)[] = [];
    for (const serial of inOrder) {
      const rttMs = this.#rttsMs.get(serial) ?? null;
      if (rttMs === null && isOpen(serial)) unsettled++;
      else {
        series.push(rttMs);
        run = rttMs === null ? run + 1 : 0;
      }
      longest = Math.max(longest, run);
    }
    const hopLimits = [...this.#hopLimits].map(([hopLimit, count]) => ({ hopLimit, count }));
    return {
      address: this.#address,
      sent: this.sent,
      received: this.received,
      unsettled,
      rttsMs: [...this.#rttsMs].sort(([a], [b]) => a - b).map(([, rtt]) => rtt),
      series,
      longestLossRun: longest,
      duplicates: this.#duplicates,
      reordered: this.#reordered,
      hopLimits: hopLimits.sort((a, b) => b.count - a.count || a.hopLimit - b.hopLimit),
      hopLimitChanges: this.#hopLimitChanges,
      errors: this.#errors,
      unsent: this.#unsent,
      sendError: this.#sendError,
    };
  }
}
