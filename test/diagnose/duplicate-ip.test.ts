// Who claims an address, and what follows: nothing is said of a single owner that was not looked for.

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { A, arp, B, causeOf, claim, HOST, heard, proof, sshd, sweep } from './seen.ts';

const VRRP = '00:00:5e:00:01:0a';
const HSRP_V2 = '00:00:0c:9f:f0:01';
const GLBP_1 = '00:07:b4:00:01:01';
const GLBP_2 = '00:07:b4:00:01:02';
const NLB = '02:bf:0a:00:00:05';
const C = '02:00:00:00:00:03';
const TRUNK = { source: 'capture', interface: null } as const;
const CLAIMANT = { vendor: null, locallyAdministered: false, role: 'station', firstSeconds: 0, claimants: 1 } as const;
const PROXY = { canariesClaimed: ['10.0.0.77', '192.0.2.9'] };

interface Case {
  readonly seen: string;
  readonly evidence: EvidenceOf<'arp-claims'>;
  readonly verdict: Verdict;
  readonly says: RegExp;
}

describe('one owner', () => {
  test.each<Case>([
    {
      seen: 'one station',
      evidence: arp([claim(A)]),
      verdict: 'ruled-out',
      says: /^Only 52:54:00:12:34:56 answers for/,
    },
    { seen: 'nobody', evidence: arp([]), verdict: 'unknown', says: /^Nobody answered for 10\.0\.0\.5 on eth0/ },
    {
      seen: 'a station that answers 300 times',
      evidence: arp([claim(A, { count: 300 })]),
      verdict: 'ruled-out',
      says: /^Only/,
    },
    {
      seen: 'one station, and frames that were lost unread',
      evidence: arp([claim(A)], { kernelDrops: 7 }),
      verdict: 'unknown',
      says: /7 frames were lost unread: a second one may have been missed/,
    },
    {
      seen: 'one station, and a single frame that was lost unread',
      evidence: arp([claim(A)], { kernelDrops: 1 }),
      verdict: 'unknown',
      says: /1 frame was lost unread/,
    },
    {
      seen: 'one station, and losses that were made up for',
      evidence: arp([claim(A)], { kernelDrops: 7, dropsMadeUp: true }),
      verdict: 'ruled-out',
      says: /^Only/,
    },
    {
      seen: 'one station, and an interruption',
      evidence: arp([claim(A)], { complete: false }),
      verdict: 'unknown',
      says: /listening was cut short/,
    },
    {
      seen: 'one station among more MACs than are listed',
      evidence: arp([claim(A), claim(B, { vlanId: 7 })], { unlistedFrames: 90 }),
      verdict: 'unknown',
      says: /more MACs claim it than can be listed/,
    },
    {
      seen: 'one station, and another in another VLAN',
      evidence: arp([claim(A), claim(B, { vlanId: 7 })]),
      verdict: 'ruled-out',
      says: /b8:27:eb:00:00:01 \(VLAN 7\) was heard from another VLAN: that is another network's address\.$/,
    },
    {
      seen: 'a capture of a trunk, in which the VLAN that was heard first has one of it, and another has two',
      evidence: heard([claim(C, { vlanId: 9 }), claim(A, { vlanId: 7 }), claim(B, { vlanId: 7 })], 0, TRUNK),
      verdict: 'possible',
      says: /^2 MACs were heard to claim 10\.0\.0\.5: [^;]*\. That is VLAN 7\./,
    },
    {
      seen: 'a capture of a trunk, in which one has it without a tag, and two in a VLAN',
      evidence: heard([claim(C), claim(A, { vlanId: 7 }), claim(B, { vlanId: 7 })], 4, TRUNK),
      verdict: 'possible',
      says: /^2 MACs were heard to claim 10\.0\.0\.5: [^;]*\. That is VLAN 7\. 02:00:00:00:00:03 \(no tag\) was heard from another VLAN/,
    },
    {
      seen: 'a capture of a trunk, in which stations of two VLANs claim it',
      evidence: heard([claim(A, { vlanId: 7, rounds: [1] }), claim(B, { vlanId: 9 })], 0, TRUNK),
      verdict: 'unknown',
      says: /^Only 52:54:00:12:34:56 was heard to claim 10\.0\.0\.5: .* That is VLAN 7\. b8:27:eb:00:00:01 \(VLAN 9\) was heard/,
    },
    {
      seen: 'a capture of a trunk, in which stations of one id in two carriers’ VLANs claim it',
      evidence: heard(
        [claim(A, { vlanId: 7, carrierVlanId: 100, rounds: [1] }), claim(B, { vlanId: 7, carrierVlanId: 200 })],
        0,
        TRUNK,
      ),
      verdict: 'unknown',
      says: /That is VLAN 7 in 100\. b8:27:eb:00:00:01 \(VLAN 7 in 200\) was heard from another VLAN/,
    },
    {
      seen: 'a capture in which one answers to all questions, and another has it on another interface',
      evidence: heard([claim(A, { rounds: [1, 2, 3] })], 0, { ...TRUNK, elsewhere: [B] }),
      verdict: 'unknown',
      says: /^Only 52:54:00:12:34:56 was heard.* b8:27:eb:00:00:01 was heard on another interface, where nothing shows that it is the same network: no conflict with it if it is not\.$/,
    },
    {
      seen: 'nobody but a station of another VLAN',
      evidence: arp([claim(B, { vlanId: 7 })]),
      verdict: 'unknown',
      says: /^Nobody answered .*nothing to compare\. b8:27:eb:00:00:01 \(VLAN 7\)/,
    },
    {
      seen: 'overheard: one station',
      evidence: heard([claim(A)], 0),
      verdict: 'unknown',
      says: /was heard to claim 10\.0\.0\.5: another machine that has it may have kept silent/,
    },
    {
      seen: 'a capture in which one station answers every question',
      evidence: heard([claim(A)], 0, { source: 'capture', interface: null }),
      verdict: 'ruled-out',
      says: /^Only/,
    },
    {
      seen: 'a capture in which nobody asks',
      evidence: heard([claim(A, { rounds: [] })], 0, { source: 'capture', interface: null }),
      verdict: 'unknown',
      says: /kept silent/,
    },
    {
      seen: 'overheard: nobody',
      evidence: heard([], 0),
      verdict: 'unknown',
      says: /^Nobody was heard to claim 10\.0\.0\.5 on eth0/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('duplicate-ip', evidence);
    expect(cause).toMatchObject({ verdict, subject: HOST, because: ['arp-1'], advice: [] });
    expect(cause.summary).toMatch(says);
  });
});

describe('MACs that are shared on purpose', () => {
  test.each<Case>([
    {
      seen: 'a VRRP group and the router that speaks for it',
      evidence: arp([claim(VRRP), claim(A)]),
      verdict: 'possible',
      says: /belongs to a VRRP or CARP group of routers .* has it too: no conflict if that is a member/,
    },
    {
      seen: 'a VRRP master that asks in the name of the virtual address with its own MAC',
      evidence: arp([claim(VRRP), claim(A, { via: 'request' })]),
      verdict: 'possible',
      says: /no conflict if that is a member of the group, one if it is not\.$/,
    },
    {
      seen: 'two routers of a VRRP group that each asked in its name',
      evidence: arp([claim(VRRP), claim(A, { via: 'request' }), claim(B, { via: 'request' })]),
      verdict: 'possible',
      says: /:56 and b8:.* have it too: no conflict if those are members of the group, one if one of them is not/,
    },
    {
      seen: 'the same, while frames were lost',
      evidence: arp([claim(VRRP), claim(A)], { kernelDrops: 7 }),
      verdict: 'possible',
      says: /has it too/,
    },
    {
      seen: 'a VRRP group and a station that the user expects',
      evidence: arp([claim(VRRP), claim(A)], { expected: [A] }),
      verdict: 'possible',
      says: /has it too/,
    },
    {
      seen: 'nodes of a Microsoft NLB cluster that ask in its name',
      evidence: arp([claim(NLB), claim(A, { via: 'request' }), claim(B, { via: 'request' })]),
      verdict: 'possible',
      says: /cluster of Microsoft Network Load Balancing nodes/,
    },
    { seen: 'an HSRP group alone', evidence: arp([claim(HSRP_V2)]), verdict: 'ruled-out', says: /HSRP group/ },
    {
      seen: 'a GLBP group that hands out several virtual MACs',
      evidence: arp([claim(GLBP_1), claim(GLBP_2)]),
      verdict: 'ruled-out',
      says: /GLBP group of routers \(00:07:b4:00:01:01 and 00:07:b4:00:01:02\), which share it on purpose/,
    },
    {
      seen: 'a GLBP group and a router of it',
      evidence: arp([claim(GLBP_1), claim(GLBP_2), claim(A)]),
      verdict: 'possible',
      says: /GLBP group/,
    },
    {
      seen: 'two VRRP groups on one address',
      evidence: arp([claim(VRRP), claim('00:00:5e:00:01:02')]),
      verdict: 'likely',
      says: /^2 MACs answer/,
    },
    {
      seen: 'two stations that answer beside a VRRP group',
      evidence: arp([claim(VRRP), claim(A), claim(B)]),
      verdict: 'likely',
      says: /^3 MACs answer/,
    },
    {
      seen: 'a capture in which two have it on one interface, and one on another',
      evidence: heard([claim(A), claim(B)], 4, { ...TRUNK, elsewhere: [C] }),
      verdict: 'likely',
      says: /^2 MACs were heard to claim .*; it changed hands 4 times\. 02:00:00:00:00:03 was heard on another interface/,
    },
    {
      seen: 'a capture of a trunk, in which two stations of one VLAN claim it, and one of another',
      evidence: heard([claim(A, { vlanId: 7 }), claim(B, { vlanId: 7 }), claim(C, { vlanId: 9 })], 4, TRUNK),
      verdict: 'likely',
      says: /^2 MACs were heard to claim .*; it changed hands 4 times\. That is VLAN 7\. 02:00:00:00:00:03 \(VLAN 9\) was heard/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('duplicate-ip', evidence);
    expect(cause).toMatchObject({ verdict, because: ['arp-1'] });
    expect(cause.summary).toMatch(says);
  });

  test('what tells two groups apart is their configuration, not a port', () => {
    const { missing } = causeOf('duplicate-ip', arp([claim(VRRP), claim('00:00:5e:00:01:02')]));
    expect(missing.join()).toMatch(/VRID/);
  });
});

describe('proxies', () => {
  test.each<Case>([
    {
      seen: 'a proxy alone',
      evidence: arp([claim(A, PROXY)]),
      verdict: 'unknown',
      says: /^Only 52:54:00:12:34:56 answers .* \(proxy ARP\): who has it can't be seen from here/,
    },
    {
      seen: 'two proxies',
      evidence: arp([claim(A, PROXY), claim(B, PROXY)]),
      verdict: 'unknown',
      says: /^Only .* and .* answer for/,
    },
    {
      seen: 'a station and a proxy',
      evidence: arp([claim(A), claim(B, PROXY)]),
      verdict: 'ruled-out',
      says: /^Only 52:54:00:12:34:56 answers for 10\.0\.0\.5 in its own name\. b8:27:eb:00:00:01 answers too, but/,
    },
    {
      seen: 'two stations and a proxy',
      evidence: arp([claim(A), claim(B), claim('02:00:00:00:00:03', PROXY)]),
      verdict: 'likely',
      says: /^2 MACs answer .* 02:00:00:00:00:03 answers too, but/,
    },
    {
      seen: 'a documentation address alone gives a proxy away',
      evidence: arp([claim(A), claim(B, { canariesClaimed: ['192.0.2.9'] })]),
      verdict: 'ruled-out',
      says: /proxy ARP/,
    },
    {
      seen: 'one more address of the network does not: it may have that one too',
      evidence: arp([claim(A), claim(B, { canariesClaimed: ['10.0.0.77'] })]),
      verdict: 'likely',
      says: /^2 MACs/,
    },
    {
      seen: 'nor does a documentation address in a network of those',
      evidence: arp([claim(A), claim(B, { canariesClaimed: ['192.0.2.9'] })], { ip: '192.0.2.5' }),
      verdict: 'likely',
      says: /^2 MACs/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('duplicate-ip', evidence);
    expect(cause).toMatchObject({ verdict });
    expect(cause.summary).toMatch(says);
  });

  test('one at which an SSH server of its own answers is an owner all the same', () => {
    const evidence = arp([claim(A), claim(B, PROXY)]);
    expect(causeOf('duplicate-ip', evidence, proof([sshd(A, 'one'), sshd(B, 'two')]))).toMatchObject({
      verdict: 'confirmed',
    });
    expect(causeOf('duplicate-ip', evidence, proof([sshd(A, 'one'), sshd(B, 'one')]))).toMatchObject({
      verdict: 'ruled-out',
    });
  });
});

describe('--expect', () => {
  test.each<Case>([
    {
      seen: 'both that the user expects',
      evidence: arp([claim(A), claim(B)], { expected: [A, B] }),
      verdict: 'ruled-out',
      says: /^52:54:00:12:34:56 and b8:27:eb:00:00:01 answer for 10\.0\.0\.5, as you expect\.$/,
    },
    {
      seen: 'one of them',
      evidence: arp([claim(A)], { expected: [A, B] }),
      verdict: 'ruled-out',
      says: /answers for 10\.0\.0\.5, as you expect/,
    },
    {
      seen: 'a third beside them',
      evidence: arp([claim(A), claim(B), claim('02:00:00:00:00:03')], { expected: [A, B] }),
      verdict: 'likely',
      says: /^3 MACs answer .* You expect 52:54:00:12:34:56 and b8:27:eb:00:00:01 there\.$/,
    },
    {
      seen: 'another in their place',
      evidence: arp([claim(B)], { expected: [A] }),
      verdict: 'likely',
      says: /it is not who you expect there \(52:54:00:12:34:56\)/,
    },
  ])('$seen: $verdict', ({ evidence, verdict, says }) => {
    const cause = causeOf('duplicate-ip', evidence);
    expect(cause).toMatchObject({ verdict });
    expect(cause.summary).toMatch(says);
  });

  test('proves nothing by what tells the expected ones from each other', () => {
    const third = '02:00:00:00:00:03';
    const evidence = arp([claim(A), claim(B), claim(third)], { expected: [A, B] });
    const clocks = { clocks: 'different' } as const;
    const unlike = proof([sshd(A, 'one'), sshd(B, 'two'), sshd(third, 'two')], clocks);
    expect(causeOf('duplicate-ip', evidence, unlike).verdict).toBe('likely');
    const third3 = proof([sshd(A, 'one'), sshd(B, 'two'), sshd(third, 'three')]);
    expect(causeOf('duplicate-ip', evidence, third3)).toMatchObject({
      verdict: 'confirmed',
      summary: expect.stringMatching(/^At least 2 machines have the address/),
    });
  });
});

test('of two measurements the one that heard the most owners counts', () => {
  const evidence = [arp([claim(A)]), arp([claim(A), claim(B)], { id: 'arp-2' })];
  expect(diagnose(evidence).filter(({ cause }) => cause === 'duplicate-ip')).toMatchObject([
    { verdict: 'likely', because: ['arp-2'] },
  ]);
});

describe('a sweep', () => {
  const inSweep = { sweep: '10.0.0.0/24' };
  const second = { ...inSweep, id: 'arp-2', ip: '10.0.0.6' };

  test('names the address that two machines share, and says that the others are clean', () => {
    const evidence = [
      sweep(),
      arp([claim(A), claim(B)], inSweep),
      proof([sshd(A, 'one'), sshd(B, 'two')], inSweep),
      arp([claim(A)], second),
    ];
    expect(diagnose(evidence).filter(({ cause }) => cause === 'duplicate-ip')).toMatchObject([
      { verdict: 'confirmed', subject: HOST, because: ['arp-1', 'proof-1'] },
      {
        verdict: 'ruled-out',
        subject: '10.0.0.0/24',
        because: ['sweep-1'],
        summary: 'In 10.0.0.0/24 12 of 254 addresses answered; none of the others is shared by two machines.',
      },
    ]);
  });

  test.each([
    { seen: 'nothing shared', some: {}, verdict: 'ruled-out', says: /12 of 254 addresses answered; none is shared/ },
    { seen: 'nobody at all', some: { addressesAnswered: 0 }, verdict: 'unknown', says: /^None of the 254 addresses/ },
    { seen: 'frames lost', some: { kernelDrops: 9 }, verdict: 'unknown', says: /9 frames were lost unread/ },
    {
      seen: 'frames lost and made up for',
      some: { kernelDrops: 9, dropsMadeUp: true },
      verdict: 'ruled-out',
      says: /none/,
    },
    { seen: 'an interruption', some: { complete: false }, verdict: 'unknown', says: /cut short/ },
    {
      seen: 'nothing but listening',
      some: { addressesAsked: null, source: 'listening' as const, frames: 40 },
      verdict: 'unknown',
      says: /12 addresses were heard of; none was heard from two machines, and who kept silent was not heard/,
    },
    {
      seen: 'a capture in which one address is in use at two interfaces',
      some: {
        addressesAsked: null,
        addressesAnswered: 1,
        source: 'capture' as const,
        inventory: [A, B].map((mac) => ({ ...CLAIMANT, ip: '10.0.0.5', mac })),
      },
      verdict: 'unknown',
      says: /1 address was heard of; none was heard from two machines at one interface, and who/,
    },
    {
      seen: 'listening, and nobody spoke',
      some: { addressesAsked: null, addressesAnswered: 0, source: 'listening' as const, frames: 1 },
      verdict: 'unknown',
      says: /^Nobody was heard to claim an address on eth0 \(1 ARP frame\)\.$/,
    },
  ])('$seen: $verdict', ({ some, verdict, says }) => {
    const cause = causeOf('duplicate-ip', sweep(some));
    expect(cause).toMatchObject({ verdict, subject: '10.0.0.0/24', because: ['sweep-1'] });
    expect(cause.summary).toMatch(says);
  });

  test('does not call those owners for whom a proxy answers', () => {
    const proxied = [arp([claim(A, PROXY)], inSweep), arp([claim(A, PROXY)], second)];
    expect(causeOf('duplicate-ip', sweep(), ...proxied).summary).toMatch(/who has 2 of them can't be seen from here/);
    expect(causeOf('duplicate-ip', sweep({ addressesAnswered: 2 }), ...proxied)).toMatchObject({
      verdict: 'unknown',
      missing: ['run netcheck in the network behind the proxy'],
    });
  });

  test('is no host: what only a host can have is not spoken of', () => {
    expect(new Set(diagnose([sweep()]).map(({ cause }) => cause))).toEqual(
      new Set(['duplicate-ip', 'own-address-conflict']),
    );
  });
});
