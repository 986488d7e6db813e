// The connections of one measurement: new ones while the budget lasts, then those that have already proved alive.

import type { Connection, Dial, DialFailure, Endpoint } from './dial.ts';
import type { LadderLimits } from './ladder.ts';
import { Places } from './places.ts';

export const CONNECT_TIMEOUT_MS = 5000;
/** Keeps a connection that was alive usable for another purpose. */
const KEEP_WARM_PROBES = 120;

export class ConnectionPool {
  readonly dialFailures: { reason: DialFailure; code: string }[] = [];
  /** Of all that came about: where no packet was lost, about one round trip. */
  fastestConnectMs = Number.POSITIVE_INFINITY;
  readonly #places: Places;
  readonly #dial: Dial;
  readonly #endpoint: Endpoint;
  readonly #warm: Connection[] = [];
  #reserved: number;

  /** `reserved` connections are kept from the rungs of the ladder until `release()`. */
  constructor(dial: Dial, endpoint: Endpoint, limits: LadderLimits, reserved: number) {
    this.#dial = dial;
    this.#endpoint = endpoint;
    this.#places = new Places(limits);
    this.#reserved = reserved;
  }

  /** In all. */
  get opened(): number {
    return this.#places.opened;
  }

  /** Connections that a rung could have by now. */
  get spare(): number {
    return this.#places.left(this.#reserved) + this.#warm.filter(isFresh).length;
  }

  /** The same with the reserved ones. */
  get spareInAll(): number {
    return this.#places.left() + this.#warm.filter(isFresh).length;
  }

  /** So many of the reserved ones are enough. */
  keepAtMost(connections: number): void {
    this.#reserved = Math.min(this.#reserved, connections);
  }

  release(): void {
    this.#reserved = 0;
  }

  /** For a rung. `isNew`: this connection never served before. null when there is none, or none came about. */
  take(signal: AbortSignal): Promise<{ readonly connection: Connection; readonly isNew: boolean } | null> {
    return this.#take(this.#reserved, signal);
  }

  /** From the reserved ones, if need be. */
  async takeReserved(signal: AbortSignal): Promise<Connection | null> {
    return (await this.#take(0, signal))?.connection ?? null;
  }

  async #take(reserved: number, signal: AbortSignal): Promise<{ connection: Connection; isNew: boolean } | null> {
    if (this.#places.left(reserved) === 0) {
      const connection = this.#takeFreshest();
      connection?.stopProbing();
      return connection === null ? null : { connection, isNew: false };
    }
    const place = this.#places.take();
    const dialled = await this.#dial(this.#endpoint, CONNECT_TIMEOUT_MS, signal);
    if (dialled.ok) {
      const { connection } = dialled;
      this.fastestConnectMs = Math.min(this.fastestConnectMs, dialled.connectMs);
      place.holdWhile(() => isStanding(connection));
      return { connection, isNew: true };
    }
    place.giveBack();
    if (!signal.aborted) this.dialFailures.push({ reason: dialled.reason, code: dialled.code });
    return null;
  }

  /** Heard last: a probe that is still on its way would wake the path later than this side knows. */
  #takeFreshest(): Connection | null {
    const [freshest] = this.#warm.filter(isFresh).sort((a, b) => a.state().lastHeardMs - b.state().lastHeardMs);
    if (freshest === undefined) return null;
    this.#warm.splice(this.#warm.indexOf(freshest), 1);
    return freshest;
  }

  /** A connection that is alive, for others to use. */
  giveBack(connection: Connection): void {
    connection.startProbing(KEEP_WARM_PROBES);
    this.#warm.push(connection);
  }

  /** The same for connections that were opened elsewhere: they count as opened here. */
  adopt(connections: readonly Connection[]): void {
    for (const connection of connections) {
      this.#places.take().holdWhile(() => isStanding(connection));
      this.giveBack(connection);
    }
  }

  /** Counts a connection that somebody else opens; false when there is no place for it. */
  takePlace(): boolean {
    if (this.#places.left() === 0) return false;
    this.#places.take();
    return true;
  }

  /** Closes those that nobody uses. */
  close(): void {
    for (const connection of this.#warm.splice(0)) connection.close();
  }
}

/**
 * Heard within the last two seconds, so that none of its keepalive probes is still unanswered: those would count against
 * the few that a rung allows, and the connection would seem to die of idling.
 */
function isFresh(connection: Connection): boolean {
  const { ending, lastHeardMs } = connection.state();
  return ending === null && lastHeardMs < 2000;
}

function isStanding(connection: Connection): boolean {
  return connection.state().ending === null;
}
