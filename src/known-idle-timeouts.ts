// The table of documented idle timeouts. It is a part of the program and is loaded with it, as its own modules are.

import { createRequire } from 'node:module';

/** How a product ends an idle connection by its documents; `none` is a standard, which only says how long to wait. */
type DocumentedEnding = 'silent-drop' | 'reset' | 'reset-on-next-packet' | 'close' | 'unknown' | 'none';

export type ProductKind =
  | 'cgnat'
  | 'cloud-firewall'
  | 'cloud-lb'
  | 'cloud-nat'
  | 'endpoint'
  | 'firewall'
  | 'home-router'
  | 'k8s'
  | 'lb'
  | 'nat'
  | 'proxy'
  | 'sdwan'
  | 'standard';

export interface KnownIdleTimeout {
  readonly id: string;
  readonly product: string;
  readonly kind: ProductKind;
  /** The default; most products let it be set. */
  readonly seconds: number;
  readonly onExpiry: DocumentedEnding;
  /** The source gives the time only. */
  readonly onExpiryInferred: boolean;
  /** Endings that are documented beside it, for another setting or another place. */
  readonly alsoOnExpiry?: readonly DocumentedEnding[];
  /** A keepalive without payload does not count as activity. */
  readonly needsPayload?: boolean;
  /** What the product calls it. */
  readonly setting?: string;
  readonly note: string;
  readonly source: string;
}

// Not an `import`: Node 20 and 22 warn of JSON modules on stderr, and the file is outside src.
export const KNOWN_IDLE_TIMEOUTS: readonly KnownIdleTimeout[] = createRequire(import.meta.url)(
  '../fixtures/known-idle-timeouts.json',
);
