// Lines that fit a terminal: cut, chosen or broken to its width.

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
