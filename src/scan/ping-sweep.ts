// --ping of a network: who answers, how fast and how reliably, told in ranges so that a /16 fits on a page.

import { uint32ToIpv4 } from '../address/ipv4.ts';
import { Ipv4Set } from '../address/ipv4-set.ts';
import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import {
  type EchoSweepResult,
  echoSweep,
  ipv4Hosts,
  listedHosts,
  type SweptHost,
  sweepBySystemPing,
} from '../icmp/index.ts';
import type { PingSweepStep } from '../plan/index.ts';
import { countErrors, meanOf, median, toMicroseconds } from './echo-figures.ts';
import type { Instruments } from './instruments.ts';
import { pingFailed } from './ping.ts';
import { seldom } from './seldom.ts';
import { partlyUnsent } from './unsent.ts';

/** Hosts that are told one by one. */
const SLOWEST_TOLD = 10;
const LOSSY_TOLD = 20;

export async function scanPingSweep(
  step: PingSweepStep,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const { hosts } = step;
  const isIpv4 = hosts instanceof Ipv4Set;
  const wire = instruments.echoWire(step, isIpv4 ? 4 : 6);
  const options = {
    hosts: isIpv4 ? ipv4Hosts(hosts) : listedHosts(hosts),
    rounds: step.rounds,
    repeatAnswered: step.repeatAnswered,
    ratePerSecond: step.ratePerSecond,
    waitMs: step.waitSeconds * 1000,
    dataBytes: step.dataBytes,
  };
  const tellSome = seldom(clock, ([sent, received]: readonly [number, number]) =>
    tell({ event: 'echoes', sent, received }),
  );
  const onProgress = (sent: number, received: number): void => tellSome([sent, received]);
  if (wire.ok) {
    const result = await echoSweep(wire.value, options, clock, signal, instruments.random, onProgress);
    return [tellSweep(step, result, wire.value.kind, null), ...tellForbidden(step, result)];
  }
  try {
    const echo = instruments.systemPing(step.interfaceName);
    const result = await sweepBySystemPing(echo, { ...options, dscp: step.dscp }, clock, signal, onProgress);
    return [tellSweep(step, result, 'system-ping', `by the system's ping: ${wire.because}`)];
  } catch (error) {
    return [pingFailed(step, error as Error)];
  }
}

/** What else could not be asked, a full neighbour table above all, is told by its number: it comes of asking so many. */
function tellForbidden({ target }: PingSweepStep, { table }: EchoSweepResult): Finding[] {
  const reason = 'EPERM';
  const count = table.notAsked().get(reason) ?? 0;
  return partlyUnsent(
    { check: 'ping', target },
    `of ${table.size} addresses could not be asked`,
    { count, reason },
    target,
  );
}

function tellSweep(
  step: PingSweepStep,
  { table, ...result }: EchoSweepResult,
  method: EvidenceOf<'echo-sweep'>['method'],
  methodNote: string | null,
): Finding {
  const told = Array.from({ length: table.size }, (_, position) => table.at(position));
  const answered = told.filter((host) => host.answered > 0);
  const lossy = answered.filter((host) => host.answered < host.asked);
  const rttsMs = table.rttsMs();
  const ip = ({ position }: SweptHost): string => addressAt(step.hosts, position);
  const slowest = answered.toSorted((a, b) => (b.slowestMs ?? 0) - (a.slowestMs ?? 0)).slice(0, SLOWEST_TOLD);
  return {
    kind: 'echo-sweep',
    target: step.target,
    interface: step.interfaceName,
    method,
    methodNote,
    sizeBytes: step.dataBytes,
    dscp: step.dscp,
    addressesAsked: told.filter(({ asked }) => asked > 0).length,
    addressesAnswered: answered.length,
    asked: rangesOf(
      step.hosts,
      told.filter(({ asked }) => asked > 0),
    ),
    answered: rangesOf(step.hosts, answered),
    requestsSent: result.requestsSent,
    duplicates: table.duplicates,
    rounds: result.rounds,
    tookSeconds: toMicroseconds(result.elapsedMs / 1000),
    waitedSeconds: toMicroseconds(result.waitedMs / 1000),
    atFullSpeed: step.ratePerSecond === null && method !== 'system-ping',
    rttMs:
      rttsMs.length === 0
        ? null
        : {
            min: toMicroseconds(rttsMs[0] as number),
            median: toMicroseconds(median(rttsMs)),
            mean: toMicroseconds(meanOf(rttsMs)),
            max: toMicroseconds(rttsMs.at(-1) as number),
          },
    slowest: slowest.map((host) => ({ ip: ip(host), rttMs: toMicroseconds(host.slowestMs ?? 0) })),
    lossy: lossy
      .toSorted((a, b) => b.asked - b.answered - (a.asked - a.answered))
      .slice(0, LOSSY_TOLD)
      .map((host) => ({ ip: ip(host), asked: host.asked, answered: host.answered })),
    lossyHosts: lossy.length,
    errors: countErrors(table.errors()),
    notAsked: [...table.notAsked()].map(([code, addresses]) => ({ code, addresses })),
    kernelDrops: result.kernelDrops,
    dropsMadeUp: result.dropsMadeUp,
    complete: result.complete,
  };
}

function addressAt(hosts: PingSweepStep['hosts'], position: number): string {
  return hosts instanceof Ipv4Set ? hosts.at(position) : (hosts[position] as string);
}

/** Neighbours together: `10.0.0.1-10.0.0.9`. Addresses of IPv6 are neighbours by their place in the list. */
function rangesOf(hosts: PingSweepStep['hosts'], told: readonly SweptHost[]): string[] {
  if (hosts instanceof Ipv4Set) {
    const values = told.map(({ position }) => hosts.valueAt(position));
    const { ranges } = new Ipv4Set(values.map((value) => ({ first: value, last: value })));
    return ranges.map(({ first, last }) => range(uint32ToIpv4(first), uint32ToIpv4(last)));
  }
  const runs: { first: number; last: number }[] = [];
  for (const { position } of told) {
    const run = runs.at(-1);
    if (run !== undefined && run.last === position - 1) run.last = position;
    else runs.push({ first: position, last: position });
  }
  return runs.map(({ first, last }) => range(hosts[first] as string, hosts[last] as string));
}

function range(first: string, last: string): string {
  return first === last ? first : `${first}-${last}`;
}
