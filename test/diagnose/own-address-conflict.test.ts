// Who else has an address of this machine: another machine, or one that answers for everybody.

import { expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import type { EvidenceOf } from '../../src/evidence.ts';
import { A, arp, B, causeOf, claim, HOST, heard, OWN, sweep } from './seen.ts';

const own = { ownMac: OWN };
const VRRP = '00:00:5e:00:01:0a';
const PROXY = { canariesClaimed: ['10.0.0.77', '192.0.2.9'] };

interface Case {
  readonly seen: string;
  readonly evidence: EvidenceOf<'arp-claims'>;
  readonly verdict: Verdict;
  readonly says: RegExp;
}

test.each<Case>([
  {
    seen: 'nobody else',
    evidence: arp([], own),
    verdict: 'ruled-out',
    says: /^Nobody else answers for 10\.0\.0\.5, which is this machine's own address\.$/,
  },
  {
    seen: 'another',
    evidence: arp([claim(A)], own),
    verdict: 'confirmed',
    says: /^52:54:00:12:34:56 has the address 10\.0\.0\.5 too, which is this machine's own \(02:00:00:00:00:99\)\.$/,
  },
  { seen: 'two others', evidence: arp([claim(A), claim(B)], own), verdict: 'confirmed', says: /:56 and b8.* have the/ },
  { seen: 'another, once', evidence: arp([claim(A, { count: 1 })], own), verdict: 'likely', says: /has the address/ },
  {
    seen: 'another, where no canary told whether it is a proxy',
    evidence: arp([claim(A, { canariesClaimed: null })], own),
    verdict: 'likely',
    says: /has the address/,
  },
  {
    seen: 'another that asks whether it is free',
    evidence: arp([claim(A, { via: 'probe' })], own),
    verdict: 'likely',
    says: /asks whether 10\.0\.0\.5 is free, which is this machine's own address .* may be about to take it\.$/,
  },
  { seen: 'another, overheard', evidence: heard([claim(A)], 0, own), verdict: 'likely', says: /has the address/ },
  { seen: 'nobody overheard', evidence: heard([], 0, own), verdict: 'unknown', says: /may have kept silent\.$/ },
  {
    seen: 'another, and this machine has it elsewhere and does not answer for it here',
    evidence: arp([claim(A)], { ...own, unanswered: true }),
    verdict: 'possible',
    says: /has the address 10\.0\.0\.5, which this machine has too, but on another interface, .*: no conflict if they share/,
  },
  {
    seen: 'two others, and this machine does not answer for it here',
    evidence: arp([claim(A), claim(B)], { ...own, unanswered: true }),
    verdict: 'likely',
    says: /have the address/,
  },
  {
    seen: 'a proxy',
    evidence: arp([claim(A, PROXY)], own),
    verdict: 'possible',
    says: /but for addresses that nobody has as well: a proxy \(proxy ARP\), no second owner/,
  },
  {
    seen: 'a virtual router of which this machine may be one',
    evidence: arp([claim(VRRP)], own),
    verdict: 'possible',
    says: /00:00:5e:00:01:0a \(a MAC that routers or cluster nodes share\) has it too: no conflict if this machine is one/,
  },
  {
    seen: 'a virtual router and another router that asks in its name',
    evidence: arp([claim(VRRP), claim(A, { via: 'request' })], own),
    verdict: 'possible',
    says: /share\) and 52:54:00:12:34:56 have it too/,
  },
  {
    seen: 'a virtual router and a machine that answers',
    evidence: arp([claim(VRRP), claim(A)], own),
    verdict: 'confirmed',
    says: /^52:54:00:12:34:56 has/,
  },
  {
    seen: 'one that the user expects',
    evidence: arp([claim(A)], { ...own, expected: [OWN, A] }),
    verdict: 'ruled-out',
    says: /, but 52:54:00:12:34:56, as you expect\.$/,
  },
  {
    seen: 'one in another VLAN',
    evidence: arp([claim(A, { vlanId: 7 })], own),
    verdict: 'ruled-out',
    says: /\(52:54:00:12:34:56 has it in VLAN 7, another network\)\.$/,
  },
  {
    seen: 'nobody, and frames that were lost unread',
    evidence: arp([], { ...own, kernelDrops: 7 }),
    verdict: 'unknown',
    says: /but 7 frames were lost unread/,
  },
])('$seen: $verdict', ({ evidence, verdict, says }) => {
  const cause = causeOf('own-address-conflict', evidence);
  expect(cause).toMatchObject({ verdict, subject: HOST, because: ['arp-1'] });
  expect(cause.summary).toMatch(says);
  if (verdict === 'confirmed') expect(cause.missing).toEqual([]);
});

test('is not told a second time as a duplicate', () => {
  const causes = diagnose([arp([claim(A)], own)]);
  expect(causes.filter(({ verdict }) => verdict === 'confirmed')).toMatchObject([{ cause: 'own-address-conflict' }]);
  expect(causes.map(({ cause }) => cause)).not.toContain('duplicate-ip');
});

test('in a sweep is told by address', () => {
  const cause = causeOf('own-address-conflict', sweep(), arp([claim(A)], { ...own, sweep: '10.0.0.0/24' }));
  expect(cause).toMatchObject({ verdict: 'confirmed', subject: HOST, because: ['arp-1'] });
});

test('where no own address was asked for, says how', () => {
  expect(causeOf('own-address-conflict', arp([claim(A)]))).toMatchObject({
    verdict: 'unknown',
    because: [],
    missing: ['sudo netcheck --dup-ip self'],
  });
});
