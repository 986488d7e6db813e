// The shape of a rule: which cause it speaks of, what it must know to do so, and how it weighs that.

import type { Evidence, EvidenceKind, EvidenceOf } from '../evidence.ts';
import type { Cause, CauseKind } from './cause.ts';
import type { Subject } from './subject.ts';

/** What a rule says; the engine adds which cause it is. */
export type Opinion = Omit<Cause, 'cause'>;

export interface Rule {
  readonly cause: CauseKind;
  /** Kinds of subject that can have this cause. */
  readonly speaksOf: readonly Subject['kind'][];
  /** Kinds of subject of which it says nothing, not even `unknown`, unless it was measured for them. */
  readonly quietAbout?: readonly Subject['kind'][];
  /** At least one piece of evidence of one of these kinds; without any, the engine itself answers `unknown`. */
  readonly needs: readonly EvidenceKind[];
  /** Pure, and independent of the order of the evidence. */
  readonly weigh: (subject: Subject) => readonly Opinion[];
}

export function defineRule(rule: Rule): Rule {
  return rule;
}

export function ofKind<K extends EvidenceKind>(subject: Subject, kind: K): EvidenceOf<K>[] {
  return subject.evidence.filter((item): item is EvidenceOf<K> & Evidence => item.kind === kind);
}

export function ids(evidence: readonly Evidence[]): string[] {
  return evidence.map(({ id }) => id).sort();
}
