// What must happen however this process ends: return, uncaught exception, or a signal that nobody else handles.

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const duties = new Set<() => void>();

/** Calls `duty`, which must be synchronous, when the process ends. Returns the way to be released from it. */
export function onProcessEnd(duty: () => void): () => void {
  if (duties.size === 0) install();
  duties.add(duty);
  return () => {
    if (duties.delete(duty) && duties.size === 0) uninstall();
  };
}

function install(): void {
  process.on('exit', fulfil);
  // First in line, so that an application's `once` listener is still there to be counted.
  for (const signal of SIGNALS) process.prependListener(signal, onSignal);
}

function uninstall(): void {
  process.off('exit', fulfil);
  for (const signal of SIGNALS) process.off(signal, onSignal);
}

function fulfil(): void {
  for (const duty of duties) duty();
}

/**
 * An application that listens for the signal itself decides what follows: it disposes of its labs, or exits, and
 * 'exit' comes. Where nobody listens, a signal ends the process without 'exit', so it is done here, and then the signal
 * is sent again, so that the parent sees the true cause of death.
 */
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  fulfil();
  uninstall();
  process.kill(process.pid, signal);
}
