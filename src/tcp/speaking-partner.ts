// A partner that is kept speaking once a second: what the control of a measurement with a partner is, and what keeps a
// connection that proved alive from being forgotten until it is needed again. Control watches it as it watches a Connection.

import type { Clock } from '../clock.ts';
import { encodeSpeak, SPOKEN } from '../serve/index.ts';
import type { Watched } from './control.ts';
import type { ConnectionState } from './dial.ts';
import type { PartnerConnection } from './partner.ts';

const INTERVAL_SECONDS = 1;
/** It is not looked for sooner than it can come. */
const AT_REST_MS = 950;
const GLANCE_MS = 50;
/** Its interval, and the time in which a lost word is said again. */
const LAST_WORD_MS = 3000;

export class SpeakingPartner implements Watched {
  readonly speaks = 'payload';
  readonly connection: PartnerConnection;
  readonly #clock: Clock;
  #isWanted = false;
  #talking: Promise<void> | null = null;
  #heardAt: number;

  constructor(connection: PartnerConnection, clock: Clock) {
    this.connection = connection;
    this.#clock = clock;
    this.#heardAt = clock.now();
  }

  state(): ConnectionState {
    const idleMs = this.#clock.now() - this.#heardAt;
    return {
      idleMs,
      silentMs: idleMs,
      lastHeardMs: idleMs,
      greeting: new Uint8Array(0),
      ending: this.connection.ending,
    };
  }

  /** However long it is silent: only the kernel gives the connection up. */
  startProbing(): void {
    this.#isWanted = true;
    this.#talking ??= this.#talk();
  }

  stopProbing(): void {
    this.#isWanted = false;
  }

  /** Waits for the last word that it still owes, after which it may be asked for another one; false when none comes. */
  async hush(signal: AbortSignal): Promise<boolean> {
    this.stopProbing();
    for (const deadline = this.#clock.now() + LAST_WORD_MS; this.#talking !== null; ) {
      if (this.#clock.now() >= deadline || signal.aborted) return false;
      await this.#clock.sleep(GLANCE_MS, signal);
    }
    return this.connection.ending === null;
  }

  close(): void {
    this.connection.close();
  }

  async #talk(): Promise<void> {
    while (this.#isWanted && this.connection.ending === null) {
      this.connection.sendLine(encodeSpeak(INTERVAL_SECONDS));
      await this.#clock.sleep(AT_REST_MS);
      while (this.connection.ending === null && this.connection.takeLine() !== SPOKEN)
        await this.#clock.sleep(GLANCE_MS);
      if (this.connection.ending === null) this.#heardAt = this.#clock.now();
    }
    this.#talking = null;
  }
}
