// Whether anybody is there: ARP, ICMP and TCP each say a part, and silence on one is not absence.

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { A, arp, causeOf, claim, echo, HOST, OWN, sweep, tcp } from './seen.ts';

interface Case {
  readonly seen: string;
  readonly evidence: readonly Evidence[];
  readonly verdict: Verdict;
  readonly says: RegExp;
}

describe('unreachable', () => {
  test.each<Case>([
    {
      seen: 'a refused port',
      evidence: [tcp('refused', 'ECONNREFUSED')],
      verdict: 'confirmed',
      says: /answers, but refuses connections to port 22 \(ECONNREFUSED\)/,
    },
    {
      seen: 'a reset handshake',
      evidence: [tcp('reset', 'ECONNRESET')],
      verdict: 'confirmed',
      says: /is reset as soon as it is accepted/,
    },
    {
      seen: 'a router that says so',
      evidence: [tcp('unreachable', 'EHOSTUNREACH')],
      verdict: 'confirmed',
      says: /can't be reached \(EHOSTUNREACH\)/,
    },
    {
      seen: 'a connect that timed out',
      evidence: [tcp('timed-out', 'ETIMEDOUT')],
      verdict: 'likely',
      says: /packets are dropped on the way, or the host is down/,
    },
    { seen: 'an open port', evidence: [tcp('open')], verdict: 'ruled-out', says: /answers\.$/ },
    { seen: 'echoes', evidence: [echo(10, 9)], verdict: 'ruled-out', says: /answers\.$/ },
    { seen: 'no echo', evidence: [echo(10, 0)], verdict: 'likely', says: /^Nobody answers echo requests for/ },
    {
      seen: 'an ICMP unreachable in place of echoes',
      evidence: [echo(10, 0, { errors: [{ from: '10.0.0.1', type: 3, code: 1, count: 10 }] })],
      verdict: 'confirmed',
      says: /10\.0\.0\.1 reports that the host is unreachable \(ICMP type 3 code 1\)/,
    },
    {
      seen: 'a filter that says so',
      evidence: [echo(10, 0, { errors: [{ from: '10.0.0.1', type: 3, code: 13, count: 10 }] })],
      verdict: 'likely',
      says: /type 3 code 13/,
    },
    { seen: 'nobody by ARP', evidence: [arp([])], verdict: 'likely', says: /^Nobody answers ARP for/ },
    {
      seen: 'nobody by ARP nor by echo',
      evidence: [arp([]), echo(10, 0)],
      verdict: 'confirmed',
      says: /^Nobody answers ARP or echo requests for/,
    },
    { seen: 'an ARP answer', evidence: [arp([claim(A)])], verdict: 'ruled-out', says: /answers ARP on this LAN/ },
    {
      seen: 'an ARP answer but no echo',
      evidence: [arp([claim(A)]), echo(10, 0)],
      verdict: 'possible',
      says: /it is there, and something drops ICMP/,
    },
    {
      seen: 'echoes but no open port',
      evidence: [echo(10, 10), tcp('timed-out', 'ETIMEDOUT')],
      verdict: 'likely',
      says: /No connection to 10\.0\.0\.5:22/,
    },
    {
      seen: 'a proxy alone',
      evidence: [arp([claim(A, { canariesClaimed: ['10.0.0.77', '192.0.2.9'] })])],
      verdict: 'unknown',
      says: /^Only a proxy or another VLAN answers ARP for 10\.0\.0\.5/,
    },
    {
      seen: 'a proxy, and no echo',
      evidence: [arp([claim(A, { canariesClaimed: ['10.0.0.77', '192.0.2.9'] })]), echo(10, 0)],
      verdict: 'likely',
      says: /^Nobody answers echo requests/,
    },
    {
      seen: 'an interruption',
      evidence: [echo(3, 0, { complete: false })],
      verdict: 'unknown',
      says: /not carried to its end/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('unreachable', ...evidence);
    expect(cause.verdict).toBe(verdict);
    expect(cause.summary).toMatch(says);
    if (verdict === 'unknown') expect(cause.missing).not.toEqual([]);
  });

  test('an address that is silent in a sweep is no finding: addresses may be unused', () => {
    const evidence = [sweep({ addressesAnswered: 1 }), arp([], { sweep: '10.0.0.0/24' })];
    expect(diagnose(evidence).filter(({ cause }) => cause === 'unreachable')).toEqual([]);
  });

  test('our own address is not called unreachable because nobody else answers for it', () => {
    const found = diagnose([arp([], { ownMac: OWN })]).filter(({ cause }) => cause === 'unreachable');
    expect(found.map(({ verdict }) => verdict)).not.toContain('likely');
    expect(found.map(({ verdict }) => verdict)).not.toContain('confirmed');
  });

  test('a port that refuses proves the host: it is not unreachable as a whole', () => {
    const found = diagnose([tcp('refused', 'ECONNREFUSED'), echo(10, 0)]).filter(
      ({ cause }) => cause === 'unreachable',
    );
    expect(found).toMatchObject([
      { verdict: 'confirmed', subject: `${HOST}:22` },
      { verdict: 'ruled-out', subject: HOST },
    ]);
  });
});
