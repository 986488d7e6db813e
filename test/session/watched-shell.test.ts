// A login shell that is watched: when it is given up.

import { expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { Session } from '../../src/session/session.ts';
import { watchShell } from '../../src/session/watched-shell.ts';

test('an interrupt ends it at once, though its ssh has not said with which status it ended', async () => {
  let isClosed = false;
  const ending = { how: 'closed-by-peer', code: null, idleMs: 5000, atMs: 0 };
  const session = {
    ending,
    hasLeft: false,
    exitStatus: null,
    state: () => ({ idleMs: 5000, ending }),
    close: () => {
      isClosed = true;
    },
  } as unknown as Session;
  const watched = watchShell(session, 10, systemClock, AbortSignal.timeout(50));
  expect(await watched).toBeNull();
  expect(isClosed).toBe(true);
});
