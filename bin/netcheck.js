#!/usr/bin/env node
import { writeSync } from 'node:fs';
import process from 'node:process';

const NOT_MEASURED = 3;
let isLoaded = false;

// Node itself would end with 1, which says that a cause was found, and with a stack trace. Rejections come here too.
process.on('uncaughtException', end);

try {
  const { main } = await import('../dist/main.js');
  isLoaded = true;
  process.exitCode = await main(process.argv, process);
} catch (error) {
  end(error);
}

/** One line, by what is there before the program is loaded. A verdict that is out already stands. */
function end(error) {
  const { exitCode } = process;
  const words = reason(error)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[^\x20-\x7e]/g, '?');
  const isPlugin = exitCode === undefined && process.argv.includes('--nagios');
  // Last: what is drawn on a terminal is erased at the end, and this is not to go with it.
  process.once('exit', () => {
    try {
      if (isPlugin) writeSync(1, `NETCHECK UNKNOWN - ${words.replaceAll('|', '/').slice(0, 400)}\n`);
      else writeSync(2, `netcheck: ${words}\n`);
    } catch {
      // Nobody reads it.
    }
  });
  process.exit(exitCode ?? NOT_MEASURED);
}

function reason(error) {
  const said = String(error?.message ?? error);
  // Node 24 says it of a package.json in words only.
  if (error?.code === 'EMFILE' || error?.code === 'ENFILE' || (!isLoaded && said.includes('too many open files'))) {
    return 'too few files may be open to load the program; allow more: ulimit -n 1024';
  }
  return isLoaded ? `internal error: ${said}` : `the program could not be loaded; install it again: ${said}`;
}
