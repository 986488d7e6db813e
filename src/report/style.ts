// How text looks on a terminal: colour where wanted, and words wrapped.

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly green: (text: string) => string;
  /** Columns of the terminal; null where the text goes elsewhere, and a table may be as wide as it is. */
  readonly width: number | null;
  /** Tab-separated rows without boxes or pictures: for programs, and for those who listen to a screen reader. */
  readonly plain: boolean;
}

export interface Page {
  readonly color: boolean;
  readonly width?: number | null;
  readonly plain?: boolean;
}

/** Lines longer than this are hard to read, however wide the terminal is. */
const LONGEST_LINE = 100;
/** On a narrower terminal words would be one below the other. */
const NARROWEST = 40;

// SGR parameters (ECMA-48 section 8.3.117): on, and what ends it.
const sgr = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;
const same = (text: string): string => text;

export function styleFor({ color, width = null, plain = false }: Page): Style {
  const paints =
    color && !plain
      ? { bold: sgr(1, 22), dim: sgr(2, 22), red: sgr(31, 39), yellow: sgr(33, 39), green: sgr(32, 39) }
      : { bold: same, dim: same, red: same, yellow: same, green: same };
  return { ...paints, width: width === null ? null : Math.max(NARROWEST, width), plain };
}

/** Columns for sentences and pictures. */
export function lineWidth({ width }: Style): number {
  return Math.min(width ?? LONGEST_LINE, LONGEST_LINE);
}

/** Breaks text at spaces; every line but the first is indented. Lines already broken stay so. */
export function wrap(text: string, width: number, indent: string): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width, indent))
    .join(`\n${indent}`);
}

function wrapLine(line: string, width: number, indent: string): string {
  const lead = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = '';
  for (const word of line.trimStart().split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width - indent.length) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return lead + [...lines, current].join(`\n${indent}`);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what sgr() wrote
const SGR = /\x1b\[\d+m/g;

/**
 * Breaks at spaces whatever is still wider than the terminal: headings, remarks, the ids behind a sentence. The rest of a
 * line is indented by two more than its beginning.
 */
export function fold(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => (columnsOf(line) > width ? foldLine(line, width) : line))
    .join('\n');
}

function foldLine(line: string, width: number): string {
  const lead = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = lead;
  // The blanks before a word go with it, so that what was aligned stays so where it fits.
  for (const word of line.slice(lead.length).match(/ *[^ ]+/g) ?? []) {
    if (current.trim() !== '' && columnsOf(current) + columnsOf(word) > width) {
      lines.push(current);
      current = `${lead}  ${word.trimStart()}`;
    } else current += word;
  }
  return [...lines, current].join('\n');
}

function columnsOf(line: string): number {
  return [...line.replaceAll(SGR, '')].length;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** What other programs say may end with a full stop, and is to be followed by one. */
export function withoutStop(text: string): string {
  return text.replace(/\.$/, '');
}
