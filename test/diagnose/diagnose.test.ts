// What holds for every diagnosis, whatever was seen.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../../src/diagnose/catalog.ts';
import { CAUSE_KINDS, type Cause, type CauseKind, VERDICTS } from '../../src/diagnose/cause.ts';
import { diagnose } from '../../src/diagnose/index.ts';
import { rank } from '../../src/diagnose/rank.ts';
import { subjectsOf, withPort } from '../../src/diagnose/subject.ts';
import { evidenceList } from '../support/arbitrary-evidence.ts';

const shuffled = evidenceList.chain((evidence) =>
  fc.tuple(fc.constant(evidence), fc.shuffledSubarray(evidence, { minLength: evidence.length })),
);

describe('any diagnosis', () => {
  test('is the same for the evidence in any order', () => {
    fc.assert(
      fc.property(shuffled, ([evidence, other]) => {
        expect(diagnose(other)).toEqual(diagnose(evidence));
      }),
      { numRuns: 500 },
    );
  });

  test('points at evidence that is there, for each cause that it found', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const ids = evidence.map(({ id }) => id);
        for (const cause of diagnose(evidence)) {
          for (const id of cause.because) expect(ids).toContain(id);
          if (cause.verdict !== 'unknown') expect(cause.because).not.toEqual([]);
        }
      }),
    );
  });

  test('says what is missing wherever it does not know', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        for (const { verdict, missing } of diagnose(evidence)) {
          if (verdict === 'unknown') expect(missing.join('')).not.toBe('');
        }
      }),
    );
  });

  test('speaks of every cause for every host, and ends its summaries with a full stop', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const causes = diagnose(evidence);
        for (const { kind, label, address, evidence: seen } of subjectsOf(evidence)) {
          const names = [label, address, ...[22, 443].map((port) => withPort(label, port))];
          const spokenOf = new Set(causes.filter(({ subject }) => names.includes(subject)).map(({ cause }) => cause));
          // Of our own addresses only own-address-conflict speaks.
          const claims = seen.filter((item) => item.kind === 'arp-claims');
          const isOwn = claims.length > 0 && claims.every(({ ownMac }) => ownMac !== null);
          const wanted = CAUSE_KINDS.filter((cause) => cause !== 'duplicate-ip' || !isOwn);
          if (kind === 'host') expect([...spokenOf].sort()).toEqual(wanted.toSorted());
        }
        for (const { summary } of causes) expect(summary).toMatch(/^\S.*\.$/s);
      }),
    );
  });

  test('has advice for every cause that it calls confirmed or likely', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        for (const { verdict, advice } of diagnose(evidence)) {
          if (verdict === 'confirmed' || verdict === 'likely') expect(advice).not.toEqual([]);
        }
      }),
    );
  });

  test('calls no address a duplicate for certain without a proof of its claimants', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const proofs = evidence.filter(({ kind }) => kind === 'claimant-proof').map(({ id }) => id);
        for (const { cause, verdict, because } of diagnose(evidence)) {
          if (cause !== 'duplicate-ip' || verdict !== 'confirmed') continue;
          expect(because.some((id) => proofs.includes(id))).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('is surer of nothing that was only overheard than that it is likely', () => {
    fc.assert(
      fc.property(evidenceList, (evidence) => {
        const overheard = evidence.filter((item) => !('source' in item) || item.source !== 'probes');
        for (const { cause, verdict } of diagnose(overheard)) {
          if (cause === 'duplicate-ip' || cause === 'own-address-conflict') expect(verdict).not.toBe('confirmed');
        }
      }),
    );
  });

  test('is turned from ruled out to confirmed by nothing that it does not cite', () => {
    fc.assert(
      fc.property(evidenceList, evidenceList, (evidence, more) => {
        // Ids of their own, wherever they sort.
        const added = more.map((item, index) => ({ ...item, id: `${index % 2 === 0 ? 'a' : 'z'}-more-${index}` }));
        const keyOf = ({ cause, subject }: Cause): string => `${cause} ${subject}`;
        const before = diagnose(evidence);
        const confirmations = before.filter(({ verdict }) => verdict === 'confirmed');
        const confirmed = new Set(confirmations.map(keyOf));
        // What is added may tell that two names are one host: then what was confirmed of one holds of the other.
        const wasConfirmed = ({ cause, because }: Cause): boolean =>
          confirmations.some((each) => each.cause === cause && each.because.some((id) => because.includes(id)));
        const denied = before.filter(({ verdict }) => verdict === 'ruled-out').map(keyOf);
        const ruledOut = new Set(denied.filter((key) => !confirmed.has(key)));
        for (const cause of diagnose([...evidence, ...added])) {
          if (cause.verdict !== 'confirmed' || !ruledOut.has(keyOf(cause))) continue;
          const citesAdded = cause.because.some((id) => added.some((item) => item.id === id));
          expect(citesAdded || wasConfirmed(cause)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('says nothing about nothing', () => {
    expect(diagnose([])).toEqual([]);
  });
});

describe('ranking', () => {
  const cause = (of: Partial<Cause>): Cause => ({
    cause: 'packet-loss',
    subject: 'a',
    verdict: 'possible',
    because: [],
    summary: '',
    advice: [],
    missing: [],
    ...of,
  });

  test('goes by verdict, then cause, then subject, then summary', () => {
    const inOrder = [
      cause({ verdict: 'confirmed', cause: 'packet-loss', subject: 'z' }),
      cause({ verdict: 'likely', cause: 'duplicate-ip', subject: 'z' }),
      cause({ verdict: 'likely', cause: 'unreachable', subject: 'a' }),
      cause({ verdict: 'likely', cause: 'unreachable', subject: 'b', summary: '1' }),
      cause({ verdict: 'likely', cause: 'unreachable', subject: 'b', summary: '2' }),
      cause({ verdict: 'possible', cause: 'duplicate-ip' }),
      cause({ verdict: 'unknown', cause: 'duplicate-ip' }),
      cause({ verdict: 'ruled-out', cause: 'duplicate-ip' }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(inOrder, { minLength: inOrder.length }), (mixed) => {
        expect(rank(mixed)).toEqual(inOrder);
      }),
    );
  });

  test('every verdict and every cause has its place', () => {
    expect(VERDICTS).toEqual(['confirmed', 'likely', 'possible', 'unknown', 'ruled-out']);
    expect(CAUSE_KINDS.toSorted()).toEqual((Object.keys(CATALOG) as CauseKind[]).sort());
  });
});
