// The path MTU as evidence, and where large packets vanish if they do.

import type { EvidenceOf, Finding } from '../evidence.ts';
import { findPathMtu, findVanishingPoint, type PathMtu, type TracedPath, type WayOut } from '../path/index.ts';
import { type PathRun, patience } from './path-run.ts';
import { whyUnsent } from './unsent.ts';

/** RFC 791 and RFC 8200. */
const LEAST_MTU_BYTES = { 4: 576, 6: 1280 } as const;
const LARGEST_PACKET_BYTES = 0xffff;

/** Empty when this machine's own interface can't be told. @throws what the way of asking failed with. */
export async function scanPathMtu(
  { step, address, ways, trace, clock, signal, tell }: PathRun,
  wayOut: WayOut | null,
  tracing: Promise<TracedPath>,
): Promise<Finding[]> {
  if (wayOut === null || signal.aborted) return [];
  tell({ event: 'path-stage', stage: 'mtu' });
  const leastBytes = LEAST_MTU_BYTES[address.includes(':') ? 6 : 4];
  const interfaceMtuBytes = Math.min(LARGEST_PACKET_BYTES, wayOut.mtuBytes);
  const { routeMtuBytes } = wayOut;
  const isLimited = routeMtuBytes !== null && routeMtuBytes < interfaceMtuBytes;
  const waitMs = step.waitSeconds * 1000;
  const mtu = await findPathMtu(ways.echo, { interfaceMtuBytes, leastBytes, waitMs }, clock, signal);
  // Hops are asked for errors by the trace, too, and send only so many.
  const { tcp } = await tracing;
  const failedBytes = mtu.isBlackHole && !signal.aborted ? mtu.failed?.bytes : undefined;
  if (failedBytes !== undefined) tell({ event: 'path-stage', stage: 'vanishing-point' });
  const vanishes =
    failedBytes === undefined
      ? null
      : await findVanishingPoint(
          ways.echo,
          { hops: trace.hopsOnTheWay, sizeBytes: failedBytes, waitMs: patience(waitMs, trace.roundTripMs) },
          clock,
          signal,
        );
  return [
    {
      kind: 'path-mtu',
      host: step.host,
      address,
      ...ways.echoWay,
      interface: wayOut.interfaceName,
      interfaceMtuBytes,
      ...(isLimited ? { routeMtuBytes } : {}),
      ...figures(mtu, wayOut, address, signal.aborted),
      vanishes,
      peerMssBytes: tcp?.mssBytes ?? null,
      complete: !signal.aborted,
    },
  ];
}

type Figures = Pick<
  EvidenceOf<'path-mtu'>,
  'mtuBytes' | 'reportedBy' | 'reportedMtuBytes' | 'isBlackHole' | 'passed' | 'failed' | 'unmeasuredBecause'
>;

function figures(mtu: PathMtu, { sourceAddress }: WayOut, address: string, isInterrupted: boolean): Figures {
  const { mtuBytes, reported, isBlackHole, passedBytes, passedTimes, failed } = mtu;
  return {
    mtuBytes,
    // What our own interface refuses is said by this machine.
    reportedBy: reported === null ? null : (reported.from ?? sourceAddress),
    reportedMtuBytes: reported?.mtuBytes ?? null,
    isBlackHole,
    passed: passedBytes === null ? null : { bytes: passedBytes, times: passedTimes },
    failed,
    unmeasuredBecause: isInterrupted && mtuBytes === null ? 'it was interrupted' : unmeasuredBecause(mtu, address),
  };
}

function unmeasuredBecause(
  { mtuBytes, isAnswered, passedBytes, failed, unsentBecause }: PathMtu,
  address: string,
): string | null {
  if (mtuBytes === null && unsentBecause !== null) {
    return `this machine did not send every packet (${whyUnsent(unsentBecause, address).why})`;
  }
  if (passedBytes === null && isAnswered) {
    const least = failed === null ? 'large ones' : `those of ${failed.bytes} bytes or more`;
    return `small echo requests are answered, and ${least} are not: they may be too large for the path, too much may be lost, or something drops large echo requests`;
  }
  if (passedBytes === null) {
    return 'the host answers no echo request, and large TCP segments can not be sent to a service without logging in';
  }
  return mtuBytes === null ? 'too much was lost to tell what is too large from what was lost' : null;
}
