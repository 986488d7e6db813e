// When this machine had no way to an address: its interface was down, its own address or the route was gone. What the system's ping
// could not send then it counts as lost, and prints nothing.

import type { Clock } from '../clock.ts';

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Asking the kernel sends nothing and costs 50 microseconds. */
const LOOK_MS = 100;

/** Looks until `done`; in milliseconds since now. Where there seemed to be no way from the start, none: then it can't be told. */
export async function watchRoute(hasRoute: () => boolean, clock: Clock, done: AbortSignal): Promise<readonly Span[]> {
  const startedAt = clock.now();
  if (!hasRoute()) return [];
  const spans: { fromMs: number; toMs: number }[] = [];
  let [lastLookMs, wasThere] = [0, true];
  while (!done.aborted) {
    await clock.sleep(LOOK_MS, done);
    const [nowMs, isThere] = [clock.now() - startedAt, hasRoute()];
    if (!isThere && wasThere) spans.push({ fromMs: lastLookMs, toMs: nowMs });
    const span = spans.at(-1);
    if (span !== undefined && !(isThere && wasThere)) span.toMs = nowMs;
    [lastLookMs, wasThere] = [nowMs, isThere];
  }
  return spans;
}
