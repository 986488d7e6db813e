// The whole proof against simulated claimants: what is asked of whom, in which time, and what is not claimed.

import { describe, expect, it } from 'vitest';
import type { Mac } from '../../src/address/mac.ts';
import { type ClaimantPaths, MOST_MS, proveClaimants, sameClock, sameCounter } from '../../src/proof/index.ts';
import type { SshIdentity } from '../../src/ssh/index.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { seededRandom } from '../support/memory-lan.ts';
import { A, B, C, type Machine, simulatedClaimants, TARGET } from './simulated-claimants.ts';

const identity = (letter: string): SshIdentity => ({
  banner: 'SSH-2.0-test',
  hostKey: { type: 'ssh-ed25519', fingerprint: `SHA256:${letter.repeat(43)}` },
});

function setUp(machines: readonly Machine[], identities: ReadonlyMap<Mac, SshIdentity | 'hangs'>) {
  const clock = fakeClock();
  const random = seededRandom(11);
  const asker = simulatedClaimants(clock, machines, random);
  const asked: Mac[] = [];
  const paths: ClaimantPaths = {
    asker,
    markedConnections: { ok: true },
    watch: async () => {
      expect(asker.sent).toEqual([]);
    },
    async identify(_ip, mac, _port, _greetingMs, identifyClock, signal) {
      asked.push(mac);
      const answer = identities.get(mac);
      await identifyClock.sleep(answer === 'hangs' ? Number.POSITIVE_INFINITY : 50, signal);
      return answer === 'hangs' ? null : (answer ?? null);
    },
  };
  const controller = new AbortController();
  const prove = (macs: readonly Mac[]) =>
    clock.run(proveClaimants(paths, { ...TARGET, macs }, clock, controller.signal, random));
  const syns = (): number => asker.sent.filter(({ segment }) => segment?.control === 2).length;
  return { clock, asker, asked, controller, prove, syns };
}

describe('proveClaimants', () => {
  it('gives every answer in the order asked, and identifies only where the port is open', async () => {
    const { asked, prove, clock, syns } = setUp(
      [
        { macs: [A], port: 'open', clock: 1_000_000, pings: true },
        { macs: [B], port: 'refused', pings: true },
        { macs: [C], port: 'silent', pings: true },
      ],
      new Map([[A, identity('a')]]),
    );
    const answers = await prove([C, A, B]);
    expect(answers).toMatchObject([
      { mac: C, outcome: 'silent', ttl: 64, banner: null, hostKey: null },
      { mac: A, outcome: 'open', ...identity('a') },
      { mac: B, outcome: 'refused', clockOffset: null, hostKey: null },
    ]);
    for (const { echoIds } of answers) expect(echoIds).toHaveLength(5);
    expect(asked).toEqual([A]);
    expect(syns()).toBe(5);
    expect(clock.now()).toBeLessThan(1000);
  });

  it('two machines with a key each are not asked for their clocks again', async () => {
    const { prove, syns, clock } = setUp(
      [
        { macs: [A], port: 'open', clock: 0, pings: true },
        { macs: [B], port: 'open', clock: 900_000, pings: true },
      ],
      new Map([
        [A, identity('a')],
        [B, identity('b')],
      ]),
    );
    const [a, b] = await prove([A, B]);
    expect(sameClock(a?.clockOffset ?? 0, b?.clockOffset ?? 0)).toBe(false);
    expect(sameCounter(a?.echoIds ?? [], b?.echoIds ?? [])).toBe('different');
    expect(syns()).toBe(2);
    expect(clock.now()).toBeLessThan(100);
  });

  it('one machine with two legs has one of everything', async () => {
    const { prove, syns } = setUp(
      [{ macs: [A, B], port: 'open', clock: 77, answersFrom: A, pings: true }],
      new Map([
        [A, identity('a')],
        [B, identity('a')],
      ]),
    );
    const [a, b] = await prove([A, B]);
    expect(a?.hostKey).toEqual(b?.hostKey);
    expect(sameClock(a?.clockOffset ?? 0, b?.clockOffset ?? 2 ** 31)).toBe(true);
    expect(sameCounter(a?.echoIds ?? [], b?.echoIds ?? [])).toBe('same');
    expect(syns()).toBe(2);
  });

  it('a clone is told by its clock, once that was found to be steady', async () => {
    const machine = (mac: Mac, clock: number): Machine => ({ macs: [mac], port: 'open', clock });
    const clones = new Map([
      [A, identity('a')],
      [B, identity('a')],
    ]);
    const { prove, syns } = setUp([machine(A, 0), machine(B, 900_000)], clones);
    const [a, b] = await prove([A, B]);
    expect(sameClock(a?.clockOffset ?? 0, b?.clockOffset ?? 0)).toBe(false);
    expect(syns()).toBe(4);
  });

  it('timestamps that begin anywhere for each connection are no clock', async () => {
    const machine = (mac: Mac): Machine => ({ macs: [mac], port: 'open', clock: 'random' });
    const { prove } = setUp([machine(A), machine(B)], new Map());
    expect((await prove([A, B])).map(({ clockOffset }) => clockOffset)).toEqual([null, null]);
  });

  it('claimants that hang are given up in time', async () => {
    const { prove, clock } = setUp([{ macs: [A], port: 'open', clock: 0 }], new Map([[A, 'hangs']]));
    expect(await prove([A])).toMatchObject([{ outcome: 'open', banner: null, hostKey: null, echoIds: null }]);
    expect(clock.now()).toBe(MOST_MS);
  });

  it('an abort ends it at once, with what is known', async () => {
    const { prove, clock, controller, asker } = setUp([{ macs: [A], port: 'open', clock: 0 }], new Map([[A, 'hangs']]));
    void clock.sleep(400).then(() => controller.abort());
    expect(await prove([A])).toMatchObject([{ mac: A, outcome: 'open' }]);
    expect(clock.now()).toBe(400);
    expect(asker.listeners()).toBe(0);
  });

  it('aborted before it begins it sends nothing', async () => {
    const { prove, controller, asker } = setUp([{ macs: [A], port: 'open' }], new Map());
    controller.abort();
    expect(await prove([A])).toEqual([]);
    expect(asker.sent).toEqual([]);
  });
});
