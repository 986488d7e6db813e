// What a chart shows, as values: the page embeds them, and the browser draws nothing else.

import type { EvidenceOf } from '../../evidence.ts';

export type Outcome = EvidenceOf<'idle-timeout'>['probes'][number]['outcome'];

export interface LadderData {
  readonly chart: 'ladder';
  /** Ascending by idle time. */
  readonly probes: readonly {
    readonly idleSeconds: number;
    readonly outcome: Outcome;
    readonly code: string | null;
    readonly pass: number;
  }[];
  readonly survivedSeconds: number | null;
  readonly expiredSeconds: number | null;
}

export interface ClaimsData {
  readonly chart: 'claims';
  readonly claims: readonly {
    readonly mac: string;
    readonly firstSeconds: number;
    readonly lastSeconds: number;
    readonly count: number;
  }[];
  /** When the address went to another MAC by itself. */
  readonly flips: readonly { readonly atSeconds: number; readonly toMac: string }[];
  readonly untilSeconds: number;
}

export interface RoundTripsData {
  readonly chart: 'round-trips';
  /** Of each request in turn, in ms; null where it was lost. */
  readonly rttSeriesMs: readonly (number | null)[];
}

export type ChartData = LadderData | ClaimsData | RoundTripsData;

/** A chart beside its words: what a reader of the page, or of a screen reader, is told instead. */
export interface Chart {
  readonly data: ChartData;
  readonly title: string;
  readonly words: string;
}
