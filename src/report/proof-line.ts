// The proof of a finding in one line: what each piece of the evidence that it cites says, in the order in which it cites them.

import type { Evidence } from '../evidence.ts';
import { inShort } from './in-short.ts';

/** More than these would not be one line any more; all are in the tables. */
const MOST = 3;

/** Empty where what is cited proves nothing by itself. */
export function proofOf(because: readonly string[], evidence: readonly Evidence[]): string {
  const cited = because.flatMap((id) => evidence.filter((item) => item.id === id));
  const said = [...new Set(cited.map(inShort).filter((text) => text !== null))];
  const more = said.length > MOST ? `; and ${said.length - MOST} more` : '';
  return said.slice(0, MOST).join('; ') + more;
}
