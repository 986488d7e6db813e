// The TCP services a lab host can offer, each on its port. None ever speaks after its greeting.

import type { LabHost } from './lab.ts';
import { startService } from './service.ts';

export type TcpService =
  /** Accepts, never sends, holds until the peer closes. */
  | { readonly kind: 'hold'; readonly port: number }
  /** Says its greeting first, then holds. */
  | { readonly kind: 'greet'; readonly port: number; readonly greeting: string }
  /** Holds until no data has come for so long, then closes with a FIN. */
  | { readonly kind: 'close'; readonly port: number; readonly afterIdleSeconds: number }
  /** The same with a RST. */
  | { readonly kind: 'reset'; readonly port: number; readonly afterIdleSeconds: number };

/** Resolves when all of them listen. One process serves them all. */
export function startTcpServices(host: LabHost, services: readonly TcpService[]): Promise<void> {
  return startService(host, 'tcp-services', services);
}
