// --ping: echo requests to one host, and to the first router on the way at the same times, so that loss before it can be told
// from loss beyond.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import { type EchoMethod, type EchoResult, type HostEcho, isOwnRejection, wireEcho } from '../icmp/index.ts';
import type { PingStep, PingSweepStep } from '../plan/index.ts';
import { REJECTED_HERE } from '../tcp/index.ts';
import { countErrors, summarise } from './echo-figures.ts';
import type { FirstHop, Instruments } from './instruments.ts';
import { seldom } from './seldom.ts';
import { partlyUnsent, whyUnsent } from './unsent.ts';

/** So often events are told one by one. */
const TOLD_EACH_SECONDS = 0.1;

export async function scanPing(
  step: PingStep,
  address: string,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const { echo, method, methodNote } = chooseMethod(step, address, instruments);
  const hop = instruments.firstHop(address, step);
  const gateway = step.besideGateway && hop !== null && hop.gateway !== address ? hop.gateway : null;
  const request = {
    addresses: gateway === null ? [address] : [address, inZone(gateway, hop?.interfaceIndex ?? 0)],
    count: step.count,
    intervalMs: step.intervalSeconds * 1000,
    waitMs: step.waitSeconds * 1000,
    dataBytes: step.dataBytes,
    dscp: step.dscp,
  };
  const tellAll = ([sent, received]: readonly [number, number]): void => tell({ event: 'echoes', sent, received });
  const tellSome = step.intervalSeconds < TOLD_EACH_SECONDS ? seldom(clock, tellAll) : tellAll;
  let result: EchoResult;
  try {
    result = await echo(request, clock, signal, (sent, received) => tellSome([sent, received]));
  } catch (error) {
    return [pingFailed(step, error as Error)];
  }
  const [host, beside] = result.hosts;
  const ownAddress = instruments.wayOut(address, step.interfaceName)?.sourceAddress ?? null;
  const isRejected = host !== undefined && isRejectedHere(host, ownAddress);
  if (host === undefined || isRejected || isUnsent(host)) {
    if (signal.aborted && host?.sendError === null) return [];
    const { why, hint } = whyUnsent(isRejected ? REJECTED_HERE : (host?.sendError ?? 'unknown'), address);
    const because = `no echo request could be sent to ${address} (${why})`;
    return [{ kind: 'skipped', check: 'ping', target: step.target, because, hint }];
  }
  return [
    {
      kind: 'echo',
      host: step.host,
      address,
      method,
      methodNote,
      ...figuresOf(host),
      duplicates: host.duplicates,
      reordered: host.reordered,
      ...seriesOf(host),
      intervalSeconds: step.intervalSeconds,
      sizeBytes: step.dataBytes,
      dscp: step.dscp,
      hopLimits: host.hopLimits.map((each) => ({ ...each })),
      hopLimitChanges: host.hopLimitChanges,
      kernelDrops: result.kernelDrops,
      link: hop === null ? null : tellLink(hop),
      gateway:
        gateway === null || beside === undefined || isUnsent(beside)
          ? null
          : { address: gateway, ...figuresOf(beside) },
      errors: countErrors(host.errors),
      complete: result.complete,
    },
    ...partlyUnsent(
      step,
      `of ${host.sent + host.unsent} echo requests to ${address} could not be sent`,
      { count: host.unsent, reason: host.sendError },
      address,
    ),
  ];
}

/** Link-local addresses (RFC 4291), as gateways of IPv6 have, are told with the interface that they are on (RFC 4007). */
function inZone(gateway: string, interfaceIndex: number): string {
  return /^fe[89ab][0-9a-f]:/i.test(gateway) ? `${gateway}%${interfaceIndex}` : gateway;
}

function isUnsent({ sent, received, sendError, errors }: HostEcho): boolean {
  return sent === 0 || (sendError !== null && received === 0 && errors.length === 0);
}

/** The system's ping tells of the error with which a rule of this machine's rejects, and not that sending failed. */
function isRejectedHere({ received, errors }: HostEcho, ownAddress: string | null): boolean {
  return received === 0 && errors.length > 0 && errors.every((error) => isOwnRejection(error, ownAddress));
}

type Figures = Pick<EvidenceOf<'echo'>, 'sent' | 'received' | 'unsettled' | 'longestLossRun' | 'rttMs'>;

function figuresOf({ sent, received, unsettled, longestLossRun, rttsMs }: HostEcho): Figures {
  return { sent, received, unsettled, longestLossRun, rttMs: summarise(rttsMs) };
}

/** More than these would make a report of nothing else, and are no picture any more. */
const LONGEST_SERIES = 1000;

/** To the microsecond, which is finer than a kernel's time stamps. */
function seriesOf({ series }: HostEcho): Pick<EvidenceOf<'echo'>, 'rttSeriesMs'> {
  if (series.length === 0 || series.length > LONGEST_SERIES) return {};
  return { rttSeriesMs: series.map((rtt) => (rtt === null ? null : Number(rtt.toFixed(3)))) };
}

function tellLink({ interfaceName, gateway, wireless, signalDbm }: FirstHop): EvidenceOf<'echo'>['link'] {
  return { interface: interfaceName, gateway, wireless, signalDbm };
}

interface ChosenMethod {
  readonly echo: EchoMethod;
  readonly method: EvidenceOf<'echo'>['method'];
  readonly methodNote: string | null;
}

function chooseMethod(step: PingStep, address: string, instruments: Instruments): ChosenMethod {
  const wire = instruments.echoWire(step, address.includes(':') ? 6 : 4);
  if (!wire.ok) {
    const methodNote = `by the system's ping: ${wire.because}`;
    return { echo: instruments.systemPing(step.interfaceName), method: 'system-ping', methodNote };
  }
  return { echo: wireEcho(wire.value, instruments.random), method: wire.value.kind, methodNote: null };
}

/** There is no ping program, or it does not do what is asked of it. */
export function pingFailed({ target }: PingStep | PingSweepStep, { message }: Error): Finding {
  const because = `ping did not work: ${message}`;
  const hint =
    "install ping (apt-get install iputils-ping), run as root, or allow ping sockets (sysctl net.ipv4.ping_group_range='0 2147483647')";
  return { kind: 'skipped', check: 'ping', target, because, hint };
}
