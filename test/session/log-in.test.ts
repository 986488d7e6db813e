// A login that can't even begin: why, and nothing is left open.

import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { logIn, type SessionPlan } from '../../src/session/log-in.ts';
import type { Carrier } from '../../src/tcp/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const LOGIN = { destination: 'me@h', port: null };

function carrier(): Carrier & { isClosed: boolean } {
  const it = {
    isClosed: false,
    setHopLimit: () => {},
    close: () => {
      it.isClosed = true;
    },
  };
  return it as unknown as Carrier & { isClosed: boolean };
}

const begin = (on: Carrier, socketPath: string, spawnSsh: SessionPlan['spawnSsh']): ReturnType<typeof logIn> =>
  logIn(on, LOGIN, socketPath, { spawnSsh, mayAsk: false, banner: null }, systemClock, new AbortController().signal);

test('a relay that can not listen is a refusal, and the connection is closed', async () => {
  const on = carrier();
  const spawnSsh = (): never => {
    throw new Error('ssh was started');
  };
  expect(await begin(on, '/nonexistent/relay', spawnSsh)).toEqual({
    ok: false,
    because: expect.stringMatching(/^the login could not be begun: listen E[A-Z]+: [^\n]+$/),
    hint: expect.stringContaining('TMPDIR'),
  });
  expect(on.isClosed).toBe(true);
});

test('so is an ssh for which there is no room; a bug stays one, and closes all the same', async () => {
  using folder = temporaryFolder();
  const socketPath = join(folder.path, 'relay');
  for (const error of [Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' }), new Error('a bug')]) {
    const on = carrier();
    const begun = begin(on, socketPath, () => {
      throw error;
    });
    if ('code' in error) expect(await begun).toMatchObject({ ok: false, because: expect.stringContaining('ENOMEM') });
    else await expect(begun).rejects.toBe(error);
    expect(on.isClosed).toBe(true);
    // The relay is gone with it.
    const next = createServer();
    await new Promise<void>((resolve, reject) => next.once('error', reject).listen(socketPath, resolve));
    next.close();
  }
});
