// The ping package changes nothing of this process: its locale decides in which characters the report is drawn.

import { expect, test, vi } from 'vitest';
import { runPing } from '../../src/icmp/ping-package.ts';

test.each([
  { LC_ALL: 'de_DE.UTF-8', LANG: 'de_DE.UTF-8' },
  { LC_ALL: undefined, LANG: undefined },
])('a ping started under LC_ALL $LC_ALL speaks English and leaves the locale', async ({ LC_ALL, LANG }) => {
  vi.stubEnv('LC_ALL', LC_ALL);
  vi.stubEnv('LANG', LANG);
  try {
    const pinging = runPing('127.0.0.1', { numeric: true, min_reply: 1, timeout: 5 });
    expect([process.env.LC_ALL, process.env.LANG]).toEqual([LC_ALL, LANG]);
    expect((await pinging).output).toMatch(/1 packets transmitted, 1 received/);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('a ping that is not there is told in a few words', async () => {
  vi.stubEnv('PATH', '/nonexistent');
  try {
    const pinging = runPing('127.0.0.1', { numeric: true, min_reply: 1, timeout: 5 });
    await expect(pinging).rejects.toThrow(/^the program ping could not be started$/);
  } finally {
    vi.unstubAllEnvs();
  }
});
