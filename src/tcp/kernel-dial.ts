// The Dial port on the kernel's TCP, through libc: Node's own sockets can't set keepalive timing or read TCP_INFO.

import type { Clock } from '../clock.ts';
import { SystemError } from '../libc/library.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import { TcpSocket } from '../libc/tcp-socket.ts';
import { type Connection, type Dial, type DialFailure, type DialResult, type Ending, KEPT_BACK } from './dial.ts';

const FAILURES: Readonly<Record<string, DialFailure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  // Of ICMPv6, that it is prohibited (RFC 4443 type 1 code 1).
  EACCES: 'unreachable',
};

const GREETING_BYTES = 255;
/** The longest there is (CONFIG_HZ=100). */
const JIFFY_MS = 10;

export function kernelDial(clock: Clock): Dial {
  return dialWith(clock, (socket) => new KernelConnection(socket, clock));
}

/** Dials, and hands the connected socket over. */
export function dialWith<C>(clock: Clock, connectionOn: (socket: TcpSocket) => C): Dial<C> {
  return async (endpoint, timeoutMs, signal) => {
    const startedAt = clock.now();
    const { address, port, interfaceName, hopLimit = null, sourceAddress = null, minHopLimit = null } = endpoint;
    let socket: TcpSocket;
    try {
      socket = new TcpSocket(address, port, interfaceName, hopLimit, sourceAddress, minHopLimit);
    } catch (error) {
      // Before a packet was sent: without a route, or by one that rejects (ip-route(8): unreachable, prohibit), the network was not
      // asked. Loopback alone answers as fast.
      if (error instanceof SystemError) return failure(error.code, error.code === 'ECONNREFUSED' ? 'refused' : 'local');
      throw error;
    }
    const told = await connected(socket, timeoutMs, signal);
    const code = told === 'ETIMEDOUT' && wasKeptBack(socket) ? KEPT_BACK : told;
    const reported = hopLimit === null ? null : socket.takeReportedError();
    if (code !== null) {
      socket.close('abort');
      return reported === null ? failure(code) : { ...failure(code), reported };
    }
    return { ok: true, connection: connectionOn(socket), connectMs: clock.now() - startedAt };
  };
}

/**
 * Whether this machine itself kept back each SYN that was to be sent again. The kernel counts each attempt, and as sent again only
 * what it could hand on: a rule on the way out (nftables, iptables) or a full queue takes it away. A connect is told of neither.
 */
function wasKeptBack(socket: TcpSocket): boolean {
  const { retransmissions, retransmittedUnacked } = socket.info();
  return retransmissions > 0 && retransmittedUnacked === 0;
}

function failure(code: string, reason = FAILURES[code] ?? 'local'): Extract<DialResult<never>, { ok: false }> {
  return { ok: false, reason, code };
}

/** null once the handshake is done, else the reason why it was not. */
function connected(socket: TcpSocket, timeoutMs: number, signal: AbortSignal): Promise<string | null> {
  return new Promise((resolve) => {
    const finish = (code: string | null): void => {
      readiness.close();
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(code);
    };
    const onAbort = (): void => finish('ECANCELED');
    const readiness = whenReady(socket.fd, 'writable', () => finish(socket.takeError()));
    const timer = setTimeout(() => finish('ETIMEDOUT'), timeoutMs);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

export class KernelConnection implements Connection {
  readonly localPort: number;
  /** Is handed what arrives; the connection itself only keeps the greeting. */
  protected onBytes: (bytes: Uint8Array) => void = () => {};
  protected onEnding: () => void = () => {};
  protected readonly socket: TcpSocket;
  readonly #clock: Clock;
  readonly #readiness: Readiness;
  #greeting = new Uint8Array(0);
  #ending: Ending | null = null;
  #lastActiveAt: number;
  #segmentsReceived: number;
  #heardAt: number;
  #unheededAt = Number.NEGATIVE_INFINITY;

  constructor(socket: TcpSocket, clock: Clock) {
    this.localPort = socket.localPort();
    this.socket = socket;
    this.#clock = clock;
    // The event loop may have been late: the kernel knows when the handshake was done.
    const { lastAckReceivedMs, segmentsReceived } = socket.info();
    this.#lastActiveAt = this.#heardAt = clock.now() - lastAckReceivedMs;
    this.#segmentsReceived = segmentsReceived;
    this.#readiness = whenReady(socket.fd, 'readable', () => this.#read());
  }

  state(): ReturnType<Connection['state']> {
    const greeting = this.#greeting;
    if (this.#ending !== null) {
      const { idleMs } = this.#ending;
      return { idleMs, silentMs: idleMs, lastHeardMs: idleMs, greeting, ending: this.#ending };
    }
    const info = this.socket.info();
    const lastHeardMs = Math.min(info.lastAckReceivedMs, info.lastDataReceivedMs);
    const idleMs = Math.min(lastHeardMs, info.lastDataSentMs);
    // Kept for the moment of an ending: the segment that ends a connection refreshes the kernel's own figures.
    const now = this.#clock.now();
    const activeAt = now - idleMs;
    // Its ages are in jiffies: what differs by one is the same moment, not a later one.
    if (activeAt > this.#lastActiveAt + JIFFY_MS) this.#lastActiveAt = activeAt;
    this.#noteUnheeded(info.segmentsReceived, now - lastHeardMs, now);
    return { idleMs, silentMs: Math.min(idleMs, now - this.#unheededAt), lastHeardMs, greeting, ending: null };
  }

  startProbing(unanswered: number, everySeconds = 1): void {
    if (this.#ending === null) this.socket.startKeepalive(unanswered, everySeconds);
  }

  stopProbing(): void {
    if (this.#ending === null) this.socket.stopKeepalive();
  }

  setHopLimit(hops: number | null): void {
    if (this.#ending === null) this.socket.setHopLimit(hops);
  }

  close(): void {
    if (this.#ending === null) {
      this.#end('closed-by-peer', null);
      this.socket.close('finish');
    }
  }

  /** A segment has come since we last looked, and nothing was heard: when, is not told. */
  #noteUnheeded(segmentsReceived: number, heardAt: number, now: number): void {
    const isUnheeded = segmentsReceived !== this.#segmentsReceived && heardAt <= this.#heardAt + JIFFY_MS;
    if (isUnheeded) this.#unheededAt = now;
    this.#segmentsReceived = segmentsReceived;
    this.#heardAt = heardAt;
  }

  #read(): void {
    if (this.#ending !== null) return;
    const result = this.socket.read();
    switch (result.kind) {
      case 'nothing':
        return;
      case 'data': {
        this.#lastActiveAt = this.#clock.now();
        // Heard, be it in the same jiffy as what came before it.
        this.#segmentsReceived = this.socket.info().segmentsReceived;
        const room = GREETING_BYTES - this.#greeting.length;
        if (room > 0) this.#greeting = Uint8Array.of(...this.#greeting, ...result.bytes.subarray(0, room));
        this.onBytes(result.bytes);
        return;
      }
      case 'end':
        this.#end('closed-by-peer', null);
        break;
      case 'error':
        this.#end(endingOf(result.code), result.code);
        break;
    }
    this.socket.close('abort');
    this.onEnding();
  }

  #end(how: Ending['how'], code: string | null): void {
    const atMs = this.#clock.now();
    this.#ending = { how, code, idleMs: atMs - this.#lastActiveAt, atMs };
    this.#readiness.close();
  }
}

/** How an error of the kernel ended a connection. */
export function endingOf(code: string): Ending['how'] {
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
    case 'ECONNREFUSED':
      return 'reset';
    case 'ETIMEDOUT':
      return 'unanswered';
    default:
      return 'unreachable';
  }
}
