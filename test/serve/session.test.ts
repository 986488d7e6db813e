// One connection of the partner on the virtual clock: it speaks when it was asked to, and ends what is no request.

import { describe, expect, test } from 'vitest';
import { LIFETIME_SECONDS, Session } from '../../src/serve/session.ts';
import { fakeClock } from '../support/fake-clock.ts';

function session(unsent = () => 0) {
  const clock = fakeClock();
  const heard: [seconds: number, text: string][] = [];
  const note = (text: string): void => void heard.push([clock.now() / 1000, text]);
  const made = new Session({ write: note, unsentBytes: unsent, close: () => note('(closed)') }, clock, () => {});
  made.begin();
  const receive = (text: string): void => made.receive(new TextEncoder().encode(text));
  return { clock, heard, receive, made };
}

const BANNER = 'netcheck-serve/1\r\n';

describe('a session', () => {
  test('greets, and speaks as often as it is asked, one thing at a time', async () => {
    const { clock, heard, receive } = session();
    receive('speak 5\r\n');
    await clock.run(clock.sleep(6000));
    receive('speak 0.5\n');
    await clock.run(clock.sleep(1000));
    expect(heard).toEqual([
      [0, BANNER],
      [5, 'spoken\r\n'],
      [6.5, 'spoken\r\n'],
    ]);
  });

  test.each(['speak\r\n', 'speak 1\r\nspeak 1\r\n', 'x'.repeat(65), '\r\n', '\0\n', 'speak 90000\n'])(
    'ends at %j, and says nothing more',
    async (text) => {
      const { clock, heard, receive } = session();
      receive(text);
      receive('speak 1\r\n');
      await clock.run(clock.sleep(60_000));
      expect(heard).toEqual([
        [0, BANNER],
        [0, '(closed)'],
      ]);
    },
  );

  test('ends when what it says is not read', async () => {
    let unsent = 0;
    const { clock, heard, receive } = session(() => unsent);
    receive('speak 1\r\n');
    await clock.run(clock.sleep(2000));
    unsent = 4097;
    receive('speak 1\r\n');
    await clock.run(clock.sleep(2000));
    expect(heard).toEqual([
      [0, BANNER],
      [1, 'spoken\r\n'],
      [3, '(closed)'],
    ]);
  });

  test('ends after its lifetime, which is longer than anything that may be asked for', async () => {
    const { clock, heard, receive } = session();
    receive('speak 86400\r\n');
    await clock.run(clock.sleep((LIFETIME_SECONDS + 1) * 1000));
    expect(heard.slice(1)).toEqual([
      [86_400, 'spoken\r\n'],
      [LIFETIME_SECONDS, '(closed)'],
    ]);
  });
});
