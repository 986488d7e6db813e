// The kernel's own connections, over loopback.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { dialWith, KernelConnection } from '../../src/tcp/kernel-dial.ts';

class ListeningConnection extends KernelConnection {
  #tell = (): void => {};
  readonly heard = new Promise<void>((resolve) => {
    this.#tell = resolve;
  });
  protected override onBytes = (): void => this.#tell();
}

/** Each of them may be as slow as it likes: what is looked for shows where one greets within a jiffy. */
const CONNECTIONS = 5;
/** Longer than a jiffy, so that ages differ. */
const MOMENT_MS = 20;

test('what a peer greets with at once is heard, and no segment that TCP takes no notice of', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dial = dialWith(systemClock, (socket) => new ListeningConnection(socket, systemClock));
  const { port } = server.address() as AddressInfo;
  const endpoint = { address: '127.0.0.1', port, interfaceName: null };
  for (let number = 0; number < CONNECTIONS; number++) {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const dialled = await dial(endpoint, 5000, new AbortController().signal);
    if (!dialled.ok) throw new Error(dialled.code);
    const [peer] = await accepted;
    peer.on('error', () => {}).write('hello\r\n');
    await dialled.connection.heard;
    await systemClock.sleep(MOMENT_MS);
    const { idleMs, silentMs } = dialled.connection.state();
    expect(silentMs).toBe(idleMs);
    dialled.connection.close();
  }
  server.close();
});
