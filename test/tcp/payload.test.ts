// A partner behind boxes that take empty keepalives for silence: what they do is found, told from boxes that count
// everything, and never said of a path that loses, is cut or has an accident.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BANNER } from '../../src/serve/index.ts';
import { openPartner } from '../../src/tcp/open-partner.ts';
import { causeOf, idle } from '../diagnose/seen.ts';
import { fakeClock } from '../support/fake-clock.ts';
import type { MemoryNatOptions, Middlebox } from '../support/memory-nat.ts';
import { type MemoryPartnerOptions, memoryPartner } from '../support/memory-partner.ts';
import { type Asked, connected, ENDPOINT, type Measured, nodeTimers, type Run, simulate } from './simulate.ts';

const SIMULATED = { numRuns: 40, endOnFailure: true };
const GREETING = new TextEncoder().encode(`${BANNER}\r\n`);
const OUTCOME = {
  silent: 'silent-drop',
  'reset-at-expiry': 'reset',
  'closes-at-expiry': 'closed-by-peer',
} as const;

/** Short and long timeouts alike: evenly by their logarithm. */
const timeout = fc.integer({ min: 0, max: 10_000 }).map((part) => 4 * (600 / 4) ** (part / 10_000));
const onExpiry = fc.constantFrom('silent' as const, 'reset-at-expiry' as const, 'closes-at-expiry' as const);
const box = fc.record({ idleSeconds: timeout, onExpiry });
const rttMs = fc.integer({ min: 1, max: 250 });
const seed = fc.integer({ min: 1, max: 1_000_000 });

type Box = Middlebox & NonNullable<MemoryPartnerOptions['nat']>;
type Disturbances = Pick<MemoryPartnerOptions, 'seed' | 'rttMs' | 'loss' | 'outages' | 'stopsAt'>;

/** One path to one partner, which all connections take, whether they carry payload or not. */
function simulatePartner(nat: Box | null, disturbed: Disturbances = {}, asked: Asked = {}): Promise<Run> {
  const { stopsAt, ...shared } = disturbed;
  const path: MemoryNatOptions = { ...shared, greeting: GREETING, ...(nat === null ? {} : { nat }) };
  return simulate(path, { ...asked, partner: { ...disturbed, ...(nat === null ? {} : { nat }) } });
}

/** Whether the rule would say so of what was measured. */
function countsPayloadOnly({ trial, payloadTrial, keepalivesLost, controlSpeaks, bracket }: Measured): boolean {
  const lost = keepalivesLost === undefined ? {} : { keepalivesLost };
  const control = { outages: [], ended: null, speaks: controlSpeaks, ...lost };
  const measured = idle({ ...bracket, control });
  const { host, address, port } = measured;
  const trials = [trial, payloadTrial].flatMap((tried, index) =>
    tried === null ? [] : [{ id: `fix-${index}`, kind: 'keepalive-trial' as const, host, address, port, ...tried }],
  );
  return causeOf('idle-timeout', measured, ...trials).summary.includes('counts only data');
}

function expectFound(run: Run, nat: Box, vagueSeconds: number): void {
  const { bracket, controlEnding } = connected(run);
  expect(bracket.onExpiry).toBe(OUTCOME[nat.onExpiry as keyof typeof OUTCOME]);
  expect(bracket.deaths).toBeGreaterThan(1);
  expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(nat.idleSeconds + vagueSeconds);
  expect(bracket.expiredSeconds ?? 0).toBeGreaterThanOrEqual(nat.idleSeconds - vagueSeconds);
  expect(controlEnding).toBeNull();
  expect(run.wallSeconds).toBeLessThanOrEqual(2.4 * nat.idleSeconds + 10);
}

describe('a box that counts payload only', () => {
  test('is found out, whatever T and however it ends, within 2.4 T', async () => {
    await fc.assert(
      fc.asyncProperty(box, rttMs, async (middlebox, rtt) => {
        const nat: Box = { ...middlebox, countsPayloadOnly: true };
        const run = await simulatePartner(nat, { rttMs: rtt });
        expectFound(run, nat, rtt / 500 + 0.1);
        const { trial, payloadTrial, rungs, bracket } = connected(run);
        expect(countsPayloadOnly(connected(run))).toBe(true);
        expect(trial).toMatchObject({ speaks: 'keepalive', outcome: OUTCOME[nat.onExpiry as keyof typeof OUTCOME] });
        expect(payloadTrial).toMatchObject({ speaks: 'payload', outcome: 'alive' });
        expect(payloadTrial?.lastedSeconds).toBeGreaterThan(1.08 * (nat.idleSeconds - rtt / 500));
        // No connection that was kept awake by keepalives between the passes is taken for one that idled.
        const early = rungs.filter(
          ({ idleSeconds, outcome }) =>
            outcome !== 'alive' && outcome !== 'inconclusive' && idleSeconds < (bracket.survivedSeconds ?? 0),
        );
        expect(early).toEqual([]);
      }),
      SIMULATED,
    );
  });

  test('is found with few connections too, and no more are opened than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(box, fc.integer({ min: 6, max: 40 }), async (middlebox, connections) => {
        const nat: Box = { ...middlebox, countsPayloadOnly: true };
        const run = await simulatePartner(nat, {}, { connections });
        const { bracket, connectionsOpened } = connected(run);
        expect(bracket.survivedSeconds ?? 0).toBeLessThanOrEqual(nat.idleSeconds + 0.2);
        expect(bracket.expiredSeconds ?? nat.idleSeconds).toBeGreaterThanOrEqual(nat.idleSeconds - 0.2);
        expect(run.path.dialled + run.partner.dialled).toBeLessThanOrEqual(connections + 1);
        expect(connectionsOpened).toBe(run.path.dialled + run.partner.dialled);
        expect(run.partner.open).toBe(0);
      }),
      SIMULATED,
    );
  });
});

describe('a box that counts everything', () => {
  test('lets both live, and is never said to count payload only, with loss or without', async () => {
    const loss = fc.constantFrom(0, 0.02, 0.1);
    await fc.assert(
      fc.asyncProperty(box, loss, rttMs, seed, async (nat, lost, rtt, number) => {
        const run = await simulatePartner(nat, { loss: lost, rttMs: rtt, seed: number });
        expect(countsPayloadOnly(connected(run))).toBe(false);
        if (lost > 0) return;
        expectFound(run, nat, rtt / 500 + 0.1);
        expect(connected(run)).toMatchObject({ trial: { outcome: 'alive' }, payloadTrial: { outcome: 'alive' } });
        expect(connected(run).keepalivesLost).toBeNull();
      }),
      { ...SIMULATED, numRuns: 80, seed: 20_240_101 },
    );
  });

  test('nor where one connection is lost by accident', async () => {
    await fc.assert(
      fc.asyncProperty(box, fc.nat({ max: 45 }), fc.integer({ min: 1, max: 300 }), async (nat, connection, at) => {
        const accident = { connection, at };
        const run = await simulate({ greeting: GREETING, nat, accident }, { partner: { nat } });
        expect(countsPayloadOnly(connected(run))).toBe(false);
      }),
      SIMULATED,
    );
  });
});

describe('nothing is claimed', () => {
  test('of a path that forgets nothing', async () => {
    const { bracket, trial, payloadTrial } = connected(await simulatePartner(null, {}, { maxIdleSeconds: 60 }));
    expect({ ...bracket, trial, payloadTrial }).toMatchObject({
      expiredSeconds: null,
      trial: null,
      payloadTrial: null,
    });
  });

  test('where an outage comes between, wherever it falls', async () => {
    const cut = fc.record({ from: fc.integer({ min: 1, max: 90 }), length: fc.integer({ min: 3, max: 60 }) });
    await fc.assert(
      fc.asyncProperty(cut, onExpiry, async ({ from, length }, how) => {
        const nat: Box = { idleSeconds: 30, onExpiry: how };
        const run = await simulatePartner(nat, { outages: [{ from, to: from + length }] }, { maxIdleSeconds: 90 });
        expect(countsPayloadOnly(connected(run))).toBe(false);
      }),
      SIMULATED,
    );
  });

  test('where the partner is ended: what it closes then nobody in between has closed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (stopsAt) => {
        const path: MemoryNatOptions = { greeting: GREETING, serverClosesAfter: stopsAt };
        const { bracket } = connected(await simulate(path, { maxIdleSeconds: 60, partner: { stopsAt } }));
        expect(bracket).toMatchObject({ expiredSeconds: null, deaths: 0 });
      }),
      SIMULATED,
    );
  });
});

describe('payload', () => {
  test('goes to nobody who does not greet as a partner', async () => {
    const virtual = fakeClock();
    const clock = nodeTimers(virtual);
    const said: string[] = [];
    const path = memoryPartner(clock, { banner: 'SSH-2.0-OpenSSH_9.9', onLine: (line) => said.push(line) });
    const opened = openPartner(path.dial, ENDPOINT, clock, new AbortController().signal);
    expect(await virtual.run(opened)).toMatchObject({ ok: false, code: 'no partner' });
    // Somebody else may listen there by now, or answer in the partner's place.
    const run = await simulate({ greeting: GREETING }, { maxIdleSeconds: 30, partner: { banner: 'busy' } });
    expect(connected(run)).toMatchObject({ controlSpeaks: 'keepalive', bracket: { survivedSeconds: 30 } });
    expect({ said, open: path.open + run.partner.open }).toEqual({ said: [], open: 0 });
  });
});
