// A stream of bytes that comes in chunks of any size and is read in the lengths that a file format wants.

export class ByteStream {
  readonly #chunks: Iterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: Iterator<Uint8Array>) {
    this.#chunks = chunks;
  }

  /** The next `length` bytes, fewer only where the stream ends. They stay in the stream. */
  peek(length: number): Uint8Array {
    if (this.#rest.length < length) this.#gather(length);
    return this.#rest.subarray(0, length);
  }

  /** The next `length` bytes, fewer only where the stream ends. They share memory with their chunk. */
  take(length: number): Uint8Array {
    const bytes = this.peek(length);
    this.#rest = this.#rest.subarray(bytes.length);
    return bytes;
  }

  /** Grows by what comes, never by what a length field promises. */
  #gather(length: number): void {
    const pieces = [this.#rest];
    let gathered = this.#rest.length;
    while (gathered < length) {
      const next = this.#chunks.next();
      if (next.done) break;
      pieces.push(next.value);
      gathered += next.value.length;
    }
    this.#rest = joined(pieces, gathered);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function joined(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}
