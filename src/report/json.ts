// The report as JSON: the contract itself.

import type { Report } from './report.ts';

export function renderJson(report: Report): string {
  return `${harmless(JSON.stringify(report, null, 2))}\n`;
}

/** JSON leaves some characters that a terminal obeys as they are; written as \\uXXXX they mean the same to a program. */
export function harmless(json: string): string {
  return json.replaceAll(/[\x7f-\x9f\p{Cf}\u2028\u2029]/gu, (character) =>
    Array.from({ length: character.length }, (_, index) => escaped(character.charCodeAt(index))).join(''),
  );
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, '0')}`;
}
