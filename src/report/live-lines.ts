// Lines that fit a terminal: cut, chosen or broken to its width, and of characters that take one column each.

/**
 * What a terminal would act on, or show in no column or in two, becomes a question mark: everything beyond Latin letters
 * but for the two signs that the live view itself uses.
 */
export function narrow(text: string): string {
  return text.replaceAll(/[^\x20-\x7e\u00a1-\u00ac\u00ae-\u024f…—]/gu, '?');
}

export function cut(line: string, width: number): string {
  if (line.length <= width) return line;
  return width < 1 ? '' : `${line.slice(0, width - 1)}…`;
}

/** The first of these ways to say it that fits; where none does, the last is cut. */
export function fitting(variants: readonly string[], width: number): string {
  return variants.find(({ length }) => length <= width) ?? cut(variants.at(-1) ?? '', width);
}

/** `title  doing            time` in one line where there is room, else what is done on a second one, longest way first. */
export function spreadOut(title: string, ways: readonly string[], time: string, width: number): string[] {
  const whole = `${title}  ${ways[0] ?? ''}`;
  const doing = fitting(
    ways.map((way) => `  ${way}`),
    width,
  );
  if (whole.length + 2 + time.length <= width) return [whole + time.padStart(width - whole.length)];
  const first = `${title}  ${time}`;
  if (first.length > width) return [cut(title, width), cut(`  ${time}`, width), doing];
  return [title + time.padStart(width - title.length), doing];
}

/** No more lines than the terminal has room for; the last of them then says how many there are not. */
export function fitRows(lines: readonly string[], rows: number, width: number): string[] {
  if (lines.length <= rows) return [...lines];
  if (rows < 1) return [];
  const shown = lines.slice(0, rows - 1);
  return [...shown, cut(`  … ${lines.length - shown.length} more lines`, width)];
}
