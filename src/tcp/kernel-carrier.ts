// A connection of the kernel's that carries what others say to each other, for one who measures it meanwhile: bytes go
// through unread, while probes, hop limits and the kernel's figures are as on any other connection.

import type { Clock } from '../clock.ts';
import { SystemError } from '../libc/library.ts';
import type { TcpSocket } from '../libc/tcp-socket.ts';
import type { Connection, Dial } from './dial.ts';
import { dialWith, KernelConnection } from './kernel-dial.ts';

export interface Carrier extends Connection {
  /** Tells of bytes that arrive, those first that came before, and of an ending that is not ours. */
  listen(onBytes: (bytes: Uint8Array) => void, onEnding: () => void): void;
  send(bytes: Uint8Array): void;
  /** Whether the far side's kernel has everything that was sent. */
  isAcknowledged(): boolean;
}

export function kernelCarrierDial(clock: Clock): Dial<Carrier> {
  return dialWith(clock, (socket) => new KernelCarrier(socket, clock));
}

/** While the kernel takes no more. */
const ROOM_GLANCE_MS = 20;

class KernelCarrier extends KernelConnection implements Carrier {
  readonly #pauses: Clock;
  #early: Uint8Array[] = [];
  #unsent: Uint8Array[] = [];

  constructor(socket: TcpSocket, clock: Clock) {
    super(socket, clock);
    this.#pauses = clock;
    this.onBytes = (bytes) => void this.#early.push(bytes);
  }

  listen(onBytes: (bytes: Uint8Array) => void, onEnding: () => void): void {
    this.onBytes = onBytes;
    this.onEnding = onEnding;
    for (const bytes of this.#early.splice(0)) onBytes(bytes);
    if (this.state().ending !== null) onEnding();
  }

  send(bytes: Uint8Array): void {
    this.#unsent.push(bytes);
    if (this.#unsent.length === 1) void this.#flush();
  }

  isAcknowledged(): boolean {
    const isStanding = this.state().ending === null;
    return isStanding && this.#unsent.length === 0 && this.socket.info().unacknowledgedSegments === 0;
  }

  async #flush(): Promise<void> {
    for (let bytes = this.#unsent[0]; bytes !== undefined && this.state().ending === null; bytes = this.#unsent[0]) {
      const taken = this.#write(bytes);
      if (taken === bytes.length) this.#unsent.shift();
      else {
        this.#unsent[0] = bytes.subarray(taken);
        await this.#pauses.sleep(ROOM_GLANCE_MS);
      }
    }
  }

  #write(bytes: Uint8Array): number {
    try {
      return this.socket.write(bytes);
    } catch (error) {
      // What ended it is told by the next read, too.
      if (error instanceof SystemError) return 0;
      throw error;
    }
  }
}
