// What netcheck knows of a cause, as it comes with the program: docs/causes, one page each.

import { readFileSync } from 'node:fs';
import { CAUSE_KINDS, type CauseKind } from './diagnose/cause.ts';

export function isCause(word: string): word is CauseKind {
  return CAUSE_KINDS.some((kind) => kind === word);
}

/** Markdown, which is text that can be read. To be read before root is given up: the user may not get to where it lies. */
export function causePage(kind: CauseKind): string {
  return readFileSync(new URL(`../docs/causes/${kind}.md`, import.meta.url), 'utf8');
}
