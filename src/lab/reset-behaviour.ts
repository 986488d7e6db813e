// A box that resets idle connections by itself: how it is told what to do, and how it is started.

import type { LabHost } from './lab.ts';
import { startService } from './service.ts';

export interface ExpiryResetterOptions {
  /** On the client's side. */
  readonly interface: string;
  readonly afterIdleSeconds: number;
}

/** Resolves when it watches. */
export function startExpiryResetter(host: LabHost, options: ExpiryResetterOptions): Promise<void> {
  return startService(host, 'expiry-resetter', options);
}
