// The proof of a finding in one line: what each piece of the evidence that it cites says, in the order in which it cites them.

import type { Evidence } from '../evidence.ts';
import { inShort } from './in-short.ts';

/** More than these would not be one line any more; all are in the tables. */
const MOST = 3;

/** Empty where what is cited proves nothing by itself. */
export function proofOf(because: readonly string[], evidence: readonly Evidence[]): string {
  const ids = byId(evidence);
  const cited = because.flatMap((id) => ids.get(id) ?? []);
  const said = [...new Set(cited.map(inShort).filter((text) => text !== null))];
  const more = said.length > MOST ? `; and ${said.length - MOST} more` : '';
  return said.slice(0, MOST).join('; ') + more;
}

const known = new WeakMap<readonly Evidence[], ReadonlyMap<string, Evidence>>();

/** Each id is there once. Made once for a report, which may hold tens of thousands. */
function byId(evidence: readonly Evidence[]): ReadonlyMap<string, Evidence> {
  const ids = known.get(evidence) ?? new Map(evidence.map((item) => [item.id, item]));
  known.set(evidence, ids);
  return ids;
}
