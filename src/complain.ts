// One line on standard error: what is wrong and what to do. Whatever it holds of others' words moves no cursor.

import { print } from './print.ts';
import { printableLines } from './printable.ts';

export function complain(process: NodeJS.Process, message: string): void {
  print(process.stderr, `netcheck: ${printableLines(message)}\n`);
}
