// SYNs at link level against simulated claimants: outcomes, retries, two legs, and what must not count.

import { describe, expect, it } from 'vitest';
import type { Mac } from '../../src/address/mac.ts';
import { encodeIpv4Frame } from '../../src/proof/frame.ts';
import { knock, type PortAnswer } from '../../src/proof/knock.ts';
import { ACK, encodeSegment, RST, SYN } from '../../src/proof/segment.ts';
import { ipv4 } from '../support/addresses.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { seededRandom } from '../support/memory-lan.ts';
import { A, B, C, type Machine, OWN, simulatedClaimants, TARGET } from './simulated-claimants.ts';

const SILENT = { outcome: 'silent', answeredFrom: null, ttl: null, clockOffset: null };

function setUp(machines: readonly Machine[]) {
  const clock = fakeClock(1000);
  const random = seededRandom(3);
  const asker = simulatedClaimants(clock, machines, random);
  const controller = new AbortController();
  const ask = (macs: readonly Mac[]): Promise<Map<Mac, PortAnswer>> =>
    clock.run(knock(asker, TARGET, macs, clock, random, controller.signal));
  return { clock, asker, controller, ask };
}

describe('knock', () => {
  it('tells open, refused and silent, in the time that the silent one needs', async () => {
    const { clock, asker, ask } = setUp([
      { macs: [A], port: 'open', clock: 5000 },
      { macs: [B], port: 'refused' },
      { macs: [C], port: 'silent' },
    ]);
    expect(Object.fromEntries(await ask([A, B, C]))).toEqual({
      [A]: { outcome: 'open', answeredFrom: A, ttl: 64, clockOffset: expect.closeTo(5000, -1) },
      [B]: { outcome: 'refused', answeredFrom: B, ttl: 64, clockOffset: null },
      [C]: SILENT,
    });
    expect(clock.now() - 1000).toBeCloseTo(750);
    expect(asker.sent.filter(({ frame }) => frame.destinationMac === C)).toHaveLength(3);
    expect(asker.listeners()).toBe(0);
  });

  it('takes as long as the answers take, and half-opened connections are reset', async () => {
    const { clock, asker, ask } = setUp([
      { macs: [A], port: 'open' },
      { macs: [B], port: 'open', clock: null },
    ]);
    const answers = await ask([A, B]);
    expect(clock.now() - 1000).toBeLessThan(2);
    expect(answers.get(B)?.clockOffset).toBeNull();
    const [synA, rstA, synB, rstB] = asker.sent;
    expect([synA, synB].map((sent) => sent?.segment?.control)).toEqual([SYN, SYN]);
    expect(new Set(asker.sent.map(({ segment }) => segment?.sourcePort))).toEqual(new Set([OWN.port]));
    expect(synA?.segment?.sequence).not.toBe(synB?.segment?.sequence);
    for (const [syn, rst] of [
      [synA, rstA],
      [synB, rstB],
    ] as const) {
      expect(rst?.frame.destinationMac).toBe(syn?.frame.destinationMac);
      expect(rst?.segment?.control).toBe(RST);
      expect(rst?.segment?.sequence).toBe(((syn?.segment?.sequence ?? 0) + 1) % 2 ** 32);
    }
  });

  it('hears a claimant that misses the first SYN, and one that is late', async () => {
    const { ask } = setUp([
      { macs: [A], port: 'open', deafFor: 2 },
      { macs: [B], port: 'open', delayMs: 600 },
    ]);
    const answers = await ask([A, B]);
    expect([...answers.values()].map(({ outcome }) => outcome)).toEqual(['open', 'open']);
  });

  it('asks two legs of one machine one after another, and says which leg answered', async () => {
    const { clock, ask } = setUp([{ macs: [A, B], port: 'open', clock: 0, answersFrom: A }]);
    const answers = await ask([A, B]);
    expect([...answers.values()].map(({ outcome, answeredFrom }) => [outcome, answeredFrom])).toEqual([
      ['open', A],
      ['open', A],
    ]);
    expect(clock.now() - 1000).toBeLessThan(3);
  });

  it('counts nothing that does not answer its own SYN', async () => {
    const { clock, asker, ask } = setUp([{ macs: [A], port: 'silent' }]);
    const forge = (
      change: { sourcePort?: number; destinationPort?: number; off?: number; control?: number; timestamps?: null },
      sourceIp = TARGET.ip,
      vlanId: number | null = null,
    ): void => {
      const segment = {
        sourcePort: change.sourcePort ?? TARGET.port,
        destinationPort: change.destinationPort ?? OWN.port,
        sequence: 1,
        acknowledgment: ((asker.sent[0]?.segment?.sequence ?? 0) + 1 + (change.off ?? 0)) % 2 ** 32,
        control: change.control ?? SYN | ACK,
        window: 1,
        mss: null,
        sackPermitted: false,
        timestamps: null,
      };
      const payload = encodeSegment(segment, sourceIp, OWN.ip);
      const addresses = { destinationMac: OWN.mac, sourceMac: A, sourceIp, destinationIp: OWN.ip };
      asker.deliver(encodeIpv4Frame({ ...addresses, id: 0, ttl: 64, protocol: 6, payload }), vlanId);
    };
    void clock.sleep(10).then(() => {
      forge({ sourcePort: 23 });
      forge({ destinationPort: 1 });
      forge({ off: 1 });
      forge({ control: ACK });
      forge({}, ipv4('10.0.0.6'));
      forge({}, TARGET.ip, 7);
      asker.deliver(new Uint8Array(10));
    });
    expect((await ask([A])).get(A)).toEqual(SILENT);
    expect(asker.sent.every(({ segment }) => segment?.control === SYN)).toBe(true);
  });

  it('an abort ends it at once; who had not answered is not called silent', async () => {
    const { clock, controller, ask } = setUp([{ macs: [A], port: 'open' }]);
    void clock.sleep(100).then(() => controller.abort());
    const answers = await ask([A, B]);
    expect([...answers.keys()]).toEqual([A]);
    expect(clock.now() - 1000).toBe(100);
  });
});
