#!/usr/bin/env node
import { stderr } from 'node:process';

try {
  const { main } = await import('../dist/main.js');
  process.exitCode = await main(process.argv, process);
} catch (error) {
  // Before the program is loaded nothing else can say so.
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') throw error;
  stderr.write('netcheck: too few files may be open to load the program; allow more: ulimit -n 1024\n');
  process.exitCode = 3;
}
