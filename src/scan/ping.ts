// --ping: echo requests to one host, by a raw socket where there is one, else by the system's ping.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import { type EchoMethod, type EchoResult, type ReportedError, socketEcho } from '../icmp/index.ts';
import type { PingStep } from '../plan/index.ts';
import type { Instruments } from './instruments.ts';

export async function scanPing(
  step: PingStep,
  address: string,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const { echo, method, methodNote } = chooseMethod(step, address, instruments);
  const request = {
    address,
    count: step.count,
    intervalMs: step.intervalSeconds * 1000,
    waitMs: step.waitSeconds * 1000,
  };
  let result: EchoResult;
  try {
    result = await echo(request, clock, signal, (sent, received) => tell({ event: 'echoes', sent, received }));
  } catch (error) {
    const because = `ping did not work: ${(error as Error).message}`;
    const hint = 'install ping (apt-get install iputils-ping), or run as root';
    return [{ kind: 'skipped', check: 'ping', target: step.target, because, hint }];
  }
  if (result.sent === 0 || (result.sendError !== null && result.received === 0 && result.errors.length === 0)) {
    const because = `no echo request could be sent to ${address}${result.sendError === null ? '' : ` (${result.sendError})`}`;
    const hint = `see how this machine would reach it: ip route get ${address}`;
    return [{ kind: 'skipped', check: 'ping', target: step.target, because, hint }];
  }
  return [
    {
      kind: 'echo',
      host: step.host,
      address,
      method,
      methodNote,
      sent: result.sent,
      received: result.received,
      duplicates: result.duplicates,
      rttMs: summarise(result.rttsMs),
      errors: countErrors(result.errors),
      complete: result.complete,
    },
  ];
}

interface ChosenMethod {
  readonly echo: EchoMethod;
  readonly method: EvidenceOf<'echo'>['method'];
  readonly methodNote: string | null;
}

function chooseMethod(step: PingStep, address: string, instruments: Instruments): ChosenMethod {
  const socket = instruments.icmp(step, address.includes(':') ? 6 : 4);
  if (!socket.ok) {
    const methodNote = `by the system's ping: ${socket.because}`;
    return { echo: instruments.systemPing(step.interfaceName), method: 'system-ping', methodNote };
  }
  const identifier = Math.floor(instruments.random() * 0x1_0000);
  return { echo: socketEcho(socket.value, identifier), method: 'raw-socket', methodNote: null };
}

/** null when there is nothing to summarise; the standard deviation is the population's, as ping(8) gives it. */
function summarise(rttsMs: readonly number[]): EvidenceOf<'echo'>['rttMs'] {
  if (rttsMs.length === 0) return null;
  const mean = rttsMs.reduce((sum, rtt) => sum + rtt, 0) / rttsMs.length;
  const variance = rttsMs.reduce((sum, rtt) => sum + (rtt - mean) ** 2, 0) / rttsMs.length;
  const round = (value: number): number => Math.round(value * 1000) / 1000;
  return {
    min: round(Math.min(...rttsMs)),
    mean: round(mean),
    max: round(Math.max(...rttsMs)),
    stddev: round(Math.sqrt(variance)),
  };
}

function countErrors(errors: readonly ReportedError[]): EvidenceOf<'echo'>['errors'] {
  const counted = new Map<string, EvidenceOf<'echo'>['errors'][number]>();
  for (const { from, type, code } of errors) {
    const key = `${from} ${type} ${code}`;
    counted.set(key, { from, type, code, count: (counted.get(key)?.count ?? 0) + 1 });
  }
  return [...counted.values()];
}
