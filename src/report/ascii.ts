// The report where the locale is not UTF-8: each character becomes one of ASCII that stands for it, in as many columns.

const STANDS_FOR: Readonly<Record<string, string>> = {
  // Boxes (cli-table3), bars and lines of the pictures.
  '│': '|',
  '─': '-',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '├': '+',
  '┤': '+',
  '┬': '+',
  '┴': '+',
  '┼': '+',
  '█': '#',
  '▒': '%',
  '░': '.',
  '▲': '^',
  '●': 'o',
  '→': '>',
  '▁': '_',
  '▂': '.',
  '▃': ':',
  '▄': '-',
  '▅': '=',
  '▆': '+',
  '▇': '*',
  // Punctuation of sentences.
  '…': '~',
  '–': '-',
  '—': '-',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '±': '~',
  '≤': '<',
  '≥': '>',
  '\u00a0': ' ',
};

/** What nothing stands for becomes a question mark; controls are ASCII too. */
export function toAscii(text: string): string {
  return text.replaceAll(/\P{ASCII}/gu, (character) => STANDS_FOR[character] ?? '?');
}

/**
 * Whether programs may write UTF-8, by the variables that decide on LC_CTYPE, the first that is set (POSIX.1-2017, section
 * 8.2). Without any the locale is "C", which is ASCII.
 */
export function isUtf8Locale({ LC_ALL, LC_CTYPE, LANG }: Readonly<Record<string, string | undefined>>): boolean {
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}
