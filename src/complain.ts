// One line on standard error: what is wrong and what to do. Whatever it holds of others' words moves no cursor.

import { printable } from './report/style.ts';

export function complain(process: NodeJS.Process, message: string): void {
  process.stderr.write(`netcheck: ${message.split('\n').map(printable).join('\n')}\n`);
}
