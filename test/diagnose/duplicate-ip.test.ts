// Who answers for an address, and what follows: a conflict only where no redundancy protocol explains it.

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { A, arp, B, causeOf, claim, HOST, OWN, sweep } from './seen.ts';

const VRRP = '00:00:5e:00:01:0a';
const HSRP_V2 = '00:00:0c:9f:f0:01';
const GLBP_1 = '00:07:b4:00:01:01';
const GLBP_2 = '00:07:b4:00:01:02';

interface Case {
  readonly seen: string;
  readonly evidence: EvidenceOf<'arp-claims'>;
  readonly verdict: Verdict;
  readonly says: RegExp;
}

describe('one address', () => {
  test.each<Case>([
    {
      seen: 'two stations that answer every time',
      evidence: arp([claim(A, { vendor: 'QEMU' }), claim(B)]),
      verdict: 'confirmed',
      says: /^2 machines answer for 10\.0\.0\.5: 52:54:00:12:34:56 \(QEMU\) and b8:27:eb:00:00:01\.$/,
    },
    { seen: 'one station', evidence: arp([claim(A)]), verdict: 'ruled-out', says: /^Only 52:54:00:12:34:56 answers/ },
    { seen: 'nobody', evidence: arp([]), verdict: 'unknown', says: /^Nobody answered for 10\.0\.0\.5 on eth0/ },
    {
      seen: 'three stations',
      evidence: arp([claim(A), claim(B), claim('02:00:00:00:00:03')]),
      verdict: 'confirmed',
      says: /^3 machines answer/,
    },
    {
      seen: 'a station heard once only',
      evidence: arp([claim(A), claim(B, { count: 1, rounds: [2], firstSeconds: 0.4, lastSeconds: 0.4 })]),
      verdict: 'likely',
      says: /^2 machines answer/,
    },
    {
      seen: 'a station that fell silent when another began',
      evidence: arp([claim(A, { rounds: [1] }), claim(B, { rounds: [2, 3], firstSeconds: 0.4 })]),
      verdict: 'likely',
      says: /moved from .*:56 to .*:01 0\.4 s after the first question: a takeover/,
    },
    {
      seen: 'a VRRP group and the router that speaks for it',
      evidence: arp([claim(VRRP), claim(A)]),
      verdict: 'possible',
      says: /belongs to a VRRP group of routers .* has it too: no conflict if that is a router of the group/,
    },
    {
      seen: 'two VRRP groups on one address',
      evidence: arp([claim(VRRP), claim('00:00:5e:00:01:02')]),
      verdict: 'confirmed',
      says: /^2 machines answer/,
    },
    { seen: 'an HSRP group alone', evidence: arp([claim(HSRP_V2)]), verdict: 'ruled-out', says: /HSRP group/ },
    {
      seen: 'a GLBP group that hands out several virtual MACs',
      evidence: arp([claim(GLBP_1), claim(GLBP_2)]),
      verdict: 'ruled-out',
      says: /GLBP group/,
    },
    {
      seen: 'two stations beside a VRRP group',
      evidence: arp([claim(VRRP), claim(A), claim(B)]),
      verdict: 'confirmed',
      says: /^3 machines answer/,
    },
    {
      seen: 'our own address, which nobody else claims',
      evidence: arp([], { ownMac: OWN }),
      verdict: 'ruled-out',
      says: /^Nobody else answers for 10\.0\.0\.5, which is this machine's own address\.$/,
    },
    {
      seen: 'our own address, which another claims',
      evidence: arp([claim(A)], { ownMac: OWN }),
      verdict: 'confirmed',
      says: /^2 machines answer for 10\.0\.0\.5: this machine \(02:00:00:00:00:99\) and/,
    },
    {
      seen: 'our own address, which another claimed once',
      evidence: arp([claim(A, { count: 1 })], { ownMac: OWN }),
      verdict: 'likely',
      says: /this machine/,
    },
    {
      seen: 'one station, and frames that were lost unread',
      evidence: arp([claim(A)], { kernelDrops: 7 }),
      verdict: 'unknown',
      says: /7 frames were lost unread: a second one may have been missed/,
    },
    {
      seen: 'one station, and an interruption',
      evidence: arp([claim(A)], { complete: false }),
      verdict: 'unknown',
      says: /listening was cut short/,
    },
    {
      seen: 'two stations in spite of lost frames and an interruption',
      evidence: arp([claim(A), claim(B)], { kernelDrops: 7, complete: false }),
      verdict: 'confirmed',
      says: /^2 machines answer/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('duplicate-ip', evidence);
    expect(cause).toMatchObject({ verdict, subject: HOST, because: ['arp-1'] });
    expect(cause.summary).toMatch(says);
    if (verdict === 'confirmed') expect(cause.missing).toEqual([]);
    if (verdict === 'likely') expect(cause.missing.join()).toContain('--wait 10s');
  });

  test('the advice names each machine and the command that proves the repair', () => {
    const { advice } = causeOf('duplicate-ip', arp([claim(A), claim(B)]));
    expect(advice.join('\n')).toContain(`${A} and ${B}`);
    expect(advice.join('\n')).toContain(`sudo netcheck --dup-ip ${HOST}`);
  });

  test('of two measurements the one that heard the most owners counts', () => {
    const evidence = [arp([claim(A)]), arp([claim(A), claim(B)], { id: 'arp-2' })];
    expect(diagnose(evidence).filter(({ cause }) => cause === 'duplicate-ip')).toMatchObject([
      { verdict: 'confirmed', because: ['arp-2'] },
    ]);
  });
});

describe('a sweep', () => {
  const inSweep = { sweep: '10.0.0.0/24' };

  test('names the address that two machines share, and says that the others are clean', () => {
    const evidence = [
      sweep(),
      arp([claim(A), claim(B)], inSweep),
      arp([claim(A)], { ...inSweep, id: 'arp-2', ip: '10.0.0.6' }),
    ];
    expect(diagnose(evidence)).toMatchObject([
      { cause: 'duplicate-ip', verdict: 'confirmed', subject: HOST, because: ['arp-1'] },
      {
        cause: 'duplicate-ip',
        verdict: 'ruled-out',
        subject: '10.0.0.0/24',
        because: ['sweep-1'],
        summary: 'In 10.0.0.0/24 12 of 254 addresses answered; each of the others has one owner.',
      },
    ]);
  });

  test.each([
    {
      seen: 'nothing shared',
      some: {},
      verdict: 'ruled-out',
      says: /12 of 254 addresses answered; each has one owner/,
    },
    { seen: 'nobody at all', some: { addressesAnswered: 0 }, verdict: 'unknown', says: /^None of the 254 addresses/ },
    { seen: 'frames lost', some: { kernelDrops: 9 }, verdict: 'unknown', says: /9 frames were lost unread/ },
    { seen: 'an interruption', some: { complete: false }, verdict: 'unknown', says: /cut short/ },
  ])('$seen: $verdict', ({ some, verdict, says }) => {
    const cause = causeOf('duplicate-ip', sweep(some));
    expect(cause).toMatchObject({ verdict, subject: '10.0.0.0/24', because: ['sweep-1'] });
    expect(cause.summary).toMatch(says);
  });

  test('is no host: nothing else is said of a network', () => {
    expect(new Set(diagnose([sweep()]).map(({ cause }) => cause))).toEqual(new Set(['duplicate-ip']));
  });
});
