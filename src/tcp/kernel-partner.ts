// The PartnerConnection port on the kernel's TCP, through libc: Node's own sockets know no interface to leave through, and
// do not tell whether what they sent was acknowledged.

import type { Clock } from '../clock.ts';
import { SystemError } from '../libc/library.ts';
import { type Readiness, whenReady } from '../libc/readiness.ts';
import type { TcpSocket } from '../libc/tcp-socket.ts';
import { LineReader } from '../serve/index.ts';
import type { Ending } from './dial.ts';
import { dialWith, endingOf } from './kernel-dial.ts';
import type { PartnerConnection, PartnerDial } from './partner.ts';

/** A partner says one line and waits; what says more is none, and is not listened to. */
const MOST_UNREAD_LINES = 8;

export function kernelPartnerDial(clock: Clock): PartnerDial {
  return dialWith(clock, (socket) => new KernelPartner(socket, clock));
}

class KernelPartner implements PartnerConnection {
  ending: Ending | null = null;
  readonly localPort: number;
  readonly #socket: TcpSocket;
  readonly #clock: Clock;
  readonly #readiness: Readiness;
  readonly #reader = new LineReader();
  readonly #lines: string[] = [];
  #lastActiveAt: number;

  constructor(socket: TcpSocket, clock: Clock) {
    this.localPort = socket.localPort();
    this.#socket = socket;
    this.#clock = clock;
    this.#lastActiveAt = clock.now();
    this.#readiness = whenReady(socket.fd, 'readable', () => this.#read());
  }

  isAcknowledged(): boolean {
    return this.ending === null && this.#socket.info().unacknowledgedSegments === 0;
  }

  takeLine(): string | null {
    return this.#lines.shift() ?? null;
  }

  sendLine(line: string): void {
    if (this.ending !== null) return;
    this.#lastActiveAt = this.#clock.now();
    try {
      this.#socket.write(new TextEncoder().encode(`${line}\r\n`));
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.#fail(error.code);
    }
  }

  close(): void {
    if (this.ending === null) this.#end('closed-by-peer', null, 'finish');
  }

  #read(): void {
    if (this.ending !== null) return;
    const result = this.#socket.read();
    switch (result.kind) {
      case 'nothing':
        return;
      case 'data':
        this.#lastActiveAt = this.#clock.now();
        this.#lines.push(...this.#reader.push(result.bytes).slice(0, MOST_UNREAD_LINES - this.#lines.length));
        return;
      case 'end':
        this.#end('closed-by-peer', null, 'abort');
        return;
      case 'error':
        this.#fail(result.code);
        return;
    }
  }

  #fail(code: string): void {
    this.#end(endingOf(code), code, 'abort');
  }

  #end(how: Ending['how'], code: string | null, closing: 'finish' | 'abort'): void {
    const atMs = this.#clock.now();
    this.ending = { how, code, idleMs: atMs - this.#lastActiveAt, atMs };
    this.#readiness.close();
    this.#socket.close(closing);
  }
}
