// The only way to standard output and standard error, but for the frames of the live view (terminal.ts): nothing that a
// terminal obeys gets past it, whoever forgot to look.

import { printableOutput } from './printable.ts';

/** Whole lines. */
export function print(stream: Pick<NodeJS.WriteStream, 'write'>, text: string): void {
  stream.write(printableOutput(text));
}
