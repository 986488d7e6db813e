// When there was no way to an address.

import { expect, it } from 'vitest';
import { watchRoute } from '../../src/icmp/route-watch.ts';
import { fakeClock } from '../support/fake-clock.ts';

async function watched(isThere: (ms: number) => boolean, forMs = 3000) {
  const clock = fakeClock();
  const over = new AbortController();
  void clock.sleep(forMs).then(() => over.abort());
  return clock.run(watchRoute(() => isThere(clock.now()), clock, over.signal));
}

it('tells each time at which it was gone, from the last look at which it was not', async () => {
  const spans = await watched((ms) => !((ms >= 550 && ms < 1250) || ms >= 2800));
  expect(spans).toEqual([
    { fromMs: 500, toMs: 1300 },
    { fromMs: 2700, toMs: 3000 },
  ]);
});

it.each([
  ['always', () => true],
  ['never', () => false],
])('tells nothing where it is %s there', async (_when, isThere) => {
  expect(await watched(isThere)).toEqual([]);
});
