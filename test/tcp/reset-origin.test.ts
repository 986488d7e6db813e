// Who sent a reset, by its signs: a table of pictures, and simulated boxes at every hop.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SenderSigns } from '../../src/tcp/captured-segment.ts';
import type { Hops } from '../../src/tcp/hops.ts';
import { judge, type ResetOrigin, resetOrigin } from '../../src/tcp/reset-origin.ts';
import { routerAt } from '../support/memory-nat.ts';
import { connected, ENDPOINT, simulate } from './simulate.ts';

const signs = (ttl: number, ipId: number | null = 0, dontFragment: boolean | null = true): SenderSigns => {
  return { ttl, ipId, dontFragment };
};
const THREE_HOPS: Hops = { count: 3, addresses: ['10.0.1.1', null, '192.0.2.7'] };

interface Case {
  readonly seen: string;
  /** Each connection's SYN-ACK and reset. */
  readonly pairs: readonly (readonly [answer: SenderSigns, reset: SenderSigns])[];
  readonly hops?: Hops | null;
  readonly origin: Partial<ResetOrigin>;
  readonly says: RegExp;
}

describe('judge', () => {
  test.each<Case>([
    {
      seen: 'resets from as far away as the answers',
      pairs: [[signs(62), signs(62)]],
      origin: { from: 'peer', hop: null, address: null },
      says: /the TTL of the answers to our connects \(62\), so from as far away/,
    },
    {
      seen: 'a Linux that ends its own connection: a counter instead of 0',
      pairs: [[signs(62), signs(62, 51_234)]],
      origin: { from: 'peer' },
      says: /as far away/,
    },
    {
      seen: 'resets from one hop nearer',
      pairs: [
        [signs(62), signs(63)],
        [signs(62), signs(63)],
      ],
      origin: { from: 'middlebox', hop: 2, address: null },
      says: /TTL 63, the answers to our connects with 62, so from 1 hop nearer/,
    },
    {
      seen: 'resets from the first hop, a Windows behind it',
      pairs: [[signs(126, 700), signs(64)]],
      origin: { from: 'middlebox', hop: 1, address: '10.0.1.1' },
      says: /2 hops nearer/,
    },
    {
      seen: 'a box that sends with 255',
      pairs: [[signs(62), signs(254)]],
      origin: { from: 'middlebox', hop: 2 },
      says: /TTL 254, the answers to our connects with 62, so from 1 hop nearer/,
    },
    {
      seen: 'a way back of another length than the way there: no hop is named',
      pairs: [[signs(58), signs(63)]],
      origin: { from: 'middlebox', hop: null, address: null },
      says: /5 hops nearer/,
    },
    {
      seen: 'hops that were not counted: no hop is named',
      pairs: [[signs(62), signs(63)]],
      hops: null,
      origin: { from: 'middlebox', hop: null, address: null },
      says: /1 hop nearer/,
    },
    {
      seen: 'resets from behind whoever answers, as behind a SYN proxy',
      pairs: [[signs(63), signs(61)]],
      origin: { from: 'unknown', hop: null },
      says: /farther away than the peer/,
    },
    {
      seen: 'as far away with another initial TTL, as from two machines with one address',
      pairs: [[signs(64), signs(128)]],
      origin: { from: 'unknown' },
      says: /as far away, but not sent alike/,
    },
    {
      seen: 'answers over paths of several lengths',
      pairs: [
        [signs(62), signs(62)],
        [signs(60), signs(62)],
      ],
      origin: { from: 'unknown' },
      says: /answers to our connects arrived with several TTLs \(60, 62\)/,
    },
    {
      seen: 'resets of several senders',
      pairs: [
        [signs(62), signs(62)],
        [signs(62), signs(63)],
      ],
      origin: { from: 'unknown' },
      says: /resets arrived with several TTLs \(62, 63\)/,
    },
    {
      seen: "the right TTL without Don't Fragment",
      pairs: [[signs(62), signs(62, 0, false)]],
      origin: { from: 'unknown' },
      says: /another Don't Fragment bit/,
    },
    {
      seen: 'the right TTL with id 0 where the peer counts',
      pairs: [
        [signs(126, 700), signs(126, 0)],
        [signs(126, 701), signs(126, 0)],
      ],
      origin: { from: 'unknown' },
      says: /identification 0, which the answers never have/,
    },
    {
      seen: 'hop limits of IPv6',
      pairs: [[signs(61, null, null), signs(61, null, null)]],
      origin: { from: 'peer' },
      says: /as far away/,
    },
  ])('$seen: $origin.from', ({ pairs, hops = THREE_HOPS, origin, says }) => {
    const told = judge(
      pairs.map(([answer, reset]) => ({ idleSeconds: 6, answer, reset })),
      hops,
    );
    expect(told).toMatchObject(origin);
    expect(told.because).toMatch(says);
  });

  test('never blames the peer for what comes from nearer, nor a box for what comes from as far or farther', () => {
    const initial = fc.constantFrom(64, 128, 255);
    const away = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(initial, initial, away, away, (answerInitial, resetInitial, answerAway, resetAway) => {
        const pair = { answer: signs(answerInitial - answerAway), reset: signs(resetInitial - resetAway) };
        const { from } = judge([{ idleSeconds: 6, ...pair }], null);
        if (from === 'peer') expect(resetAway).toBe(answerAway);
        if (from === 'middlebox') expect(resetAway).toBeLessThan(answerAway);
      }),
    );
  });
});

describe('resetOrigin', () => {
  const onExpiry = fc.constantFrom('reset-on-next-packet' as const, 'reset-at-expiry' as const);

  test('names the simulated box that reset, at whichever hop', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), onExpiry, async (hop, how) => {
        const run = await simulate({ nat: { idleSeconds: 20, onExpiry: how, hop }, hops: 5 }, { maxIdleSeconds: 60 });
        const { rungs, bracket, hops } = connected(run);
        const origin = resetOrigin(rungs, bracket, hops, run.path.witness);
        const isPeers = hop === 5;
        expect(origin?.from).toBe(isPeers ? 'peer' : 'middlebox');
        expect(origin).toMatchObject({ hop: isPeers ? null : hop, address: isPeers ? null : routerAt(hop) });
        expect(origin?.seen.length).toBeGreaterThan(1);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  test('says why it does not know', async () => {
    const run = await simulate({ nat: { idleSeconds: 20, onExpiry: 'reset-on-next-packet' } }, { maxIdleSeconds: 60 });
    const { rungs, bracket, hops } = connected(run);
    const deaf = { testimonyOf: () => null };
    expect(resetOrigin(rungs, bracket, hops, 'no packet socket')).toEqual({
      from: 'unknown',
      because: 'no packet socket',
      hop: null,
      address: null,
      seen: [],
    });
    expect(resetOrigin(rungs, bracket, hops, deaf)).toMatchObject({ from: 'unknown', because: /./ });
  });

  test('is silent where nothing was reset', async () => {
    const run = await simulate({ nat: { idleSeconds: 20, onExpiry: 'silent' } }, { maxIdleSeconds: 60 });
    const { rungs, bracket, hops } = connected(run);
    expect(resetOrigin(rungs, bracket, hops, run.path.witness)).toBeNull();
  });
});

test('the endpoint of the simulation is the last hop', async () => {
  const { hops } = connected(await simulate({ nat: { idleSeconds: 20, onExpiry: 'silent' } }, { maxIdleSeconds: 30 }));
  expect(hops?.addresses.at(-1)).toBe(ENDPOINT.address);
});
