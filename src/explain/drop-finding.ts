// How drops become a finding: they are taken out of a list as they are explained, and told with their times.

import { formatSeconds, formatSecondsRange } from '../duration.ts';
import { type Finding, type FindingKind, targetOf } from './finding.ts';
import { rankedCauses, type Suspicions } from './ranked-causes.ts';
import type { Drop } from './session.ts';

/** Takes drops out of a list as they are explained. */
export class Remaining {
  #drops: readonly Drop[];
  constructor(drops: readonly Drop[]) {
    this.#drops = drops;
  }
  get all(): readonly Drop[] {
    return this.#drops;
  }
  take(which: (drop: Drop) => boolean): Drop[] {
    const taken = this.#drops.filter(which);
    this.takeThese(taken);
    return taken;
  }
  takeThese(taken: readonly Drop[]): void {
    const set = new Set(taken);
    this.#drops = this.#drops.filter((drop) => !set.has(drop));
  }
}

/** None without drops. */
export function finding(
  kind: FindingKind,
  certainty: Finding['certainty'],
  unordered: readonly Drop[],
  words: { title: string; proof: string; rulesOut: readonly string[]; causes: Suspicions },
): Finding[] {
  if (unordered.length === 0) return [];
  const drops = unordered.toSorted((a, b) => a.lineNumber - b.lineNumber);
  const { title, proof, rulesOut, causes } = words;
  const ranked = rankedCauses(targetOf(drops), causes);
  return [{ kind, certainty, ofSessions: true, count: drops.length, title, proof, drops, causes: ranked, rulesOut }];
}

/** `1 session was`, `3 sessions were`. */
export const sessionsWere = (count: number): string => (count === 1 ? '1 session was' : `${count} sessions were`);

/** The first of them, as the log has it. */
export function quote(drops: readonly Drop[]): string {
  return `"${drops[0]?.line.slice(0, 200)}" (line ${drops[0]?.lineNumber})`;
}

export const quietSeconds = ({ quietSeconds: quiet }: Drop): number | null => quiet;
export const ageSeconds = ({ ageSeconds: age }: Drop): number | null => age;

/** `8 s`, `118 to 121 s`. */
export function span({ from, to }: { readonly from: number; readonly to: number }): string {
  const [low, high] = [Math.round(from * 10) / 10, Math.round(to * 10) / 10];
  return low === high ? formatSeconds(low) : formatSecondsRange(low, high);
}

export function range(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? 'unknown' : span({ from: Math.min(...known), to: Math.max(...known) });
}
