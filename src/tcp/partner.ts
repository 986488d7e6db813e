// The port to the partner on the far host (netcheck serve): lines over one TCP connection, with keepalive off.

import type { Dial, Ending } from './dial.ts';

export interface PartnerConnection {
  /** Our own port. */
  readonly localPort: number;
  /** null while it stands. */
  readonly ending: Ending | null;
  /** Whether the far side's kernel has everything that we sent. */
  isAcknowledged(): boolean;
  /** The next whole line that came, without its end; null when there is none. */
  takeLine(): string | null;
  sendLine(line: string): void;
  close(): void;
}

export type PartnerDial = Dial<PartnerConnection>;
