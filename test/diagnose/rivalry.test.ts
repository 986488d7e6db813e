// Two stations or more claim one address. Confirmed needs proof; one machine with two cards must never be called two.

import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../src/diagnose/cause.ts';
import type { ArpClaim, EvidenceOf } from '../../src/evidence.ts';
import { A, arp, B, causeOf, claim, claimant, HOST, heard, proof, sshd } from './seen.ts';

const C = '02:00:00:00:00:03';
const NEAR_A = '52:54:00:12:34:57';

type Claims = EvidenceOf<'arp-claims'>;
type Proof = EvidenceOf<'claimant-proof'>;

interface Case {
  readonly seen: string;
  readonly claims?: readonly ArpClaim[];
  readonly some?: Partial<Omit<Claims, 'kind'>>;
  readonly proof?: Proof;
  readonly verdict: Verdict;
  readonly says: RegExp;
}

function judged({ claims = [claim(A, { vendor: 'QEMU' }), claim(B)], some = {}, proof: asked }: Partial<Case>) {
  const evidence = arp(claims, some);
  return causeOf('duplicate-ip', ...(asked === undefined ? [evidence] : [evidence, asked]));
}

const refused = (mac: string): Proof['claimants'][number] =>
  claimant(mac, { outcome: 'refused', answeredFrom: mac, ttl: 64 });
const open = (mac: string, some: Partial<Proof['claimants'][number]> = {}): Proof['claimants'][number] =>
  claimant(mac, { outcome: 'open', answeredFrom: mac, ttl: 64, ...some });

describe('proven', () => {
  test.each<Case>([
    {
      seen: 'different SSH host keys',
      proof: proof([sshd(A, 'one'), sshd(B, 'two')]),
      verdict: 'confirmed',
      says: /^2 machines have the address 10\.0\.0\.5: 52:54:00:12:34:56 \(QEMU\) and b8:27:eb:00:00:01\. Proof: their SSH host keys differ \(52:54:00:12:34:56 has ssh-ed25519 SHA256:one and b8/,
    },
    {
      seen: 'different keys, though one answered in early rounds only',
      claims: [claim(A, { rounds: [1] }), claim(B, { rounds: [2, 3] })],
      proof: proof([sshd(A, 'one'), sshd(B, 'two')]),
      verdict: 'confirmed',
      says: /^2 machines have/,
    },
    {
      seen: 'different keys, each from its own MAC, though one passes echo requests on to the other',
      proof: proof([sshd(A, 'one'), sshd(B, 'two')], { counters: 'same' }),
      verdict: 'confirmed',
      says: /^2 machines have/,
    },
    {
      seen: 'different keys, though they share addresses',
      some: { otherAddresses: { shared: 40, notShared: 0 } },
      proof: proof([sshd(A, 'one'), sshd(B, 'two')]),
      verdict: 'confirmed',
      says: /^2 machines have/,
    },
    {
      seen: 'two keys of three',
      claims: [claim(A), claim(B), claim(C)],
      proof: proof([sshd(A, 'one'), sshd(B, 'two'), sshd(C, 'two')]),
      verdict: 'confirmed',
      says: /^At least 2 machines have the address 10\.0\.0\.5: 52.*, b8.* and 02/,
    },
    {
      seen: 'three keys',
      claims: [claim(A), claim(B), claim(C)],
      proof: proof([sshd(A, 'one'), sshd(B, 'two'), sshd(C, 'three')]),
      verdict: 'confirmed',
      says: /^3 machines have/,
    },
    {
      seen: 'one key and two clocks',
      proof: proof([sshd(A, 'one'), sshd(B, 'one')], { clocks: 'different' }),
      verdict: 'confirmed',
      says: /their TCP clocks differ, though the SSH host key is the same: clones of one image\.$/,
    },
    {
      seen: 'two clocks',
      proof: proof([open(A), open(B)], { clocks: 'different' }),
      verdict: 'confirmed',
      says: /Proof: their TCP clocks differ\.$/,
    },
    {
      seen: 'two counters',
      proof: proof([refused(A), refused(B)], { counters: 'different' }),
      verdict: 'confirmed',
      says: /each counts its packets by itself \(IP identification\)\.$/,
    },
    {
      seen: 'one clock and two counters: containers share the clock of their host',
      proof: proof([open(A), open(B)], { clocks: 'same', counters: 'different' }),
      verdict: 'confirmed',
      says: /though they have one TCP clock: containers of one host\.$/,
    },
    {
      seen: 'open and refused',
      proof: proof([open(A), refused(B)]),
      verdict: 'confirmed',
      says: /:56 accepts connections to port 22 and b8:27:eb:00:00:01 refuses them\.$/,
    },
    {
      seen: 'open, refused and two counters',
      proof: proof([open(A), refused(B)], { counters: 'different' }),
      verdict: 'confirmed',
      says: /Proof: 52:\S+ accepts .* refuses them, and each counts its packets by itself/,
    },
    {
      seen: 'open and refused in spite of lost frames and an interruption',
      some: { kernelDrops: 7, complete: false },
      proof: proof([open(A), refused(B)]),
      verdict: 'confirmed',
      says: /^2 machines have/,
    },
    {
      seen: 'one counter',
      proof: proof([open(A), open(B)], { counters: 'same' }),
      verdict: 'ruled-out',
      says: /are cards of one machine, which answers for 10\.0\.0\.5 on each \(ARP flux, a bond\): they have one packet counter \(IP identification\)\. No conflict/,
    },
    {
      seen: 'one clock alone: containers of one host have it too',
      proof: proof([open(A), open(B)], { clocks: 'same' }),
      verdict: 'possible',
      says: /have one TCP clock: one machine with several cards in this LAN, or containers of one host\.$/,
    },
    {
      seen: 'one counter, key and clock',
      proof: proof([sshd(A, 'one'), sshd(B, 'one')], { clocks: 'same', counters: 'same' }),
      verdict: 'ruled-out',
      says: /they have the same SSH host key, one TCP clock and one packet counter \(IP identification\)\./,
    },
    {
      seen: 'one counter, and answers that leave by one card, as they do where both have the same addresses',
      some: { otherAddresses: { shared: 1, notShared: 0 } },
      proof: proof([open(A), open(B, { answeredFrom: A })], { counters: 'same' }),
      verdict: 'ruled-out',
      says: /cards of one machine/,
    },
    {
      seen: 'one clock, and a third who was not asked',
      claims: [claim(A), claim(B), claim(C)],
      proof: proof([open(A), open(B)], { clocks: 'same' }),
      verdict: 'likely',
      says: /^3 MACs answer/,
    },
  ])('$seen: $verdict', (seen) => {
    const cause = judged(seen);
    expect(cause).toMatchObject({ verdict: seen.verdict, subject: HOST, because: ['arp-1', 'proof-1'] });
    expect(cause.summary).toMatch(seen.says);
    if (seen.verdict === 'confirmed') expect(cause.missing).toEqual([]);
  });

  test('one machine, but frames were lost: a third may have been missed', () => {
    const cause = judged({ some: { kernelDrops: 7 }, proof: proof([open(A), open(B)], { counters: 'same' }) });
    expect(cause).toMatchObject({ verdict: 'unknown', summary: expect.stringContaining('another one may have been') });
  });

  test('not by a proof that was made elsewhere, nor of what was overheard', () => {
    const twoKeys = proof([sshd(A, 'one'), sshd(B, 'two')]);
    expect(judged({ proof: { ...twoKeys, interface: 'eth1' } })).toMatchObject({
      verdict: 'likely',
      because: ['arp-1'],
    });
    expect(judged({ proof: { ...twoKeys, ip: '10.0.0.6' } }).verdict).toBe('likely');
    expect(causeOf('duplicate-ip', heard([claim(A), claim(B)], 5), twoKeys).verdict).toBe('likely');
  });

  test('not by a clock that may be that of a proxy, which was asked too', () => {
    const claims = [claim(A), claim(B), claim(C, { canariesClaimed: ['10.0.0.77', '192.0.2.9'] })];
    const clocks = { clocks: 'different' } as const;
    expect(judged({ claims, proof: proof([open(A), open(B), open(C)], clocks) }).verdict).toBe('likely');
  });

  test('not by a contradiction: two clocks and one counter', () => {
    const asked = proof([open(A), open(B)], { clocks: 'different', counters: 'same' });
    expect(judged({ proof: asked }).verdict).toBe('likely');
  });
});

describe('not proven, and explained', () => {
  test.each<Case>([
    {
      seen: 'they share other addresses',
      some: { otherAddresses: { shared: 12, notShared: 1 } },
      verdict: 'possible',
      says: /they answer together for 12 other addresses too: more likely one machine with several cards/,
    },
    {
      seen: 'they share one other address',
      some: { otherAddresses: { shared: 1, notShared: 0 } },
      verdict: 'possible',
      says: /for 1 other address too/,
    },
    {
      seen: 'each has addresses of its own',
      some: { otherAddresses: { shared: 1, notShared: 2 } },
      verdict: 'likely',
      says: /^2 MACs answer/,
    },
    {
      seen: 'the same key alone',
      proof: proof([sshd(A, 'one'), sshd(B, 'one')]),
      verdict: 'possible',
      says: /they have the same SSH host key: one machine .*, or clones of one image/,
    },
    {
      seen: 'an answer from the other card',
      proof: proof([open(A), open(B, { answeredFrom: A })]),
      verdict: 'possible',
      says: /what is sent to b8:27:eb:00:00:01 is answered from 52:54:00:12:34:56: one machine .* or b8:27:eb:00:00:01 passes on/,
    },
    {
      seen: 'two keys behind one counter, and one card that answers for both: servers that share the connections',
      proof: proof([sshd(A, 'one'), sshd(B, 'two', { answeredFrom: A })], { counters: 'same' }),
      verdict: 'possible',
      says: /what is sent to b8:27:eb:00:00:01 is answered from 52:54:00:12:34:56: one machine/,
    },
    {
      seen: 'answers from other cards, of which each is linked to the next',
      claims: [claim(A), claim(B), claim(C)],
      proof: proof([open(A, { answeredFrom: B }), open(B, { answeredFrom: C }), open(C)]),
      verdict: 'possible',
      says: /^52:54:00:12:34:56, b8:27:eb:00:00:01 and 02:00:00:00:00:03 answer for 10\.0\.0\.5, but/,
    },
    {
      seen: 'one clock behind both, but the one that answers for the other has an address of its own',
      some: { otherAddresses: { shared: 0, notShared: 1 } },
      proof: proof([sshd(A, 'one'), sshd(B, 'one', { answeredFrom: A })], { clocks: 'same' }),
      verdict: 'possible',
      says: /passes on what it gets \(a router, a proxy, somebody in the middle\)\.$/,
    },
    {
      seen: 'one clock, one of the answers a hop further away',
      proof: proof([sshd(A, 'one'), sshd(B, 'one', { ttl: 63 })], { clocks: 'same' }),
      verdict: 'possible',
      says: /the same SSH host key/,
    },
    {
      seen: 'open and refused at one machine, by the addresses that it shares',
      some: { otherAddresses: { shared: 3, notShared: 0 } },
      proof: proof([open(A), refused(B)]),
      verdict: 'possible',
      says: /3 other addresses/,
    },
    {
      seen: 'one frame from a MAC a bit away',
      claims: [claim(A), claim(NEAR_A, { count: 1, rounds: [2] })],
      verdict: 'possible',
      says: /^10\.0\.0\.5 belongs to 52:54:00:12:34:56; one frame came from 52:54:00:12:34:57, which is one bit from it/,
    },
  ])('$seen: $verdict', (seen) => {
    const cause = judged(seen);
    expect(cause).toMatchObject({ verdict: seen.verdict });
    expect(cause.summary).toMatch(seen.says);
    if (seen.verdict === 'possible') expect(cause.missing).toHaveLength(1);
  });

  test('a damaged frame hides no rivals, and a MAC a bit away that answers for itself is one', () => {
    const stray = claim(NEAR_A, { count: 1, rounds: [2] });
    expect(judged({ claims: [claim(A), claim(B), stray] })).toMatchObject({
      verdict: 'likely',
      summary: expect.stringMatching(/^2 MACs answer for 10\.0\.0\.5: 52:54:00:12:34:56 and b8:27:eb:00:00:01\./),
    });
    expect(judged({ claims: [claim(A), stray], proof: proof([open(A), refused(NEAR_A)]) }).verdict).toBe('confirmed');
    expect(judged({ claims: [claim(A, { count: 1 }), stray] }).verdict).toBe('likely');
  });
});

describe('one after the other', () => {
  const early = claim(A, { rounds: [1], lastSeconds: 0.1 });
  const lateOne = claim(B, { rounds: [2, 3], firstSeconds: 0.4 });

  test('is a takeover, with both times', () => {
    const cause = judged({ claims: [lateOne, early] });
    expect(cause).toMatchObject({ verdict: 'likely' });
    expect(cause.summary).toMatch(/moved: 52:\S+ was last heard 100 ms after the start, b8:\S+ first after 400 ms\./);
    expect(cause.advice[0]).toMatch(/^If it was meant/);
    expect(cause.missing.join()).toContain('--wait 10s');
  });

  test('also where the one that handed over forwards what it still gets, and has an address of its own', () => {
    const some = { otherAddresses: { shared: 0, notShared: 2 } };
    const asked = proof([sshd(A, 'one', { answeredFrom: B }), sshd(B, 'one')], { clocks: 'same' });
    expect(judged({ claims: [early, lateOne], some, proof: asked })).toMatchObject({
      verdict: 'likely',
      summary: expect.stringContaining('moved'),
    });
  });

  test('is none where the first was not asked again: in a wide sweep one answer is enough', () => {
    expect(judged({ claims: [early, lateOne], some: { probesSent: 1 } }).summary).not.toContain('moved');
  });

  test('is none where there are three, or where rounds are not known', () => {
    expect(judged({ claims: [early, lateOne, claim(C)] }).summary).toMatch(/^3 MACs/);
    expect(judged({ claims: [claim(A, { rounds: [] }), lateOne] }).summary).toMatch(/^2 MACs/);
    expect(judged({ claims: [early, claim(B, { rounds: [] })] }).summary).toMatch(/^2 MACs/);
  });
});

describe('claims alone', () => {
  test.each<Case>([
    {
      seen: 'two stations',
      verdict: 'likely',
      says: /^2 MACs answer for 10\.0\.0\.5: .* and nothing proves that they are different machines\.$/,
    },
    {
      seen: 'a station heard once only',
      claims: [claim(A), claim(B, { count: 1, rounds: [2] })],
      verdict: 'likely',
      says: /b8:27:eb:00:00:01 was heard once only\./,
    },
    {
      seen: 'two cards of one machine, and a third MAC of which nothing is known',
      claims: [claim(A), claim(B), claim(C)],
      proof: proof([open(A), open(B, { answeredFrom: A }), claimant(C)]),
      verdict: 'likely',
      says: /^3 MACs answer for 10\.0\.0\.5: /,
    },
    {
      seen: 'one key behind two of three MACs',
      claims: [claim(A), claim(B), claim(C)],
      proof: proof([sshd(A, 'one'), sshd(B, 'one')]),
      verdict: 'likely',
      says: /^3 MACs answer/,
    },
    {
      seen: 'two that say nothing on the port',
      proof: proof([claimant(A), claimant(B)]),
      verdict: 'likely',
      says: /^2 MACs/,
    },
  ])('$seen: $verdict', (seen) => {
    const cause = judged(seen);
    expect(cause).toMatchObject({ verdict: seen.verdict });
    expect(cause.summary).toMatch(seen.says);
    expect(cause.missing).toHaveLength(1);
  });

  test('say what would prove it', () => {
    expect(judged({}).missing.join()).toContain('without --no-proof');
    expect(judged({ proof: proof([claimant(A), claimant(B)]) }).missing.join()).toContain('--proof-port 443');
    const unread = proof([open(A), open(B)], { linkLevelOnly: 'there is no nft' });
    expect(judged({ proof: unread }).missing.join()).toContain('could not be read (there is no nft)');
  });

  test.each([
    { flips: 5, verdict: 'likely', says: /^2 MACs were heard to claim 10\.0\.0\.5: .*; it changed hands 5 times\.$/ },
    { flips: 1, verdict: 'likely', says: /^10\.0\.0\.5 moved/ },
    { flips: 0, verdict: 'possible', says: /changed hands 0 times/ },
  ])('overheard, with $flips changes of hands: $verdict', ({ flips, verdict, says }) => {
    const cause = causeOf('duplicate-ip', heard([claim(A), claim(B)], flips));
    expect(cause).toMatchObject({ verdict, missing: [`ask on that LAN: sudo netcheck --dup-ip ${HOST}`] });
    expect(cause.summary).toMatch(says);
  });
});

test('the advice names each machine, what sessions meet there, and the command that proves the repair', () => {
  const { advice } = judged({ proof: proof([sshd(A, 'one'), refused(B)]) });
  expect(advice.join('\n')).toContain(`${A} and ${B}`);
  expect(advice.join('\n')).toContain(`at ${A} they reach SSH-2.0-OpenSSH_9.9`);
  expect(advice.join('\n')).toContain(`at ${B} they are refused`);
  expect(advice.join('\n')).toContain(`sudo netcheck --dup-ip ${HOST}`);
});

test('a MAC without a vendor is called what it is', () => {
  const claims = [claim(A, { locallyAdministered: true }), claim(B, { vendor: 'Raspberry Pi Foundation' })];
  expect(judged({ claims }).summary).toContain(
    `: ${A} (a randomised or virtual MAC) and ${B} (Raspberry Pi Foundation).`,
  );
});
