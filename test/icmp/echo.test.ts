// Echo over a simulated wire: what is lost, late, doubled, overtaken, foreign or refused, on virtual time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EchoRequest, type EchoResult, wireEcho } from '../../src/icmp/echo.ts';
import type { HostEcho } from '../../src/icmp/echo-tally.ts';
import { type IpVersion, internetChecksum } from '../../src/icmp/packet.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { type FarHost, simulatedWire } from './simulated-wire.ts';

const ADDRESS = { 4: '10.0.0.5', 6: '2001:db8::5' } as const;
const ROUTER = '10.0.0.1';
const NEVER = new AbortController().signal;
const REQUEST = { count: 4, intervalMs: 200, waitMs: 1000, dataBytes: 56, dscp: 0 };

interface Heard extends HostEcho {
  readonly whole: EchoResult;
  readonly elapsedMs: number;
  readonly sentAtMs: readonly number[];
}

interface Asked extends Partial<EchoRequest> {
  readonly version?: IpVersion;
  readonly abortAtMs?: number;
}

async function ping(host: FarHost, { version = 4, abortAtMs, ...asked }: Asked = {}): Promise<Heard> {
  const clock = fakeClock(777);
  const wire = simulatedWire(clock, version, host);
  const controller = new AbortController();
  if (abortAtMs !== undefined) void clock.sleep(abortAtMs).then(() => controller.abort());
  const request = { addresses: [ADDRESS[version]], ...REQUEST, ...asked };
  const whole = await clock.run(wireEcho(wire, Math.random)(request, clock, controller.signal));
  const [first] = whole.hosts;
  const sentAtMs = wire.sent.map(({ atMs }) => atMs - 777);
  return { ...(first as HostEcho), whole, elapsedMs: clock.now() - 777, sentAtMs };
}

/** Answers each request after `delaysMs[sequence]`; null is a loss. */
function answering(...delaysMs: readonly (number | null)[]): FarHost {
  return ({ sequence }) => {
    const delayMs = delaysMs[sequence] ?? null;
    return delayMs === null ? [] : [{ delayMs }];
  };
}

describe.each([4, 6] as const)('echo over IPv%i', (version) => {
  it('measures every round trip, and is done with the last answer', async () => {
    const result = await ping(answering(10, 20, 30, 40), { version });
    expect(result).toMatchObject({ sent: 4, received: 4, rttsMs: [10, 20, 30, 40], duplicates: 0, errors: [] });
    expect(result).toMatchObject({ longestLossRun: 0, reordered: 0, unsettled: 0, sendError: null });
    expect(result.whole.complete).toBe(true);
    expect(result.sentAtMs).toEqual([0, 200, 400, 600]);
    expect(result.elapsedMs).toBe(640);
  });

  it('counts the lost, and waits for them to the end', async () => {
    const result = await ping(answering(10, null, 30, null), { version });
    expect(result).toMatchObject({ sent: 4, received: 2, rttsMs: [10, 30], longestLossRun: 1 });
    expect(result.elapsedMs).toBe(600 + 1000);
  });

  it('keeps ICMP errors apart from losses, with who said it', async () => {
    const error = { type: version === 4 ? 3 : 1, code: 1 };
    const result = await ping(() => [{ delayMs: 3, error, from: ROUTER }], { version });
    const told = { ...error, from: ROUTER };
    expect(result).toMatchObject({ sent: 4, received: 0, rttsMs: [], errors: [told, told, told, told] });
    expect(result.elapsedMs).toBe(603);
  });
});

describe('echo', () => {
  it('answers that are late or overtake each other belong to their requests', async () => {
    const result = await ping(answering(900, 10, 500, 999));
    expect(result.rttsMs).toEqual([900, 10, 500, 999]);
    // The answer to the first came after that to the second.
    expect(result.reordered).toBe(1);
  });

  it('an answer after the last wait is a loss', async () => {
    expect(await ping(answering(10, 20, 30, 1001))).toMatchObject({ sent: 4, received: 3, rttsMs: [10, 20, 30] });
  });

  it('tells the longest run of losses', async () => {
    const lost = new Set([1, 4, 5, 6, 9]);
    const result = await ping(({ sequence }) => (lost.has(sequence) ? [] : [{ delayMs: 1 }]), { count: 12 });
    expect(result).toMatchObject({ sent: 12, received: 7, longestLossRun: 3 });
  });

  it('counts further answers to a request as duplicates, the first as the round trip', async () => {
    const result = await ping(() => [5, 6, 7].map((delayMs) => ({ delayMs })));
    expect(result).toMatchObject({ received: 4, rttsMs: [5, 5, 5, 5], reordered: 0 });
    expect(result.duplicates).toBeGreaterThanOrEqual(6);
  });

  it('sees the TTL of answers change', async () => {
    const result = await ping(({ sequence }) => [{ delayMs: 1, hopLimit: sequence === 2 ? 128 : 57 }]);
    expect(result.hopLimits).toEqual([
      { hopLimit: 57, count: 3 },
      { hopLimit: 128, count: 1 },
    ]);
    expect(result.hopLimitChanges).toBe(2);
  });

  it.each<[string, FarHost]>([
    ['one that carries something else', () => [{ delayMs: 1, data: new Uint8Array(56).fill(7) }]],
    ['one that carries too little', () => [{ delayMs: 1, data: new Uint8Array(4) }]],
    ['one that carries nothing', () => [{ delayMs: 1, data: new Uint8Array(0) }]],
    ['another host', () => [{ delayMs: 1, from: '10.0.0.6' }]],
    ['a request that was not sent yet', ({ data }) => [{ delayMs: 1, data: data.with(11, 200) }]],
    ['an error about another’s packet', () => [{ delayMs: 1, error: { type: 3, code: 1 }, about: '10.0.0.6' }]],
  ])('takes no answer from %s', async (_, host) => {
    expect(await ping(host)).toMatchObject({ sent: 4, received: 0, rttsMs: [], duplicates: 0, errors: [] });
  });

  it('says why a request could not be sent, and goes on: that is no loss', async () => {
    const result = await ping(({ sequence }) => (sequence === 1 ? 'ENETUNREACH' : [{ delayMs: 5 }]));
    expect(result).toMatchObject({ sent: 3, received: 3, rttsMs: [5, 5, 5], sendError: 'ENETUNREACH' });
    expect(result).toMatchObject({ longestLossRun: 0, whole: { complete: true } });
  });

  it('tries again where a queue was full for a moment', async () => {
    let full = 2;
    const result = await ping(() => (full-- > 0 ? 'ENOBUFS' : [{ delayMs: 5 }]));
    expect(result).toMatchObject({ sent: 4, received: 4, sendError: null });
  });

  it('keeps the first reason when nothing can be sent', async () => {
    const result = await ping(({ sequence }) => (sequence === 0 ? 'ENETUNREACH' : 'ENOBUFS'));
    expect(result).toMatchObject({ sent: 0, received: 0, sendError: 'ENETUNREACH' });
  });

  it('abort gives what was heard so far, at once', async () => {
    const result = await ping(answering(10, 20, 30, 40), { abortAtMs: 250 });
    expect(result).toMatchObject({ sent: 2, received: 2, rttsMs: [10, 20], unsettled: 0, elapsedMs: 250 });
    expect(result.whole.complete).toBe(false);
  });

  it('what was still under way at an abort is no loss', async () => {
    const result = await ping(answering(null, null, 30, null), { abortAtMs: 1100 });
    // The first was waited for to the end.
    expect(result).toMatchObject({ sent: 4, received: 1, unsettled: 2, longestLossRun: 1, elapsedMs: 1100 });
  });

  it('tells its progress, to the end', async () => {
    const clock = fakeClock();
    const wire = simulatedWire(clock, 4, answering(10, 20, null, 40));
    const told: string[] = [];
    const request = { addresses: [ADDRESS[4]], ...REQUEST };
    const echo = wireEcho(wire, Math.random);
    await clock.run(echo(request, clock, NEVER, (sent, received) => told.push(`${received}/${sent}`)));
    expect(told).toEqual(['0/1', '1/1', '1/2', '2/2', '2/3', '2/4', '3/4']);
  });

  it('asks several hosts at the same times, each by itself', async () => {
    const host: FarHost = ({ to, sequence }) =>
      to === ROUTER ? [{ delayMs: 1 }] : sequence % 2 ? [] : [{ delayMs: 9 }];
    const result = await ping(host, { addresses: [ADDRESS[4], ROUTER] });
    expect(result.sentAtMs).toEqual([0, 0, 200, 200, 400, 400, 600, 600]);
    expect(result.whole.hosts).toMatchObject([
      { address: ADDRESS[4], sent: 4, received: 2, rttsMs: [9, 9] },
      { address: ROUTER, sent: 4, received: 4, rttsMs: [1, 1, 1, 1] },
    ]);
  });

  it('counts on beyond the 65,536 of the sequence number', async () => {
    const result = await ping(({ sequence }) => (sequence === 2 ? [] : [{ delayMs: 1 }]), {
      count: 65_540,
      intervalMs: 2,
    });
    expect(result).toMatchObject({ sent: 65_540, received: 65_538, duplicates: 0, longestLossRun: 1 });
  });

  it.each([12, 13, 56, 1473, 65_507])('sends %i bytes of data, with a checksum that verifies', async (dataBytes) => {
    const clock = fakeClock();
    const wire = simulatedWire(clock, 4, () => []);
    const request = { addresses: [ADDRESS[4]], ...REQUEST, dataBytes, waitMs: 1 };
    await clock.run(wireEcho(wire, Math.random)(request, clock, NEVER));
    for (const { bytes } of wire.sent) {
      expect(bytes.length).toBe(8 + dataBytes);
      expect(internetChecksum(bytes)).toBe(0);
    }
  });

  it('any mix of delays, losses and duplicates is told as it was', async () => {
    const fate = fc.record({ delayMs: fc.integer({ min: 1, max: 990 }), copies: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: 4, maxLength: 4 }), async (fates) => {
        const result = await ping(({ sequence }) => {
          const { delayMs, copies } = fates[sequence] as (typeof fates)[number];
          return Array.from({ length: copies }, () => ({ delayMs }));
        });
        const answered = fates.filter(({ copies }) => copies > 0);
        expect(result).toMatchObject({ sent: 4, received: answered.length });
        expect(result.rttsMs).toEqual(answered.map(({ delayMs }) => delayMs));
        const copies = fates.reduce((sum, each) => sum + Math.max(0, each.copies - 1), 0);
        expect(result.duplicates).toBeLessThanOrEqual(copies);
        if (answered.length < 4) expect(result.duplicates).toBe(copies);
      }),
    );
  });
});
