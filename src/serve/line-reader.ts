// Cuts what arrives into lines that end in LF or CR LF, and holds no more of an unfinished one than a line may be long.

import { LONGEST_LINE_BYTES } from './protocol.ts';

export class LineReader {
  #rest = '';
  #tooLong = false;

  /** The lines that these bytes finish, without their ends. Of a line that is too long nothing comes, nor after it. */
  push(bytes: Uint8Array): string[] {
    const lines: string[] = [];
    // Latin 1 reads any byte, one character for each: what is not understood is for the reader of the line to say.
    for (const part of this.#tooLong ? [] : new TextDecoder('latin1').decode(bytes).split(/(?<=\n)/)) {
      this.#rest += part;
      if (this.#rest.length > LONGEST_LINE_BYTES) {
        this.#tooLong = true;
        this.#rest = '';
        break;
      }
      if (!this.#rest.endsWith('\n')) continue;
      lines.push(this.#rest.replace(/\r?\n$/, ''));
      this.#rest = '';
    }
    return lines;
  }

  /** A line was longer than allowed: what follows can't be read. */
  get isTooLong(): boolean {
    return this.#tooLong;
  }
}
