// Advice holds commands to paste. What others named (a path on a far server, an interface in a report from elsewhere) is one word there.

/** As a POSIX shell reads it (XCU 2.2): plain where it can be, else between single quotes. */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}/_.:%@+=,][\p{L}\p{N}/_.:%@+=,-]*$/u.test(text)) return text;
  const path = text.startsWith('-') ? `./${text}` : text;
  return `'${path.replaceAll("'", "'\\''")}'`;
}
