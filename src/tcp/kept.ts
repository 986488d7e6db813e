// A connection that is kept from being forgotten, in one of the two ways that ssh knows: by empty keepalive probes, as
// TCPKeepAlive does, or by payload that is answered, as ServerAliveInterval does. Some boxes count only the second.

import type { Clock } from '../clock.ts';
import { encodeSpeak, SHORTEST_SPEAK_SECONDS, SPOKEN } from '../serve/index.ts';
import type { Connection, Ending } from './dial.ts';
import {
  askProbedConnection,
  type IdleOutcome,
  MOST_UNANSWERED,
  probeOfEnding,
  UNANSWERED_SECONDS,
} from './keepalive-probe.ts';
import type { PartnerConnection } from './partner.ts';
import { SILENCE_MS, SILENCE_ROUND_TRIPS } from './partner-probe.ts';

export interface Kept {
  readonly speaks: 'keepalive' | 'payload';
  /** null while it stands. */
  readonly ending: Ending | null;
  /** Since the peer was last heard; where it has ended, before that. */
  readonly silentMs: number;
  /** From now on; called again, at the new pace. */
  keepEvery(seconds: number): void;
  /** Asks whether it still works, whatever was asked before. When `signal` aborts: `inconclusive`. */
  ask(signal: AbortSignal): Promise<IdleOutcome>;
  close(): void;
}

/** `late`: as in keepalive-probe.ts. */
export function keptByKeepalives(connection: Connection, clock: Clock, late = 0): Kept {
  return {
    speaks: 'keepalive',
    get ending() {
      return connection.state().ending;
    },
    get silentMs() {
      const { ending, lastHeardMs } = connection.state();
      return ending?.idleMs ?? lastHeardMs;
    },
    keepEvery: (seconds) => connection.startProbing(MOST_UNANSWERED, seconds),
    ask: (signal) => askProbedConnection(connection, clock, signal, UNANSWERED_SECONDS + late),
    close: () => connection.close(),
  };
}

/** While a word is awaited. */
const WORD_GLANCE_MS = 50;
/** While none is. */
const GLANCE_MS = 250;

/** A partner that is asked to speak at once, again and again. */
export class KeptByPayload implements Kept {
  readonly speaks = 'payload';
  readonly #connection: PartnerConnection;
  readonly #silenceMs: number;
  readonly #clock: Clock;
  #everyMs = 0;
  #isKept = false;
  #heardAt: number;
  #askedAt: number;
  /** One question at a time is all that a partner puts up with. */
  #isOwed = false;

  constructor(connection: PartnerConnection, roundTripMs: number, clock: Clock) {
    this.#connection = connection;
    this.#silenceMs = SHORTEST_SPEAK_SECONDS * 1000 + SILENCE_MS + SILENCE_ROUND_TRIPS * roundTripMs;
    this.#clock = clock;
    this.#heardAt = this.#askedAt = clock.now();
  }

  get ending(): Ending | null {
    return this.#connection.ending;
  }

  get silentMs(): number {
    return this.ending?.idleMs ?? this.#clock.now() - this.#heardAt;
  }

  keepEvery(seconds: number): void {
    this.#everyMs = seconds * 1000;
    if (this.#isKept) return;
    this.#isKept = true;
    void this.#keep();
  }

  async ask(signal: AbortSignal): Promise<IdleOutcome> {
    this.#listen();
    if (!this.#isOwed) this.#speak();
    while (!signal.aborted) {
      this.#listen();
      if (this.ending !== null) return probeOfEnding(this.ending).outcome;
      if (!this.#isOwed) return 'alive';
      if (this.#clock.now() - this.#askedAt > this.#silenceMs) return 'silent-drop';
      await this.#clock.sleep(WORD_GLANCE_MS, signal);
    }
    return 'inconclusive';
  }

  close(): void {
    this.#connection.close();
  }

  async #keep(): Promise<void> {
    while (this.ending === null) {
      this.#listen();
      const dueMs = this.#askedAt + this.#everyMs - this.#clock.now();
      if (!this.#isOwed && dueMs <= 0) this.#speak();
      await this.#clock.sleep(this.#isOwed ? WORD_GLANCE_MS : Math.min(GLANCE_MS, dueMs));
    }
  }

  #speak(): void {
    this.#connection.sendLine(encodeSpeak(SHORTEST_SPEAK_SECONDS));
    this.#askedAt = this.#clock.now();
    this.#isOwed = true;
  }

  #listen(): void {
    if (!this.#isOwed || this.#connection.takeLine() !== SPOKEN) return;
    this.#isOwed = false;
    this.#heardAt = this.#clock.now();
  }
}
