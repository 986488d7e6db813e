// The edge to the person: a status line and log lines on stderr, and the keys that interrupt.

import type { Clock } from './clock.ts';
import { type RunningStep, renderProgress } from './report/progress.ts';

const REDRAW_MS = 200;
const ERASE_LINE = '\r\x1b[K';

/** Redraws one line on a terminal until it is closed; draws nothing anywhere else. */
export class StatusLine {
  readonly #stderr: NodeJS.WriteStream;
  readonly #running = new Map<object, RunningStep>();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(stderr: NodeJS.WriteStream, enabled: boolean, clock: Clock, worstCaseSeconds: number) {
    this.#stderr = stderr;
    if (!enabled || !stderr.isTTY) return;
    const startedAt = clock.now();
    this.#timer = setInterval(() => {
      const elapsedSeconds = (clock.now() - startedAt) / 1000;
      const steps = [...this.#running.values()];
      // A terminal that does not tell its size reports 0 columns.
      const width = (stderr.columns || 80) - 1;
      stderr.write(ERASE_LINE + renderProgress(steps, elapsedSeconds, worstCaseSeconds, width));
    }, REDRAW_MS);
  }

  show(key: object, step: RunningStep): void {
    this.#running.set(key, step);
  }

  remove(key: object): void {
    this.#running.delete(key);
  }

  close(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#stderr.write(ERASE_LINE);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Aborts at the first signal, so that a partial report can be given; a second one ends the process at once. */
export function onInterrupt(process: NodeJS.Process): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.removeListener(name, interrupt);
    },
  };
}
