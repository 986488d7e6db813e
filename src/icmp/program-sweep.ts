// A sweep by the system's ping, a program for each host: for users who may open no socket of their own.

import { inetText } from '../address/ip.ts';
import type { Clock } from '../clock.ts';
import type { EchoMethod } from './echo.ts';
import type { EchoSweepOptions, EchoSweepResult } from './echo-sweep.ts';
import { SweepTable } from './sweep-table.ts';

/** Programs at a time. */
const AT_ONCE = 32;
const INTERVAL_MS = 1000;

/** The same as a sweep over a wire, slower. Rejects like `echo`. */
export async function sweepBySystemPing(
  echo: EchoMethod,
  options: EchoSweepOptions & { readonly dscp: number },
  clock: Clock,
  signal: AbortSignal,
  onProgress: (sent: number, received: number) => void,
): Promise<EchoSweepResult> {
  const { hosts, rounds, repeatAnswered, waitMs, dataBytes, dscp } = options;
  const table = new SweepTable(hosts);
  const startedAt = clock.now();
  let [next, requestsSent, usedRounds, complete] = [0, 0, 0, true];
  const askOne = async (position: number): Promise<void> => {
    // By itself each time, so that who answers is not asked again.
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const request = { addresses: [inetText(hosts.bytesAt(position))], count: 1, intervalMs: INTERVAL_MS };
      const result = await echo({ ...request, waitMs, dataBytes, dscp }, clock, signal);
      const host = result.hosts[0];
      if (host === undefined || !result.complete) complete = false;
      if (host === undefined || host.sent === 0) {
        if (!signal.aborted) table.couldNotAsk(position, host?.sendError ?? 'unknown');
        return;
      }
      requestsSent += host.sent;
      usedRounds = Math.max(usedRounds, round + 1);
      const now = clock.now();
      table.asks(position, round, now);
      for (const error of host.errors) table.refused(position, error);
      const [rtt] = host.rttsMs;
      if (rtt !== undefined) table.answered(position, round, now + rtt);
      onProgress(requestsSent, table.answeredCount);
      if (!repeatAnswered && (rtt !== undefined || host.errors.length > 0)) return;
    }
  };
  const worker = async (): Promise<void> => {
    while (next < hosts.size && !signal.aborted) await askOne(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const elapsedMs = clock.now() - startedAt;
  return {
    table: table.ended(null),
    requestsSent,
    rounds: usedRounds,
    elapsedMs,
    waitedMs: 0,
    kernelDrops: null,
    dropsMadeUp: false,
    complete: complete && !signal.aborted,
  };
}
