// Reads a capture to its end, and joins what tests lay out in pieces.

import { type CapturedFrame, type CaptureSummary, readCapture } from '../../src/capture/index.ts';

export interface ReadCapture extends CaptureSummary {
  readonly frames: readonly CapturedFrame[];
}

export function readAll(...chunks: Uint8Array[]): ReadCapture {
  const frames: CapturedFrame[] = [];
  const reader = readCapture(chunks);
  for (;;) {
    const next = reader.next();
    if (next.done) return { frames, ...next.value };
    frames.push(next.value);
  }
}

export function join(...pieces: Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}
