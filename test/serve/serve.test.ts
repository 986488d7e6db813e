// serve on a real socket of loopback: whatever ends it, nobody is let in after that.

import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { serve } from '../../src/serve/index.ts';

const OPTIONS = { port: 0, bindAddress: '127.0.0.1' };

/** How a connection to the port ends. */
function connected(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.destroy());
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.on('close', () => resolve('open'));
  });
}

test('ends with what goes wrong when it has begun to listen, and listens no more', async () => {
  let port = 0;
  const served = serve(OPTIONS, systemClock, new AbortController().signal, {
    onListening: (_, listening) => {
      port = listening;
      throw new Error('root could not be given up');
    },
    onEvent: () => {},
  });
  await expect(served).rejects.toThrow('root could not be given up');
  expect(await connected(port)).toBe('ECONNREFUSED');
});

test('lets somebody in until its signal aborts', async () => {
  const over = new AbortController();
  let [port, answered] = [0, ''];
  await serve(OPTIONS, systemClock, over.signal, {
    onListening: (_, listening) => {
      port = listening;
      void connected(port).then((how) => {
        answered = how;
        over.abort();
      });
    },
    onEvent: () => {},
  });
  expect([answered, await connected(port)]).toEqual(['open', 'ECONNREFUSED']);
});
