// One connection of the partner, from the banner to its end, against a port: what is asked, answered and not put up with.

import type { Clock } from '../clock.ts';
import { LineReader } from './line-reader.ts';
import { BANNER, decodeRequest, SPOKEN } from './protocol.ts';

/** The port to the one who connected. */
export interface Peer {
  write(text: string): void;
  /** What was written and has not left. */
  unsentBytes(): number;
  /** Ends the connection now; closing it again does nothing. */
  close(): void;
}

/** Longer than anything that may be asked for, so that it only ends what was left behind. */
export const LIFETIME_SECONDS = 25 * 3600;

/** A word a time, by who waits for it: whoever has so many of them unread reads nothing. */
const MOST_UNSENT_BYTES = 4096;

export class Session {
  readonly #peer: Peer;
  readonly #clock: Clock;
  readonly #tell: (event: string) => void;
  readonly #lines = new LineReader();
  readonly #ended = new AbortController();
  #isAsked = false;

  constructor(peer: Peer, clock: Clock, tell: (event: string) => void) {
    this.#peer = peer;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Greets; from now on it may be asked, until its lifetime is over. */
  begin(): void {
    this.#tell('connected');
    this.#peer.write(`${BANNER}\r\n`);
    void this.#expire();
  }

  /** Bytes that came. */
  receive(bytes: Uint8Array): void {
    if (this.#ended.signal.aborted) return;
    for (const line of this.#lines.push(bytes)) {
      const objection = this.#obey(line);
      if (objection === null) continue;
      this.end(`closed: ${objection}`);
      return;
    }
    if (this.#lines.isTooLong) this.end('closed: a line that is too long');
  }

  /** Ends it from our side, or tells that it has ended. */
  end(why: string): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#tell(why);
    this.#peer.close();
  }

  /** Why it will not be done; null when it will. */
  #obey(line: string): string | null {
    const request = decodeRequest(line);
    if (!request.ok) return `a line that is ${request.reason}`;
    if (this.#isAsked) return 'asked again before it was answered';
    void this.#speakAfter(request.seconds);
    return null;
  }

  async #speakAfter(seconds: number): Promise<void> {
    this.#isAsked = true;
    this.#tell(`will speak after ${seconds} s`);
    await this.#clock.sleep(seconds * 1000, this.#ended.signal);
    if (this.#ended.signal.aborted) return;
    this.#isAsked = false;
    if (this.#peer.unsentBytes() > MOST_UNSENT_BYTES) {
      this.end('closed: it does not read what it asked for');
      return;
    }
    this.#tell(SPOKEN);
    this.#peer.write(`${SPOKEN}\r\n`);
  }

  async #expire(): Promise<void> {
    await this.#clock.sleep(LIFETIME_SECONDS * 1000, this.#ended.signal);
    this.end('closed: it has stood for too long');
  }
}
