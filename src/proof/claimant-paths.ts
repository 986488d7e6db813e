// Opens every way to single claimants that this machine has, while there is root; they are used after it is given up.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import type { Clock } from '../clock.ts';
import type { SshIdentity } from '../ssh/index.ts';
import type { Possibility } from './guard.ts';
import type { Asker } from './link.ts';
import { MarkedConnections } from './marked-connections.ts';
import { type LinkOptions, openAsker } from './packet-link.ts';

/** The port of proveClaimants: a link for frames of our own, and connections through the kernel to one claimant. */
export interface ClaimantPaths {
  readonly asker: Asker;
  /** Whether identify() can work, as far as is known by now. */
  readonly markedConnections: Possibility;
  /** To be awaited before anything is sent to the address. */
  watch(ip: Ipv4, clock: Clock, signal: AbortSignal): Promise<void>;
  /** Who serves this port; null when no connection came about. */
  identify(
    ip: Ipv4,
    mac: Mac,
    port: number,
    greetingMs: number,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<SshIdentity | null>;
}

/** Disposing at once lets the guard clean up by itself, a moment later; asynchronously waits until it has. */
export type OpenClaimantPaths = ClaimantPaths & Disposable & AsyncDisposable;

/**
 * Sends nothing. @throws SystemError when there is no link: EPERM without root, ENETDOWN, EADDRNOTAVAIL when `senderIp`
 * is not an address of this machine. Without nftables only the marked connections are missing.
 */
export function openClaimantPaths(options: LinkOptions): OpenClaimantPaths {
  const asker = openAsker(options);
  const marked = new MarkedConnections(options.interfaceName, options.senderIp);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    if (closing === undefined) {
      asker[Symbol.dispose]();
      closing = marked.close();
    }
    return closing;
  };
  return {
    asker,
    get markedConnections() {
      return marked.possibility;
    },
    watch: (...args) => marked.watch(...args),
    identify: (...args) => marked.identify(...args),
    [Symbol.dispose]: () => void close(),
    [Symbol.asyncDispose]: close,
  };
}
