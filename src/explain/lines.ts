// Bytes → lines, without holding more than one of them: a log may have gigabytes, and a line of it may have no end.

const NEWLINE = 0x0a;
const LONGEST_LINE_BYTES = 8192;

export class LineSplitter {
  readonly #onLine: (line: string, isCut: boolean) => void;
  #rest = Buffer.alloc(0);
  #cut = false;

  constructor(onLine: (line: string, isCut: boolean) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      this.#emit(chunk.subarray(from, at));
      from = at + 1;
    }
    this.#keep(chunk.subarray(from));
  }

  end(): void {
    if (this.#rest.length > 0 || this.#cut) this.#emit(Buffer.alloc(0));
  }

  #emit(tail: Buffer): void {
    const whole = this.#rest.length === 0 ? tail : Buffer.concat([this.#rest, tail]);
    const isCut = this.#cut || whole.length > LONGEST_LINE_BYTES;
    this.#rest = Buffer.alloc(0);
    this.#cut = false;
    // Each line is decoded by itself: a part of a larger text would keep all of it in memory.
    this.#onLine(whole.subarray(0, LONGEST_LINE_BYTES).toString('utf8').replace(/\r$/, ''), isCut);
  }

  #keep(tail: Buffer): void {
    if (tail.length === 0) return;
    const room = LONGEST_LINE_BYTES + 1 - this.#rest.length;
    if (tail.length > room) this.#cut = true;
    if (room > 0) this.#rest = Buffer.concat([this.#rest, tail.subarray(0, room)]);
  }
}

/** What a file is, if its first bytes say that it is no text; null for text. */
export function notText(start: Buffer): string | null {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'it is compressed; try: zcat <file> | netcheck explain --log -';
  if (start.subarray(0, 4).equals(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]))) {
    return 'it is compressed; try: zstdcat <file> | netcheck explain --log -';
  }
  if (start.subarray(0, 8).toString('latin1') === 'LPKSHHRH') {
    return 'it is a journal; try: journalctl --file <file> | netcheck explain --log -';
  }
  return start.includes(0) ? 'it is no text' : null;
}
