// netcheck serve: the partner on the far host, as a command.

import { isIpAddress } from './address/ip.ts';
import type { Command } from './cli/index.ts';
import { systemClock } from './clock.ts';
import { complain } from './complain.ts';
import { print } from './print.ts';
import { NOTHING_NEEDED, privilegesOf } from './privilege.ts';
import { EXIT } from './report/exit-code.ts';
import { CannotListen, type ServeLog, serve } from './serve/index.ts';
import { logLine, onInterrupt } from './terminal.ts';

/** Until it is interrupted, which is how it is meant to end. */
export async function runServe(command: Extract<Command, { kind: 'serve' }>, process: NodeJS.Process): Promise<number> {
  const { port, bindAddress, verbose } = command;
  if (bindAddress !== null && !isIpAddress(bindAddress)) {
    complain(process, `--bind ${bindAddress}: not an IP address of this machine`);
    return EXIT.usage;
  }
  const privileges = await privilegesOf(process);
  const { signal, release } = onInterrupt(process);
  const startedAt = new Date();
  const events: ServeLog = {
    onListening: (address, listening) => {
      // A port below 1024 may have needed root; those who connect do not get to see it.
      privileges.giveUp(NOTHING_NEEDED);
      const where = address.includes(':') ? `[${address}]:${listening}` : `${address}:${listening}`;
      print(
        process.stdout,
        `Listening on ${where}. Measure from the other side: netcheck --idle-timeout <this host>:${listening} (Ctrl-C ends)\n`,
      );
    },
    onEvent: (peer, text) => {
      if (verbose) logLine(process.stderr, (Date.now() - startedAt.getTime()) / 1000, peer, text);
    },
  };
  try {
    await serve({ port, bindAddress }, systemClock, signal, events);
    return EXIT.nothingFound;
  } catch (error) {
    if (!(error instanceof CannotListen)) throw error;
    complain(process, error.message);
    return EXIT.notMeasured;
  } finally {
    release();
  }
}
