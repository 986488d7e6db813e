// Whether anybody is there: ARP, ICMP and TCP each say a part, and silence on one is not absence.

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { A, arp, causeOf, claim, echo, HOST, hop, mtu, OWN, path, sweep, tcp } from './seen.ts';

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
      says: /answers, but refuses connections to port 22 \(ECONNREFUSED\): .* a firewall refuses in its name/,
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
      seen: 'a port that is rejected by ICMP, of a host that answers otherwise',
      evidence: [tcp('unreachable', 'EHOSTUNREACH'), echo(10, 10)],
      verdict: 'confirmed',
      says: /is there, but connections to port 22 are rejected \(EHOSTUNREACH\): a firewall does so by ICMP, often the host's own/,
    },
    {
      seen: 'a port that the host itself was seen to reject',
      evidence: [
        tcp('unreachable', 'EHOSTUNREACH'),
        path({ protocol: 'tcp', port: 22, refused: null, unreachable: { from: HOST, type: 3, code: 10 } }),
      ],
      verdict: 'confirmed',
      says: /rejected in its name by ICMP/,
    },
    {
      seen: 'a connect that met a host without an error left to send, which the path had met before',
      evidence: [
        tcp('timed-out', 'ETIMEDOUT'),
        path({ protocol: 'tcp', port: 22, refused: null, unreachable: { from: HOST, type: 3, code: 10 } }),
      ],
      verdict: 'confirmed',
      says: /rejected in its name by ICMP/,
    },
    {
      seen: 'a connect that met a limit, which the SYNs of the path had used up',
      evidence: [
        tcp('timed-out', 'ETIMEDOUT'),
        path({ protocol: 'tcp', port: 22, refused: false, hops: [hop(1), hop(2, { sent: 10, received: 1 })] }),
      ],
      verdict: 'likely',
      says: /^1 of 10 SYNs to port 22 of 10\.0\.0\.5 were answered, .* only so many may begin/,
    },
    {
      seen: 'a silent port of a host that sends large echo replies',
      evidence: [
        mtu(),
        path({ protocol: 'tcp', port: 22, reached: false, endedBecause: 'silence', hops: [hop(1), hop(2)] }),
      ],
      verdict: 'likely',
      says: /is there, but nothing is heard of SYNs to port 22 beyond hop 2/,
    },
    {
      seen: 'a connect that timed out',
      evidence: [tcp('timed-out', 'ETIMEDOUT')],
      verdict: 'likely',
      says: /packets are dropped on the way, or the host is down/,
    },
    { seen: 'an open port', evidence: [tcp('open')], verdict: 'ruled-out', says: /answers\.$/ },
    { seen: 'echoes', evidence: [echo(10, 9)], verdict: 'ruled-out', says: /answers\.$/ },
    {
      seen: 'no echo of large and marked packets',
      evidence: [echo(10, 0, { sizeBytes: 1472, dscp: 46 })],
      verdict: 'possible',
      says: /^Nobody answers echo requests marked DSCP 46 and with 1472 bytes of data for .* where others are not\.$/,
    },
    {
      seen: 'no echo of large packets, nor of others',
      evidence: [echo(10, 0, { sizeBytes: 1472 }), echo(10, 0, { id: 'echo-2', sizeBytes: 56, dscp: 0 })],
      verdict: 'likely',
      says: /^Nobody answers echo requests for/,
    },
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
      says: /is there, but no connection to port 22 comes about \(ETIMEDOUT\)/,
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
    { seen: 'a path that is reached', evidence: [path()], verdict: 'ruled-out', says: /answers\.$/ },
    {
      seen: 'a path by TCP that is reached, and no echo',
      evidence: [path({ protocol: 'tcp', port: 22, refused: false }), echo(10, 0)],
      verdict: 'ruled-out',
      says: /answers\.$/,
    },
    {
      seen: 'silence of a path by ICMP',
      evidence: [path({ reached: false, endedBecause: 'silence', hops: [hop(1)] })],
      verdict: 'possible',
      says: /^Nothing is heard .* beyond hop 1 \(10\.0\.1\.1\), .* many drop ICMP/,
    },
    {
      seen: 'silence of a path by TCP',
      evidence: [path({ protocol: 'tcp', port: 22, reached: false, endedBecause: 'silence', hops: [] })],
      verdict: 'likely',
      says: /beyond this machine, and port 22 answers no SYN/,
    },
    {
      seen: 'a router without a route',
      evidence: [
        path({
          reached: false,
          endedBecause: 'unreachable',
          unreachable: { from: '10.0.1.1', type: 3, code: 0 },
          hops: [hop(1)],
        }),
      ],
      verdict: 'confirmed',
      says: /as far as hop 1 .* 10\.0\.1\.1 reports that the network is unreachable/,
    },
    {
      seen: 'a loop',
      evidence: [path({ reached: false, endedBecause: 'loop', hops: [hop(1), hop(2), hop(3), hop(4)] })],
      verdict: 'confirmed',
      says: /go round in circles, between 10\.0\.1\.1 and/,
    },
    {
      seen: 'a loop, and no echo',
      evidence: [echo(10, 0), path({ reached: false, endedBecause: 'loop', hops: [hop(1), hop(2), hop(3), hop(4)] })],
      verdict: 'confirmed',
      says: /go round in circles, between 10\.0\.1\.1 and/,
    },
    {
      seen: 'routers in the name of the host, behind a NAT that forwards to it, and then nothing',
      evidence: [
        path({
          reached: false,
          endedBecause: 'silence',
          hops: [1, 2, 3].map((ttl) => hop(ttl, { addresses: [HOST] })),
        }),
      ],
      verdict: 'possible',
      says: /^Nothing is heard .* beyond hop 3 \(in the name of 10\.0\.0\.5\)/,
    },
    {
      seen: 'a path that was interrupted',
      evidence: [path({ reached: false, endedBecause: 'interrupted', complete: false, hops: [hop(1)] })],
      verdict: 'unknown',
      says: /not carried to its end/,
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

  test.each<[string, Evidence[], Verdict, RegExp]>([
    [
      'with a router that says so',
      [
        echo(10, 0, { errors: [{ from: '10.0.0.1', type: 3, code: 1, count: 10 }] }),
        tcp('unreachable', 'EHOSTUNREACH'),
      ],
      'confirmed',
      /type 3 code 1\)\. No connection to port 22 \(EHOSTUNREACH\) comes about either\.$/,
    ],
    [
      'by ARP on this LAN, as the kernel found out',
      [echo(10, 0), tcp('unreachable', 'EHOSTUNREACH')],
      'confirmed',
      /^Nobody answers echo requests/,
    ],
    [
      'in silence',
      [echo(10, 0), tcp('timed-out', 'ETIMEDOUT')],
      'likely',
      /No connection to port 22 \(ETIMEDOUT\) comes about either\.$/,
    ],
  ])('a host that is gone, %s, is told once and not by its port again', (_, evidence, verdict, says) => {
    const found = diagnose(evidence).filter(({ cause }) => cause === 'unreachable');
    expect(found).toMatchObject([{ subject: HOST, verdict, because: evidence.map(({ id }) => id), missing: [] }]);
    expect(found[0]?.summary).toMatch(says);
  });

  test('a port that resets, or a host that answers otherwise, is told by itself', () => {
    const subjects = (...evidence: Evidence[]) =>
      diagnose(evidence)
        .filter(({ cause, verdict }) => cause === 'unreachable' && verdict !== 'ruled-out')
        .map(({ subject, verdict }) => `${subject} ${verdict}`);
    expect(subjects(echo(10, 0), tcp('reset', 'ECONNRESET'))).toEqual([`${HOST}:22 confirmed`, `${HOST} likely`]);
    expect(subjects(echo(10, 9), tcp('timed-out', 'ETIMEDOUT'))).toEqual([`${HOST}:22 likely`]);
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

  test('a loopback address that refuses belongs to no other machine', () => {
    const refused = { ...tcp('refused', 'ECONNREFUSED'), host: '127.0.0.1', address: '127.0.0.1' };
    const [found] = diagnose([refused]).filter(({ cause }) => cause === 'unreachable');
    expect(found).toMatchObject({ verdict: 'confirmed', summary: expect.stringMatching(/: nothing listens there\.$/) });
    expect(found?.advice.join()).not.toContain('--dup-ip');
  });

  test('a port that refuses SYNs of a path is told as one that refuses connections', () => {
    const found = diagnose([path({ protocol: 'tcp', port: 22, refused: true })]).filter(
      ({ cause }) => cause === 'unreachable',
    );
    expect(found).toMatchObject([{ verdict: 'confirmed', subject: `${HOST}:22`, because: ['path-1'] }]);
  });

  test.each([
    {
      seen: 'silence',
      by: {},
      verdict: 'likely',
      says: /is there, but nothing is heard of SYNs to port 22 beyond hop 1 /,
    },
    {
      seen: 'a firewall that says so',
      by: { endedBecause: 'unreachable', unreachable: { from: '10.0.1.1', type: 3, code: 13 } },
      verdict: 'confirmed',
      says: /is there, but SYNs to port 22 get as far as hop 1 \(10\.0\.1\.1\), .* reports that it is filtered/,
    },
  ] as const)(
    'a port that lets no SYN through is none of a host that answers otherwise: $seen',
    ({ by, verdict, says }) => {
      const barred = path({
        protocol: 'tcp',
        port: 22,
        reached: false,
        endedBecause: 'silence',
        hops: [hop(1)],
        ...by,
      });
      for (const alive of [echo(10, 10), arp([claim(A)]), path({ id: 'path-2' })]) {
        const found = diagnose([alive, barred]).filter(({ cause }) => cause === 'unreachable');
        expect(found).toMatchObject([
          { verdict, subject: `${HOST}:22`, because: ['path-1'], summary: expect.stringMatching(says) },
          { verdict: 'ruled-out', subject: HOST },
        ]);
      }
      const open = diagnose([echo(10, 10), barred, tcp('open')]).filter(({ cause }) => cause === 'unreachable');
      expect(open).toMatchObject([{ verdict: 'ruled-out' }]);
    },
  );

  test('a port that the host rejects by ICMP is confirmed, and no loss follows from how often it says so', () => {
    const host = hop(2, { addresses: [HOST], sent: 10, received: 2, asked: null });
    const unreachable = { from: HOST, type: 3, code: 10 };
    const seen = path({ protocol: 'tcp', port: 22, refused: null, unreachable, hops: [hop(1), host] });
    for (const evidence of [[seen], [echo(10, 10), seen]]) {
      const found = diagnose(evidence).filter(({ cause }) => cause === 'unreachable');
      expect(found[0]).toMatchObject({ verdict: 'confirmed', subject: `${HOST}:22`, because: ['path-1'] });
      expect(found[0]?.summary).toContain('rejected in its name by ICMP: that it is prohibited (ICMP type 3 code 10)');
    }
    expect(causeOf('packet-loss', seen)).toMatchObject({ verdict: 'unknown' });
    expect(causeOf('packet-loss', echo(10, 10), seen)).toMatchObject({ verdict: 'ruled-out', because: ['echo-1'] });
  });
});
