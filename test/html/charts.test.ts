// Evidence → what a chart shows: what was measured, all of it, and nothing else.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Evidence, EvidenceKind, EvidenceOf } from '../../src/evidence.ts';
import { claimsChart } from '../../src/html/charts/claims.ts';
import { ladderChart } from '../../src/html/charts/ladder.ts';
import { drawPath, enforcerPath, isTraced, tracedPath } from '../../src/html/charts/path.ts';
import { roundTripsChart } from '../../src/html/charts/round-trips.ts';
import { drawRtt, rttRange } from '../../src/html/charts/rtt.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';
import { scenarioEvidence } from './scenario.ts';

function first<K extends EvidenceKind>(evidence: readonly Evidence[], kind: K): EvidenceOf<K> {
  return evidence.find((item) => item.kind === kind) as EvidenceOf<K>;
}

test('the ladder has each idle time that was tried, ascending, with what became of it', () => {
  fc.assert(
    fc.property(evidenceList, (evidence) => {
      for (const item of evidence) {
        if (item.kind !== 'idle-timeout') continue;
        const chart = ladderChart(item);
        expect(chart === null).toBe(item.probes.length === 0);
        if (chart?.data.chart !== 'ladder') continue;
        const { probes } = chart.data;
        expect(probes.map(({ idleSeconds }) => idleSeconds)).toEqual(
          item.probes.map(({ idleSeconds }) => idleSeconds).sort((a, b) => a - b),
        );
        for (const { idleSeconds, outcome, code, pass } of item.probes) {
          expect(probes).toContainEqual({ idleSeconds, outcome, code, pass });
        }
        expect(chart.data.survivedSeconds).toBe(item.survivedSeconds);
      }
    }),
  );
});

test('the ladder in words', () => {
  const item = first(scenarioEvidence('duplicate-ip-and-idle-timeout'), 'idle-timeout');
  expect(ladderChart(item)?.words).toBe(
    '35 idle times were tried: 28 alive, 7 reset. The longest that lived idled for 4 min. The shortest that counts as dead idled for 242 s.',
  );
});

test('claims over time are those that were heard, with the times the address changed hands', () => {
  const item = first(scenarioEvidence('capture-changing-hands'), 'arp-claims');
  const data = claimsChart(item)?.data;
  if (data?.chart !== 'claims') throw new Error('no chart');
  expect(data.claims).toEqual(
    item.claims.map(({ mac, firstSeconds, lastSeconds, count }) => ({ mac, firstSeconds, lastSeconds, count })),
  );
  expect(data.flips).toEqual(item.flips?.first.map(({ atSeconds, toMac }) => ({ atSeconds, toMac })));
  expect(data.untilSeconds).toBeGreaterThanOrEqual(Math.max(...item.claims.map(({ lastSeconds }) => lastSeconds)));
  expect(claimsChart({ ...item, claims: [] })).toBeNull();
});

test('the round-trip time is a range that was measured, or none', () => {
  const item = first(scenarioEvidence('packet-loss'), 'echo');
  const range = rttRange(item);
  expect(range).toEqual({
    sent: item.sent,
    received: item.received,
    rttMs: { min: item.rttMs?.min, mean: item.rttMs?.mean, max: item.rttMs?.max },
  });
  expect(rttRange({ ...item, sent: 0, received: 0, rttMs: null })).toBeNull();
  const nothing = drawRtt({ sent: 4, received: 0, rttMs: null }).markup;
  expect(nothing).toContain('0 of 4 came back');
  expect(nothing).not.toContain('Round-trip time,');
  // More answers than questions are duplicates, not more than all.
  expect(drawRtt({ sent: 4, received: 5, rttMs: null }).markup).toContain('class="alive" x="10" y="24" width="620.0"');
});

test('the path is this machine and each hop, and the one that forgets is marked, if one was found', () => {
  const item = first(scenarioEvidence('idle-timeout-shared-default'), 'idle-enforcer');
  expect(enforcerPath(item)).toEqual([
    { hop: 0, address: null, isHost: false, forgets: false },
    { hop: 1, address: '10.20.0.1', isHost: false, forgets: false },
    { hop: 2, address: null, isHost: false, forgets: true },
    { hop: 3, address: '203.0.113.1', isHost: false, forgets: false },
    { hop: 4, address: '198.51.100.30', isHost: true, forgets: false },
  ]);
  const unknown = enforcerPath({ ...item, hop: null }) ?? [];
  expect(unknown.some(({ forgets }) => forgets)).toBe(false);
  expect(drawPath(unknown).markup).not.toContain('forgets');
  expect(enforcerPath({ ...item, perHop: [] })).toBeNull();
});

test('a trace is drawn hop by hop, silent hops too, and accuses nobody', () => {
  const traced = {
    address: '192.0.2.9',
    hops: [
      { ttl: 1, addresses: ['10.0.0.1', '10.0.0.2'] },
      { ttl: 2, addresses: [] },
      { ttl: 3, addresses: ['192.0.2.9'] },
    ],
  };
  expect(isTraced(traced)).toBe(true);
  expect(tracedPath(traced)).toEqual([
    { hop: 0, address: null, isHost: false, forgets: false },
    { hop: 1, address: '10.0.0.1', isHost: false, forgets: false },
    { hop: 2, address: null, isHost: false, forgets: false },
    { hop: 3, address: '192.0.2.9', isHost: true, forgets: false },
  ]);
  for (const other of [{}, { address: 'x', hops: [] }, { address: 'x', hops: [null] }, { address: 'x', hops: 'y' }]) {
    expect(isTraced(other)).toBe(false);
  }
});

test('round trips are a chart of their own where single ones are known, and enough of them', () => {
  const item = first(scenarioEvidence('packet-loss-and-idle-timeout'), 'echo');
  const { rttSeriesMs = [] } = item;
  expect(roundTripsChart(item)).toEqual({
    data: { chart: 'round-trips', rttSeriesMs },
    title: 'Round-trip time of each request',
    words: '10 requests, 4 were lost, request 2 the first of them; the slowest answer took 110.7 ms.',
  });
  expect(roundTripsChart({ ...item, rttSeriesMs: [1, 2, 3, 4] })).toBeNull();
  expect(roundTripsChart({ ...item, rttSeriesMs: [null, null, null, null, null] })).toBeNull();
  const { rttSeriesMs: _, ...without } = item;
  expect(roundTripsChart(without)).toBeNull();
});
