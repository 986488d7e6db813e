// A report whose every text from outside is made to do harm, in a page, on a terminal or to whoever reads it.

import { diagnose } from '../../src/diagnose/index.ts';
import type { Evidence } from '../../src/evidence.ts';
import { isVocabulary } from '../../src/redact/vocabulary.ts';
import type { Report } from '../../src/report/report.ts';
import { reportOf } from '../report/reports.ts';

export const HOSTILE_TEXTS = [
  '<script>globalThis.harmed = "script"</script>',
  '</script><script>globalThis.harmed = "end of script"</script>',
  '<!--<script>',
  '<img src=x onerror="globalThis.harmed = \'image\'">',
  '" onfocus="globalThis.harmed = \'attribute\'" autofocus x="',
  "' onmouseover='globalThis.harmed = 1'",
  '</style><style>body{display:none}</style>',
  '</title></head><meta http-equiv="refresh" content="0;url=http://192.0.2.1/">',
  'javascript:globalThis.harmed=1',
  '&lt;b&gt; &#60;b&#62;',
  '\x1b[2J\x1b]0;owned\x07',
  '\x9b31mred\u0085',
  'user\u202egnp.exe\u202c \u2066x\u2069 \u200b\u{e0041}',
  `\u2028\u2029\ud800\0`,
  'A'.repeat(10_240),
  'long words '.repeat(930),
] as const;

/** Each text in turn, in the place of each text that is not a word of netcheck's own; ids stay unique. */
export function hostileReport(evidence: readonly Evidence[]): Report {
  let turn = 0;
  const harm = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') {
      if (key === 'id' || isVocabulary(key, value)) return value;
      return HOSTILE_TEXTS[turn++ % HOSTILE_TEXTS.length];
    }
    if (Array.isArray(value)) return value.map((item) => harm(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, harm(item, name)]));
  };
  const harmed = evidence.map((item, index) => ({
    ...(harm(item, '') as Evidence),
    id: `${HOSTILE_TEXTS[index % HOSTILE_TEXTS.length]}${index}`,
  }));
  return reportOf({ evidence: harmed, causes: diagnose(harmed), version: '<b>0</b>', startedAt: '<i>then</i>' });
}
