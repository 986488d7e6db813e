// A partner that is kept speaking once a second: what the control of the inbound direction is, and what keeps a connection
// that proved alive from being forgotten until it is needed again. Control watches it as it watches a Connection.

import type { Clock } from '../clock.ts';
import { encodeSpeak, SPOKEN } from '../serve/index.ts';
import type { Watched } from './control.ts';
import type { ConnectionState } from './dial.ts';
import type { PartnerConnection } from './partner.ts';

const INTERVAL_SECONDS = 1;
/** It is not looked for sooner than it can come. */
const AT_REST_MS = 950;
const GLANCE_MS = 50;

export class SpeakingPartner implements Watched {
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
    return { idleMs, lastHeardMs: idleMs, greeting: new Uint8Array(0), ending: this.connection.ending };
  }

  /** However long it is silent: only the kernel gives the connection up. */
  startProbing(): void {
    this.#isWanted = true;
    this.#talking ??= this.#talk();
  }

  stopProbing(): void {
    this.#isWanted = false;
  }

  /** Lets it say its last word, which it still owes; then it may be asked again. */
  async hush(): Promise<void> {
    this.stopProbing();
    await this.#talking;
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
