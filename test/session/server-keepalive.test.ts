// sshd's keepalives, by the times at which something came though nobody had spoken.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serverKeepalive } from '../../src/session/server-keepalive.ts';

const every = (seconds: number, count: number, from = 0): number[] =>
  Array.from({ length: count }, (_, index) => from + (index + 1) * seconds * 1000);

describe('keepalives of sshd', () => {
  test('arrive as regularly on one session as on another, whenever each began', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 600 }),
        fc.array(fc.tuple(fc.integer({ min: 3, max: 6 }), fc.integer({ min: 0, max: 9000 })), {
          minLength: 2,
          maxLength: 6,
        }),
        (seconds, sessions) => {
          const found = serverKeepalive(sessions.map(([count, from]) => every(seconds, count, from)));
          expect(found).toEqual({ intervalSeconds: seconds, count: sessions.reduce((sum, [count]) => sum + count, 0) });
        },
      ),
    );
  });

  test('are not told from one session, from two arrivals, or from chatter', () => {
    expect(serverKeepalive([])).toBeNull();
    expect(serverKeepalive([every(15, 9), [15_000]])).toBeNull();
    expect(serverKeepalive([every(15, 2), every(15, 2)])).toBeNull();
    expect(serverKeepalive([every(15, 4), [1000, 9000, 40_000]])).toBeNull();
    expect(serverKeepalive([every(15, 4), every(60, 4)])).toBeNull();
  });

  test('are told from one session where there is no other, by one arrival more', () => {
    expect(serverKeepalive([every(15, 4)], 1)).toEqual({ intervalSeconds: 15, count: 4 });
    expect(serverKeepalive([every(15, 3)], 1)).toBeNull();
  });

  test('are told though one came late, or something else came in between', () => {
    const late = [...every(4, 3), 15_200, ...every(4, 3, 16_000)];
    expect(serverKeepalive([late, every(4, 7)])?.intervalSeconds).toBe(4);
    expect(serverKeepalive([[700, ...every(4, 4)], every(4, 4)])?.intervalSeconds).toBe(4);
  });
});
