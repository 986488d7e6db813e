// netcheck serve: the partner on the far host, on Node's own TCP sockets. It speaks when it was asked to, and does nothing
// else for anyone; keepalive stays off, because a probe of ours would keep the very flow awake that is to be forgotten.

import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../clock.ts';
import { CannotListen } from './cannot-listen.ts';
import { Guests } from './guests.ts';
import { CONNECTIONS_PER_SOURCE } from './protocol.ts';
import { Session } from './session.ts';
import { sourceOf } from './source.ts';

export interface ServeOptions {
  readonly port: number;
  /** An address of this machine; null for all, IPv6 and IPv4. */
  readonly bindAddress: string | null;
}

export interface ServeLog {
  /** Listening, and nobody has been let in yet. */
  readonly onListening: (address: string, port: number) => void;
  /** Something that became of the connection with this peer. */
  readonly onEvent: (peer: string, text: string) => void;
}

/** Connections held in all; more are closed at once. */
const CONNECTIONS = 512;
const BUSY = 'busy: all places are taken, try again later\r\n';

/** Serves until `signal` aborts. Rejects with CannotListen, and with what `onListening` throws: then it listens no more. */
export async function serve(options: ServeOptions, clock: Clock, signal: AbortSignal, log: ServeLog): Promise<void> {
  const guests = new Guests<Session>({ inAll: CONNECTIONS, perSource: CONNECTIONS_PER_SOURCE });
  const open = new Set<Session>();
  const server = createServer({ keepAlive: false, noDelay: true }, (socket) => {
    receiveGuest(socket, guests, open, clock, log.onEvent);
  });
  await listening(server, options);
  try {
    const { address, port } = server.address() as AddressInfo;
    log.onListening(address, port);
    server.on('error', (error) => log.onEvent('somebody', `could not be let in: ${error.message}`));
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    // Also where rights could not be given up: nobody is let in any more.
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const session of open) session.end('closed: serve was ended');
    await closed;
  }
}

function receiveGuest(
  socket: Socket,
  guests: Guests<Session>,
  open: Set<Session>,
  clock: Clock,
  tell: ServeLog['onEvent'],
): void {
  // Who is gone before it is looked at has no address any more.
  const source = sourceOf(socket.remoteAddress ?? '');
  const name = `${socket.remoteAddress ?? 'somebody'} port ${socket.remotePort ?? 'unknown'}`;
  const peer = {
    write: (text: string): void => void socket.write(text),
    unsentBytes: (): number => socket.writableLength,
    close: (): void => void socket.destroy(),
  };
  const session = new Session(peer, clock, (event) => tell(name, event));
  socket.on('error', ({ code, message }: NodeJS.ErrnoException) => session.end(`ended: ${code ?? message}`));
  const admission = guests.admit(source, session);
  if (!admission.ok) {
    tell(name, 'sent away, all places are taken');
    socket.end(BUSY, () => socket.destroy());
    return;
  }
  admission.evicted?.end('closed: its source has opened too many others');
  open.add(session);
  socket.on('data', (bytes) => session.receive(bytes));
  socket.on('end', () => session.end('ended: by its peer'));
  socket.on('close', () => {
    session.end('ended');
    guests.leave(source, session);
    open.delete(session);
  });
  session.begin();
}

function listening(server: Server, { port, bindAddress }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(new CannotListen(error, port, bindAddress));
    server.once('error', fail);
    server.listen({ port, ...(bindAddress === null ? {} : { host: bindAddress }) }, () => {
      server.off('error', fail);
      resolve();
    });
  });
}
