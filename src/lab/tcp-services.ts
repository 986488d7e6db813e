// A script for lab hosts: TCP services that accept and then do exactly one thing. Arguments: see tcp-service.ts.

import { createServer, type Socket } from 'node:net';
import { declareReady } from './service.ts';
import type { TcpService } from './tcp-service.ts';

const services = JSON.parse(process.argv[2] ?? '[]') as TcpService[];

await Promise.all(services.map(listen));
declareReady();

function listen(service: TcpService): Promise<void> {
  const server = createServer((socket) => {
    // A peer that resets or vanishes is what the lab is for.
    socket.on('error', () => socket.destroy());
    // Reading on is what notices the peer's FIN; node then closes this side too.
    socket.resume();
    serve(service, socket);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // Of either version, where there is IPv6.
    server.listen(service.port, resolve);
  });
}

function serve(service: TcpService, socket: Socket): void {
  switch (service.kind) {
    case 'hold':
      return;
    case 'greet':
      socket.write(service.greeting);
      return;
    case 'close':
      // Counts data in either direction; a TCP keepalive is no data, as in sshd and in proxies.
      socket.setTimeout(service.afterIdleSeconds * 1000, () => socket.end());
      return;
    case 'reset':
      socket.setTimeout(service.afterIdleSeconds * 1000, () => socket.resetAndDestroy());
      return;
  }
}
