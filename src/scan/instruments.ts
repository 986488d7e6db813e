// The port to the machine: what measuring needs, opened before the first byte is sent, because some of it needs root and
// root is given up afterwards.

import type { Link } from '../arp-lite/index.ts';
import type { EchoMethod, IcmpSocket } from '../icmp/index.ts';
import type { Step } from '../plan/index.ts';
import type { Dial } from '../tcp/index.ts';

/** Opened for one step, or why it could not be. */
export type Opened<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly because: string };

export interface Instruments {
  readonly link: (step: Step) => Opened<Link>;
  readonly icmp: (step: Step, version: 4 | 6) => Opened<IcmpSocket>;
  readonly systemPing: (interfaceName: string | null) => EchoMethod;
  readonly dial: Dial;
  /** An IP address for a name; rejects with the resolver's code. */
  readonly resolve: (host: string) => Promise<string>;
  /** Documented idle timeouts of well-known devices, in seconds. */
  readonly knownIdleSeconds: readonly number[];
  /** In [0, 1). */
  readonly random: () => number;
}
