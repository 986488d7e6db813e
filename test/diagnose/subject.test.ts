// Subjects: what a sweep heard of an address that was also asked about by itself belongs to that address.

import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { A, arp, B, claim, echo, OWN, sweep } from './seen.ts';

const IN_SWEEP = { sweep: '10.0.0.0/24' };
const EVIDENCE: Evidence[] = [sweep(), arp([claim(A), claim(B)], IN_SWEEP), echo(10, 0)];

test('a sweep and a check of one address agree about it', () => {
  const causes = diagnose(EVIDENCE).map(({ cause, subject, verdict }) => `${cause} ${subject} ${verdict}`);
  expect(causes.filter((text) => text.startsWith('duplicate-ip'))).toEqual([
    'duplicate-ip 10.0.0.5 likely',
    'duplicate-ip 10.0.0.0/24 ruled-out',
  ]);
  expect(causes).toContain('unreachable 10.0.0.5 possible');
});

test('our own address is not unreachable because nobody else answers for it', () => {
  const causes = diagnose([arp([], { ip: '10.0.0.2', ownMac: OWN })]);
  expect(causes.find(({ cause }) => cause === 'unreachable')).toMatchObject({
    verdict: 'ruled-out',
    summary: "10.0.0.2 is this machine's own address.",
  });
});

test('a sweep says of a redundancy group beside a station what the check of that address says', () => {
  const swept = [sweep(), arp([claim('00:00:5e:00:01:08'), claim(B)], IN_SWEEP)];
  expect(diagnose(swept).map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
    '10.0.0.5 possible',
    '10.0.0.0/24 unknown',
    '10.0.0.0/24 ruled-out',
  ]);
});

test('an address of our own that was asked for by itself is spoken of there, and not with its network', () => {
  const own = { ip: '10.0.0.2', ownMac: OWN };
  const evidence = [
    sweep(),
    arp([claim(A)], { ...own, ...IN_SWEEP }),
    arp([claim(A, { count: 1 })], { ...own, id: 'arp-2' }),
  ];
  expect(diagnose(evidence).filter(({ cause }) => cause === 'own-address-conflict')).toMatchObject([
    { subject: '10.0.0.2', because: ['arp-1'], verdict: 'confirmed' },
  ]);
});

test.each([
  { check: 'read', target: 'lan.pcap', missing: 'netcheck --read lan.pcap' },
  { check: 'listen', target: 'eth0', missing: 'sudo netcheck --listen 10m' },
] as const)('a $check that could not be done says how to do it, and is not taken for a network', (skipped) => {
  const { check, target, missing } = skipped;
  const causes = diagnose([{ id: 'skip-1', kind: 'skipped', check, target, because: 'it fails', hint: 'mend it' }]);
  expect(causes.find(({ cause }) => cause === 'duplicate-ip')).toMatchObject({
    verdict: 'unknown',
    because: ['skip-1'],
    missing: [missing],
  });
});
