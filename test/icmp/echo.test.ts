// Echo over a simulated ICMP socket: what is lost, late, doubled, foreign or refused, on virtual time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EchoRequest, type EchoResult, socketEcho } from '../../src/icmp/echo.ts';
import type { IpVersion } from '../../src/icmp/packet.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { goldenFrame } from '../support/golden-frame.ts';
import { type FarHost, replyOf, replyTo, simulatedSocket, unreachable } from './simulated-host.ts';

const ADDRESS = { 4: '10.0.0.5', 6: '2001:db8::5' } as const;
const ROUTER = '10.0.0.1';
const IDENTIFIER = 0xbeef;
const NEVER = new AbortController().signal;
const COUNT = 4;
const INTERVAL_MS = 200;
const WAIT_MS = 1000;

interface Heard extends EchoResult {
  readonly elapsedMs: number;
  readonly sentAtMs: readonly number[];
}

async function ping(host: FarHost, version: IpVersion = 4, abortAtMs?: number): Promise<Heard> {
  const clock = fakeClock(777);
  const socket = simulatedSocket(clock, version, host);
  const request: EchoRequest = { address: ADDRESS[version], count: COUNT, intervalMs: INTERVAL_MS, waitMs: WAIT_MS };
  const controller = new AbortController();
  if (abortAtMs !== undefined) void clock.sleep(abortAtMs).then(() => controller.abort());
  const result = await clock.run(socketEcho(socket, IDENTIFIER)(request, clock, controller.signal));
  return { ...result, elapsedMs: clock.now() - 777, sentAtMs: socket.sent.map(({ atMs }) => atMs - 777) };
}

/** Answers each request after `delaysMs[sequence]`; null is a loss. */
function answering(delaysMs: readonly (number | null)[], version: IpVersion = 4): FarHost {
  return (sequence, request) => {
    const delayMs = delaysMs[sequence] ?? null;
    return delayMs === null ? [] : [{ delayMs, bytes: replyTo(version, request), from: ADDRESS[version] }];
  };
}

describe.each([4, 6] as const)('socketEcho over IPv%i', (version) => {
  it('measures every round trip, and is done with the last answer', async () => {
    const result = await ping(answering([10, 20, 30, 40], version), version);
    expect(result).toMatchObject({ sent: 4, received: 4, rttsMs: [10, 20, 30, 40], duplicates: 0, errors: [] });
    expect(result).toMatchObject({ sendError: null, complete: true });
    expect(result.sentAtMs).toEqual([0, 200, 400, 600]);
    expect(result.elapsedMs).toBe(640);
  });

  it('counts the lost, and waits for them to the end', async () => {
    const result = await ping(answering([10, null, 30, null], version), version);
    expect(result).toMatchObject({ sent: 4, received: 2, rttsMs: [10, 30], complete: true });
    expect(result.elapsedMs).toBe(3 * INTERVAL_MS + WAIT_MS);
  });

  it('keeps ICMP errors apart from losses, with who said it', async () => {
    const host: FarHost = (_, request) => [{ delayMs: 3, bytes: unreachable(version, request), from: ROUTER }];
    const result = await ping(host, version);
    const error = version === 4 ? { from: ROUTER, type: 3, code: 1 } : { from: ROUTER, type: 1, code: 3 };
    expect(result).toMatchObject({ sent: 4, received: 0, rttsMs: [], errors: [error, error, error, error] });
    expect(result.elapsedMs).toBe(603);
  });
});

describe('socketEcho', () => {
  it('answers that are late or overtake each other belong to their requests', async () => {
    const result = await ping(answering([900, 10, 500, 999]));
    expect(result.rttsMs).toEqual([900, 10, 500, 999]);
  });

  it('an answer after the last wait is a loss', async () => {
    const result = await ping(answering([10, 20, 30, WAIT_MS + 1]));
    expect(result).toMatchObject({ sent: 4, received: 3, rttsMs: [10, 20, 30] });
  });

  it('counts further answers to a request as duplicates, the first as the round trip', async () => {
    const host: FarHost = (_, request) =>
      [5, 6, 7].map((delayMs) => ({ delayMs, bytes: replyTo(4, request), from: ADDRESS[4] }));
    expect(await ping(host)).toMatchObject({ received: 4, rttsMs: [5, 5, 5, 5] });
    expect((await ping(host)).duplicates).toBeGreaterThanOrEqual(6);
  });

  it.each<[string, FarHost]>([
    [
      'another program’s identifier',
      (sequence) => [{ delayMs: 1, bytes: replyOf(4, 0x1111, sequence), from: ADDRESS[4] }],
    ],
    [
      'a sequence that was not sent yet',
      (sequence) => [{ delayMs: 1, bytes: replyOf(4, IDENTIFIER, sequence + 1), from: ADDRESS[4] }],
    ],
    ['a sequence beyond the last', () => [{ delayMs: 1, bytes: replyOf(4, IDENTIFIER, 60_000), from: ADDRESS[4] }]],
    ['another host', (_, request) => [{ delayMs: 1, bytes: replyTo(4, request), from: '10.0.0.6' }]],
    [
      'an error about another’s packet',
      () => [{ delayMs: 1, bytes: goldenFrame('icmp4-port-unreachable-udp'), from: ROUTER }],
    ],
    ['noise', () => [{ delayMs: 1, bytes: Uint8Array.of(1, 2, 3), from: ADDRESS[4] }]],
    ['nothing', () => [{ delayMs: 1, bytes: new Uint8Array(0), from: ADDRESS[4] }]],
    [
      'our own request',
      (_, request) => [
        { delayMs: 1, bytes: Uint8Array.of(...new Uint8Array(20).fill(0x45), ...request), from: ADDRESS[4] },
      ],
    ],
  ])('takes no answer from %s', async (_, host) => {
    expect(await ping(host)).toMatchObject({ sent: 4, received: 0, rttsMs: [], duplicates: 0, errors: [] });
  });

  it('says why a request could not be sent, and goes on', async () => {
    const host: FarHost = (sequence, request) =>
      sequence === 1 ? 'Network is unreachable' : [{ delayMs: 5, bytes: replyTo(4, request), from: ADDRESS[4] }];
    expect(await ping(host)).toMatchObject({
      received: 3,
      rttsMs: [5, 5, 5],
      sendError: 'Network is unreachable',
      complete: true,
    });
  });

  it('keeps the first reason when nothing can be sent', async () => {
    const result = await ping((sequence) => (sequence === 0 ? 'Network is unreachable' : 'No buffer space available'));
    expect(result).toMatchObject({ received: 0, sendError: 'Network is unreachable' });
  });

  it('abort gives what was heard so far, at once', async () => {
    const result = await ping(answering([10, 20, 30, 40]), 4, 250);
    expect(result).toMatchObject({ sent: 2, received: 2, rttsMs: [10, 20], complete: false, elapsedMs: 250 });
  });

  it('abort while waiting for the last answer', async () => {
    const result = await ping(answering([10, null, 30, null]), 4, 900);
    expect(result).toMatchObject({ sent: 4, received: 2, complete: false, elapsedMs: 900 });
  });

  it('tells its progress, to the end', async () => {
    const clock = fakeClock();
    const socket = simulatedSocket(clock, 4, answering([10, 20, null, 40]));
    const told: string[] = [];
    const request = { address: ADDRESS[4], count: COUNT, intervalMs: INTERVAL_MS, waitMs: WAIT_MS };
    const echo = socketEcho(socket, IDENTIFIER);
    await clock.run(echo(request, clock, NEVER, (sent, received) => told.push(`${received}/${sent}`)));
    expect(told).toEqual(['0/1', '1/1', '1/2', '2/2', '2/3', '2/4', '3/4']);
  });

  it('sends to the address that was asked for, with the identifier given', async () => {
    const clock = fakeClock();
    const socket = simulatedSocket(clock, 4, () => []);
    const request = { address: ADDRESS[4], count: 8, intervalMs: 1, waitMs: 1 };
    await clock.run(socketEcho(socket, IDENTIFIER)(request, clock, NEVER));
    expect(socket.sent.every(({ to }) => to === ADDRESS[4])).toBe(true);
    expect(socket.sent[7]?.message).toEqual(goldenFrame('icmp4-echo-request'));
  });

  it('any mix of delays, losses and duplicates is told as it was', async () => {
    const fate = fc.record({ delayMs: fc.nat(990), copies: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(fc.array(fate, { minLength: COUNT, maxLength: COUNT }), async (fates) => {
        const result = await ping((sequence, request) => {
          const { delayMs, copies } = fates[sequence] as (typeof fates)[number];
          return Array.from({ length: copies }, () => ({ delayMs, bytes: replyTo(4, request), from: ADDRESS[4] }));
        });
        const answered = fates.filter(({ copies }) => copies > 0);
        expect(result).toMatchObject({ sent: COUNT, received: answered.length, complete: true });
        expect(result.rttsMs).toEqual(answered.map(({ delayMs }) => delayMs));
        const copies = fates.reduce((sum, each) => sum + Math.max(0, each.copies - 1), 0);
        expect(result.duplicates).toBeLessThanOrEqual(copies);
        if (answered.length < COUNT) expect(result.duplicates).toBe(copies);
      }),
    );
  });
});
