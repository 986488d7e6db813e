// Connections to one claimant through the kernel's own TCP: marked sockets, and the guard's rule for each mark.

import { Socket } from 'node:net';
import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { type Clock, deadline } from '../clock.ts';
import { SystemError } from '../libc/library.ts';
import { MarkedSocket } from '../libc/marked-socket.ts';
import { whenReady } from '../libc/readiness.ts';
import { identifySshServer, type SshIdentity } from '../ssh/index.ts';
import { Guard, nftPossibility, type Possibility } from './guard.ts';
import { MOST_RULES } from './guard-script.ts';

const CONNECT_MS = 1000;

export class MarkedConnections {
  readonly #sockets: MarkedSocket[] = [];
  readonly #guard: Guard;
  #possibility: Possibility;

  /** Opens nothing that could fail for good: where marked connections are impossible, `possibility` says why. */
  constructor(interfaceName: string, senderIp: Ipv4) {
    const firstMark = randomFirstMark();
    this.#possibility = nftPossibility(interfaceName);
    if (this.#possibility.ok) this.#openSockets(firstMark, senderIp, interfaceName);
    const table = `netcheck_${process.pid}_${firstMark.toString(16)}`;
    this.#guard = new Guard(interfaceName, table, firstMark, this.#possibility.ok ? 'nft' : 'none');
  }

  get possibility(): Possibility {
    return this.#possibility;
  }

  /** Whatever is done about the address from now on, the kernel forgets its neighbour in the end, unless it knew it. */
  async watch(ip: Ipv4, clock: Clock, signal: AbortSignal): Promise<void> {
    using limit = deadline(clock, CONNECT_MS, signal);
    await this.#guard.watch(ip, limit.signal);
  }

  /** Connects to the claimant and asks who it is; null when no connection came about. Never rejects. */
  async identify(
    ip: Ipv4,
    mac: Mac,
    port: number,
    greetingMs: number,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<SshIdentity | null> {
    const socket = this.#sockets.pop();
    if (socket === undefined) return null;
    if (!(await this.#connect(socket, ip, mac, port, clock, signal))) {
      socket.close();
      return null;
    }
    // From here on the descriptor is Node's, which closes it.
    return identifySshServer(new Socket({ fd: socket.fd }), greetingMs, clock, signal);
  }

  async #connect(
    socket: MarkedSocket,
    ip: Ipv4,
    mac: Mac,
    port: number,
    clock: Clock,
    signal: AbortSignal,
  ): Promise<boolean> {
    using limit = deadline(clock, CONNECT_MS, signal);
    if (!(await this.#guard.route(socket.mark, ip, mac, limit.signal))) {
      if (!limit.signal.aborted) this.#possibility = { ok: false, because: 'nft did not make the rule' };
      return false;
    }
    try {
      socket.connect(ip, port);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return false;
    }
    return (await isWritable(socket.fd, limit.signal)) && socket.takeError() === null;
  }

  /** Connections end first, then the rules that they need. Resolves when the guard has taken everything away. */
  async close(): Promise<void> {
    for (const socket of this.#sockets.splice(0)) socket.close();
    await this.#guard.stop();
  }

  #openSockets(firstMark: number, senderIp: Ipv4, interfaceName: string): void {
    try {
      for (let index = 0; index < MOST_RULES; index++) {
        this.#sockets.push(new MarkedSocket(firstMark + index, senderIp, interfaceName));
      }
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      for (const socket of this.#sockets.splice(0)) socket.close();
      this.#possibility = { ok: false, because: `no connection can be marked (${error.message})` };
    }
  }
}

/** Resolves with false when `signal` aborts first. */
function isWritable(fd: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const settle = (result: boolean): void => {
      readiness.close();
      resolve(result);
    };
    const readiness = whenReady(fd, 'writable', () => settle(true));
    signal.addEventListener('abort', () => settle(false), { once: true });
    if (signal.aborted) settle(false);
  });
}

/** Groups of MOST_RULES marks, each beginning at a multiple. */
const GROUPS = 0x4000 / MOST_RULES;
/** "nc" in the upper half. Bits 0x4000 and 0x8000 stay clear: rules of Kubernetes look for them in any mark. */
const MARK_PREFIX = 0x6e63_0000;

/** Two netchecks on one machine, or two interfaces of one, are unlikely to draw the same marks. */
function randomFirstMark(): number {
  return MARK_PREFIX + Math.floor(Math.random() * GROUPS) * MOST_RULES;
}
