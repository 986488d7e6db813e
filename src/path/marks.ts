// The same packets with different marks (DSCP, RFC 2474), in turn: what becomes of each, and where a mark is changed on the way.

import type { Clock } from '../clock.ts';
import { type Answer, PLAIN, type Prober } from './probe.ts';
import type { Unreachable } from './unreachable.ts';

export interface MarkOptions {
  /** Values of the field, each at most once. */
  readonly dscps: readonly number[];
  readonly rounds: number;
  /** Between two packets with the same mark. */
  readonly intervalMs: number;
  readonly waitMs: number;
  /** The next packet with a mark waits for the answer to the last one. */
  readonly oneAtATime: boolean;
}

/** What became of the packets with one mark. */
export interface MarkedTally {
  readonly dscp: number;
  readonly sent: number;
  readonly answered: number;
  /** Of TCP: answered by a reset. */
  readonly refused: number;
  readonly errors: readonly (Unreachable & { readonly count: number })[];
}

/** Rounds more, where the first ones leave a difference that may be chance. */
const MORE_ROUNDS = 40;

/**
 * In the order of `dscps`; packets with different marks take turns. `proberOf` is the way of asking with one mark. What was
 * interrupted counts as not sent. @throws what a way of asking failed with.
 */
export async function compareMarks(
  proberOf: (index: number) => Prober,
  options: MarkOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<MarkedTally[]> {
  const { dscps, intervalMs, waitMs, oneAtATime } = options;
  const tallies = dscps.map((dscp) => new Tally(dscp));
  const askWith = async (tally: Tally, index: number, rounds: number): Promise<void> => {
    const asking: Promise<void>[] = [];
    // In another order each round: what lets one packet through at even intervals would else let the same mark through each time.
    const slotMs = (round: number): number => (((index + round) % dscps.length) * intervalMs) / dscps.length;
    await clock.sleep(slotMs(0), signal);
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const asked = tally.ask(proberOf(index), waitMs, signal);
      asking.push(asked);
      if (oneAtATime) await asked;
      if (round < rounds - 1) await clock.sleep(intervalMs + slotMs(round + 1) - slotMs(round), signal);
    }
    await Promise.all(asking);
  };
  const ask = async (rounds: number): Promise<void> => {
    await Promise.all(tallies.map((tally, index) => askWith(tally, index, rounds)));
  };
  await ask(options.rounds);
  const shares = tallies.map(({ answered, refused }) => answered - refused);
  const isUnclear = Math.max(...shares) !== Math.min(...shares) && Math.min(...shares) > 0;
  if (isUnclear && !signal.aborted) await ask(MORE_ROUNDS);
  return tallies;
}

class Tally implements MarkedTally {
  readonly dscp: number;
  readonly errors: (Unreachable & { count: number })[] = [];
  sent = 0;
  answered = 0;
  refused = 0;

  constructor(dscp: number) {
    this.dscp = dscp;
  }

  async ask(prober: Prober, waitMs: number, signal: AbortSignal): Promise<void> {
    const answer = await prober.ask({ ...PLAIN, dscp: this.dscp }, waitMs, signal);
    if (answer === null && signal.aborted) return;
    this.#hear(answer);
  }

  #hear(answer: Answer | null): void {
    if (answer?.kind === 'unsent') return;
    this.sent++;
    if (answer?.kind === 'reply') {
      this.answered++;
      if (answer.tcp?.refused) this.refused++;
    }
    if (answer?.kind !== 'unreachable') return;
    const { from, type, code } = answer;
    const known = this.errors.find((each) => each.from === from && each.type === type && each.code === code);
    if (known === undefined) this.errors.push({ from, type, code, count: 1 });
    else known.count++;
  }
}

/** One marked packet, as it was when it reached a hop. */
export interface MarkAtHop {
  readonly hop: number;
  readonly sentDscp: number;
  /** null: nobody answered for it, which one packet proves nothing by. */
  readonly arrivedDscp: number | null;
}

/** A marked packet to each hop on the way: who quotes it tells which mark it had by then. @throws likewise. */
export async function followMarks(
  prober: Prober,
  hops: readonly number[],
  dscps: readonly number[],
  waitMs: number,
  signal: AbortSignal,
): Promise<MarkAtHop[]> {
  const asking = hops.flatMap((hop) =>
    dscps.map(async (sentDscp): Promise<MarkAtHop> => {
      const answer = await prober.ask({ ...PLAIN, hopLimit: hop, dscp: sentDscp }, waitMs, signal);
      return { hop, sentDscp, arrivedDscp: answer?.kind === 'time-exceeded' ? answer.dscp : null };
    }),
  );
  return Promise.all(asking);
}
