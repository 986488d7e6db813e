// Tables of the text report: boxed where a reader compares a few rows, plain columns where there may be thousands. On a
// narrow terminal long cells are broken, and where even that does not help each row becomes a few lines of its own.

import Table from 'cli-table3';
import { printable } from '../printable.ts';
import { type Style, wrap } from './style.ts';

export type Cell = string | number;

/** What was not measured, in a cell. */
export const NONE = '–';

export function ms(value: number | null): Cell {
  return value === null ? NONE : Number(value.toPrecision(3));
}

/** A host as it was typed, with its address where that is another word. */
export function named({ host, address }: { host: string; address: string }): string {
  return host === address ? host : `${host} (${address})`;
}

/** Empty without rows. */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  if (rows.length === 0) return '';
  const shown = style.plain ? rows : rows.slice(0, MOST_ROWS);
  const cells = shown.map((row) => row.map((cell) => printable(style.plain ? String(cell) : shortened(String(cell)))));
  if (style.plain) return [`# ${printable(title)}`, ...[head, ...cells].map((row) => row.join('\t'))].join('\n');
  const widths = columnWidths([head, ...cells], style.width);
  const body = widths === null ? records(head, cells, style) : grid(head, cells, widths);
  const more = rows.length - shown.length;
  const rest = more === 0 ? '' : `\n  … and ${more} more rows (--plain and --json have all)`;
  return `${style.bold(printable(title))}\n${body}${rest}`;
}

/** More than anybody reads one by one; boxes around 4000 rows took 20 s. */
const MOST_ROWS = 500;

/** More than anybody reads in a cell; laying out 10,000 characters took a minute. --json has them all. */
const LONGEST_CELL = 500;

function shortened(cell: string): string {
  return cell.length > LONGEST_CELL ? `${cell.slice(0, LONGEST_CELL)}…` : cell;
}

/** A cell has a border and two blanks of its own, a row one border more. */
const PER_CELL = 3;
const PER_ROW = 1;
/** Longer words (fingerprints) may be broken anywhere; an address or a MAC that is broken nobody can read, or copy. */
const LONGEST_WHOLE_WORD = 24;

/** Of the contents, the widest made narrower until all fit; null where they can't without breaking words. */
function columnWidths(rows: readonly (readonly string[])[], width: number | null): number[] | null {
  const widths = widest(rows, (cell) => [...cell].length);
  if (width === null) return widths;
  const narrowest = widest(rows, (cell) => Math.min(LONGEST_WHOLE_WORD, longestWord(cell)));
  const room = width - PER_ROW - PER_CELL * widths.length;
  const total = (): number => widths.reduce((sum, each) => sum + each, 0);
  while (total() > room) {
    const spare = widths.map((each, index) => (each > (narrowest[index] as number) ? each : 0));
    const most = Math.max(...spare);
    if (most === 0) return null;
    widths[spare.lastIndexOf(most)] = most - 1;
  }
  return widths;
}

/** Of each column. */
function widest(rows: readonly (readonly string[])[], widthOf: (cell: string) => number): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
  }
  return widths;
}

function longestWord(cell: string): number {
  return Math.max(...cell.split(' ').map((word) => [...word].length));
}

function grid(head: readonly string[], rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const boxed = new Table({ head: fitted(head, widths), style: { head: [], border: [], compact: true } });
  for (const row of rows) boxed.push(fitted(row, widths));
  return boxed.toString();
}

function fitted(row: readonly string[], widths: readonly number[]): string[] {
  return row.map((cell, index) => broken(cell, widths[index] as number));
}

/** At spaces where there are any, else anywhere: a fingerprint has none. */
function broken(cell: string, width: number): string {
  const lines: string[] = [];
  let current = '';
  for (const word of cell.split(' ')) {
    let rest = [...(current === '' ? word : `${current} ${word}`)];
    if (current !== '' && rest.length > width) {
      lines.push(current);
      rest = [...word];
    }
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width).join(''));
    current = rest.join('');
  }
  return [...lines, current].join('\n');
}

/** What has no heading begins the record. */
function records(head: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  const width = style.width ?? Number.POSITIVE_INFINITY;
  return rows
    .map((row) => {
      const begins = row.filter((cell, index) => head[index] === '' && cell !== '').join(' ');
      const fields = row.flatMap((cell, index) => (head[index] === '' ? [] : [`${head[index]}: ${cell}`]));
      const [first = '', ...others] = begins === '' ? fields : [begins, ...fields];
      return [`  ${wrap(first, width, '  ')}`, ...others.map((field) => `    ${wrap(field, width, '      ')}`)].join(
        '\n',
      );
    })
    .join('\n');
}

/**
 * Columns padded to their widest cell, two spaces apart: fit for grep and for the longest lists. Cells are made twice, once
 * to be measured, so that not all of them are in memory at a time.
 */
export function columns<T>(
  title: string,
  items: readonly T[],
  cellsOf: (item: T) => readonly Cell[],
  style: Style,
): string {
  if (items.length === 0) return '';
  const cells = (item: T): string[] => cellsOf(item).map((cell) => printable(String(cell)));
  if (style.plain) return [`# ${printable(title)}`, ...items.map((item) => cells(item).join('\t'))].join('\n');
  const widths: number[] = [];
  for (const item of items) {
    for (const [index, cell] of cells(item).entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  const line = (item: T): string => {
    const padded = cells(item).map((cell, index) => cell.padEnd(widths[index] as number));
    return `  ${padded.join('  ')}`.trimEnd();
  };
  return `${style.bold(printable(title))}\n${items.map(line).join('\n')}`;
}
