// Tables of the text report: boxed where a reader compares a few rows, plain columns where there may be thousands.

import Table from 'cli-table3';
import { printable, type Style } from './style.ts';

export type Cell = string | number;

/** What was not measured, in a cell. */
export const NONE = '–';

export function ms(value: number | null): Cell {
  return value === null ? NONE : Number(value.toPrecision(3));
}

/** Empty without rows. */
export function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: Style,
): string {
  if (rows.length === 0) return '';
  const grid = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) grid.push(row.map((cell) => printable(String(cell))));
  return `${style.bold(title)}\n${grid.toString()}`;
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
  const widths: number[] = [];
  for (const item of items) {
    for (const [index, cell] of cellsOf(item).entries())
      widths[index] = Math.max(widths[index] ?? 0, String(cell).length);
  }
  const line = (item: T): string => {
    const cells = cellsOf(item).map((cell, index) => printable(String(cell)).padEnd(widths[index] as number));
    return `  ${cells.join('  ')}`.trimEnd();
  };
  return `${style.bold(title)}\n${items.map(line).join('\n')}`;
}
