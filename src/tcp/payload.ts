// What is done with a partner (netcheck serve) beside the outbound ladder: the control speaks payload, so that no box that
// takes empty keepalives for silence ends it, and the keepalive that will be advised is tried with payload too.

import type { Clock } from '../clock.ts';
import type { Bracket } from './bracket.ts';
import { Control } from './control.ts';
import type { Endpoint } from './dial.ts';
import { type KeepaliveTrial, tryKeepalive } from './keepalive-trial.ts';
import { KeptByPayload } from './kept.ts';
import type { LadderLimits } from './ladder.ts';
import type { BesideObservation, ControlObservation } from './observation.ts';
import { openPartner } from './open-partner.ts';
import type { PartnerDial } from './partner.ts';
import type { ConnectionPool } from './pool.ts';
import { SpeakingPartner } from './speaking-partner.ts';

/** With fewer, the ladder needs them itself. */
const ENOUGH_CONNECTIONS = 4;

export class PayloadSpeaker {
  readonly #dial: PartnerDial;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  /** The fastest handshake with it: one in which a packet was lost took longer than a round trip. */
  #roundTripMs = Number.POSITIVE_INFINITY;

  constructor(dial: PartnerDial, endpoint: Endpoint, clock: Clock) {
    this.#dial = dial;
    this.#endpoint = endpoint;
    this.#clock = clock;
  }

  /** A control that speaks, beside `keepalives`: one connection of the limits. null where no partner answers. */
  async control(
    { connections }: LadderLimits,
    keepalives: Control,
    signal: AbortSignal,
    tell: (observation: ControlObservation) => void,
  ): Promise<Control | null> {
    if (connections < ENOUGH_CONNECTIONS) return null;
    const dialled = await openPartner(this.#dial, this.#endpoint, this.#clock, signal);
    if (!dialled.ok) return null;
    this.#roundTripMs = dialled.connectMs;
    const speaking = new SpeakingPartner(dialled.connection, this.#clock);
    return new Control(speaking, this.#clock, { roundTripMs: dialled.connectMs, ofKeepalives: keepalives, tell });
  }

  /** null when the pool has no place left for it, when no connection came about, and when `signal` aborts. */
  async tryKeepalive(
    pool: ConnectionPool,
    bracket: () => Bracket,
    control: Control,
    signal: AbortSignal,
    tell: (observation: BesideObservation) => void,
  ): Promise<KeepaliveTrial | null> {
    if (!pool.takePlace()) return null;
    const dialled = await openPartner(this.#dial, this.#endpoint, this.#clock, signal);
    if (!dialled.ok) return null;
    const roundTripMs = Math.min(this.#roundTripMs, dialled.connectMs);
    const kept = new KeptByPayload(dialled.connection, roundTripMs, this.#clock);
    return tryKeepalive(kept, bracket, control, this.#clock, signal, tell);
  }
}
