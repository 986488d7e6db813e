// Subjects: what a sweep heard of an address that was also asked about by itself belongs to that address.

import { expect, test } from 'vitest';
import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';

const claim = (mac: string) => ({
  mac,
  vendor: null,
  role: 'station' as const,
  frameSourceMac: null,
  via: 'reply' as const,
  count: 3,
  firstSeconds: 0.001,
  lastSeconds: 0.6,
  rounds: [1, 2, 3],
});

const SWEPT = { interface: 'eth0', probesSent: 3, listenedSeconds: 2.2, kernelDrops: 0, complete: true } as const;

const EVIDENCE: Evidence[] = [
  { id: 'sweep-1', kind: 'arp-sweep', target: '10.0.0.0/24', addressesAsked: 254, addressesAnswered: 1, ...SWEPT },
  {
    id: 'arp-1',
    kind: 'arp-claims',
    ip: '10.0.0.5',
    ownMac: null,
    sweep: '10.0.0.0/24',
    claims: [claim('52:54:00:00:00:01'), claim('52:54:00:00:00:02')],
    ...SWEPT,
  },
  {
    id: 'echo-1',
    kind: 'echo',
    host: '10.0.0.5',
    address: '10.0.0.5',
    method: 'raw-socket',
    methodNote: null,
    sent: 10,
    received: 0,
    duplicates: 0,
    rttMs: null,
    errors: [],
    complete: true,
  },
];

test('a sweep and a check of one address agree about it', () => {
  const causes = diagnose(EVIDENCE).map(({ cause, subject, verdict }) => `${cause} ${subject} ${verdict}`);
  expect(causes.filter((text) => text.startsWith('duplicate-ip'))).toEqual([
    'duplicate-ip 10.0.0.5 confirmed',
    'duplicate-ip 10.0.0.0/24 ruled-out',
  ]);
  expect(causes).toContain('unreachable 10.0.0.5 possible');
});

test('our own address is not unreachable because nobody else answers for it', () => {
  const own: Evidence = {
    id: 'arp-1',
    kind: 'arp-claims',
    ip: '10.0.0.2',
    ownMac: '52:54:00:00:00:09',
    sweep: null,
    claims: [],
    ...SWEPT,
  };
  const causes = diagnose([own]);
  expect(causes.find(({ cause }) => cause === 'unreachable')).toMatchObject({
    verdict: 'ruled-out',
    summary: "10.0.0.2 is this machine's own address.",
  });
});

test('a sweep says of a redundancy group beside a station what the check of that address says', () => {
  const vrrp = { ...claim('00:00:5e:00:01:08'), role: 'vrrp' as const };
  const swept = EVIDENCE.slice(0, 2).map((item) =>
    item.kind === 'arp-claims' ? { ...item, claims: [vrrp, claim('52:54:00:00:00:02')] } : item,
  );
  expect(diagnose(swept).map(({ subject, verdict }) => `${subject} ${verdict}`)).toEqual([
    '10.0.0.5 possible',
    '10.0.0.0/24 ruled-out',
  ]);
});
