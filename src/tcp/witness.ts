// The port to what can only be heard with root: how the peer answered each of our connects, and what reset it.

import { ACK, decodeCapturedSegment, RST, type SenderSigns, SYN } from './captured-segment.ts';

/** What was heard on one connection. */
export interface Testimony {
  /** The SYN-ACK that our connect was answered with. */
  readonly answer: SenderSigns;
  /** Every reset, in the order in which they came. */
  readonly resets: readonly SenderSigns[];
}

export interface Witness {
  /** From now on, of this peer. @throws Error when it can't. */
  listenTo(address: string, port: number): void;
  /** Of the connection with this port of ours; null when nothing certain was heard of it. */
  testimonyOf(localPort: number): Testimony | null;
}

/** More than any measurement opens: who makes up segments must not fill the memory. */
const MOST_CONNECTIONS = 4096;
const MOST_RESETS = 8;

/** What was heard, by our own port. Pure: packets in, testimonies out. */
export class Testimonies {
  readonly #byPort = new Map<number, { answer: SenderSigns; resets: SenderSigns[]; isReused: boolean }>();

  /** A packet from the peer, from its IP header on. */
  hear(packet: Uint8Array): void {
    const decoded = decodeCapturedSegment(packet);
    if (!decoded.ok) return;
    const { destinationPort, control, signs } = decoded.segment;
    const known = this.#byPort.get(destinationPort);
    if ((control & RST) !== 0) {
      if (known !== undefined && known.resets.length < MOST_RESETS) known.resets.push(signs);
    } else if ((control & SYN) !== 0 && (control & ACK) !== 0) {
      // A SYN-ACK after a reset belongs to another connection on the same port.
      if (known !== undefined) known.isReused ||= known.resets.length > 0;
      else if (this.#byPort.size < MOST_CONNECTIONS) {
        this.#byPort.set(destinationPort, { answer: signs, resets: [], isReused: false });
      }
    }
  }

  of(localPort: number): Testimony | null {
    const known = this.#byPort.get(localPort);
    return known === undefined || known.isReused ? null : known;
  }
}
