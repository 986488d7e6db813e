// What must not be among the bytes of any output, told byte by byte and not with the gate's own words: UTF-8 of all that a
// terminal obeys, that shows text in another order, or that shows nothing.

const UNWANTED = [
  '[\\x00-\\x08\\x0b-\\x1f\\x7f]', // C0 but for TAB and LF, and DEL
  '\\xc2[\\x80-\\x9f\\xad]', // C1; U+00AD
  '\\xcd\\x8f|\\xd8\\x9c', // U+034F, U+061C
  '\\xe1\\x85[\\x9f\\xa0]|\\xe1\\x9e[\\xb4\\xb5]|\\xe1\\xa0[\\x8b-\\x8f]', // fillers, Mongolian selectors
  '\\xe2\\x80[\\x8b-\\x8f\\xa8-\\xae]', // zero width, marks, separators, embeddings, overrides
  '\\xe2\\x81[\\xa0-\\xaf]', // word joiner, invisible operators, isolates
  '\\xe3\\x85\\xa4|\\xef\\xbe\\xa0', // Hangul fillers
  '\\xef\\xb8[\\x80-\\x8f]|\\xef\\xbb\\xbf|\\xef\\xbf[\\xb0-\\xbb]', // variation selectors, byte order mark, annotations
  '\\xf3\\xa0[\\x80-\\xbf][\\x80-\\xbf]', // tags and further selectors
  '\\xed[\\xa0-\\xbf]', // surrogates
];

const ESCAPE = '\x1b';
const OWN_COLOUR = new RegExp(`${ESCAPE}\\[(?:1|2|22|31|32|33|39)m`, 'g');
const CONTEXT = 24;

export interface Allowed {
  /** Tabs between columns. */
  readonly tabs?: boolean;
  /** netcheck's own. */
  readonly colours?: boolean;
}

/** Each that was found, with what stands around it; empty where all is well. */
export function controlsIn(output: string | Uint8Array, { tabs = false, colours = false }: Allowed = {}): string[] {
  const bytes = Buffer.from(output).toString('latin1');
  const text = colours ? bytes.replaceAll(OWN_COLOUR, '') : bytes;
  const unwanted = new RegExp([...UNWANTED, ...(tabs ? [] : ['\\t'])].join('|'), 'g');
  return [...text.matchAll(unwanted)].slice(0, 5).map((found) => {
    const around = text.slice(Math.max(0, found.index - CONTEXT), found.index + CONTEXT);
    return `${Buffer.from(found[0], 'latin1').toString('hex')} in ${JSON.stringify(around)}`;
  });
}

/** All of it in one text, with a word before and behind by which it is seen whether the text was shown at all. */
export const HOSTILE =
  'before\x1b[2J\x1b[31m\x1b]0;owned\x07\x1bP+q\x1b\\\r\b\0\x05\x7f\x9b31m\x9d0;t\x9c\u0085\u00ad\u034f\u061c\u3164\u180e\u200b\u200d\u200e\u202a\u202e\u2060\u2066\u2069\u2028\u2029\ufe0f\ufeff\ufff9\u{e0041}\u{e0101}\ud800\t\nbehind';
