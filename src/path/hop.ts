// One hop of a path: who answered for probes that died there, how often, and how often it answers when it is asked itself.

import type { Answer, Rewritten } from './probe.ts';

/** Answers that are back; a probe that is under way counts as neither. */
export interface Tally {
  readonly sent: number;
  readonly received: number;
  readonly rttsMs: readonly number[];
}

export interface MeasuredHop {
  readonly hop: number;
  /** Those that answered most often first; empty where nobody did. */
  readonly addresses: readonly string[];
  /** By probes that died there; of the last hop, by those that arrived. */
  readonly tally: Tally;
  /** By echo requests to the hop itself; null when it was not asked, because nobody knows its address, or it is the host. */
  readonly asked: Tally | null;
  readonly rewritten: readonly Rewritten[];
}

/** Of one kind of probe. */
export class Counter implements Tally {
  sent = 0;
  unsent = 0;
  received = 0;
  rttsMs: number[] = [];

  count(answer: Answer | null): void {
    // What was never sent says nothing of the network.
    if (answer?.kind === 'unsent') {
      this.unsent++;
      return;
    }
    this.sent++;
    if (answer?.kind !== 'reply' && answer?.kind !== 'time-exceeded') return;
    this.received++;
    if (answer.rttMs !== null) this.rttsMs.push(answer.rttMs);
  }

  soFar(): Tally {
    return { sent: this.sent, received: this.received, rttsMs: [...this.rttsMs] };
  }
}

export class Hop {
  readonly hop: number;
  readonly tally = new Counter();
  readonly asked = new Counter();
  readonly #senders = new Map<string, number>();
  readonly #rewritten = new Set<Rewritten>();

  constructor(hop: number) {
    this.hop = hop;
  }

  hear(answer: Answer | null): void {
    this.tally.count(answer);
    if (answer?.kind !== 'reply' && answer?.kind !== 'time-exceeded') return;
    this.#senders.set(answer.from, (this.#senders.get(answer.from) ?? 0) + 1);
    if (answer.kind === 'time-exceeded') for (const field of answer.rewritten) this.#rewritten.add(field);
  }

  get addresses(): string[] {
    return [...this.#senders].sort(([, a], [, b]) => b - a).map(([address]) => address);
  }

  measured(): MeasuredHop {
    const { hop, addresses, tally, asked } = this;
    return {
      hop,
      addresses,
      tally: tally.soFar(),
      asked: asked.sent === 0 ? null : asked.soFar(),
      rewritten: [...this.#rewritten].sort(),
    };
  }
}
