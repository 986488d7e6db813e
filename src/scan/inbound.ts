// The inbound half of --idle-timeout, for a peer that is a partner (netcheck serve): it is measured beside the outbound
// half, with a share of the same connections and within its time.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { IdleTimeoutStep } from '../plan/index.ts';
import { CONNECTIONS_PER_SOURCE } from '../serve/index.ts';
import { type LadderLimits, type LadderResult, measureInbound } from '../tcp/index.ts';
import type { Instruments } from './instruments.ts';
import { idleTeller } from './tell-idle.ts';

/** Of what the partner holds for one source, leaving some for others behind the same NAT. */
const MOST_CONNECTIONS = CONNECTIONS_PER_SOURCE / 2;
/**
 * The outbound ladder must stay fine enough to be done after two passes though a third of its own is kept for the search of
 * the hop (beside.ts); the inbound one may be coarser.
 */
const INBOUND_SHARE = 0.28;
const CONTROLS = 2;

/** How many connections each direction may open beside its control. */
export function shareConnections(connections: number): { readonly outbound: number; readonly inbound: number } {
  const both = Math.min(connections, MOST_CONNECTIONS) - CONTROLS;
  const inbound = Math.floor(both * INBOUND_SHARE);
  // Too few for two controls: then only what needs no partner is asked.
  return inbound === 0 ? { outbound: connections - 1, inbound } : { outbound: both - inbound, inbound };
}

/** What was asked for, whatever the peer is. */
export function wishes({
  maxIdleSeconds,
  resolutionSeconds,
  quick,
}: IdleTimeoutStep): Pick<LadderLimits, 'maxIdleSeconds' | 'resolutionSeconds' | 'quick'> {
  return { maxIdleSeconds, quick, ...(resolutionSeconds === null ? {} : { resolutionSeconds }) };
}

/** Measures until `mayNarrowOn` says that the outbound half is done; null when nothing could be asked. */
export function scanInbound(
  step: IdleTimeoutStep,
  address: string,
  { partnerDial, knownIdleSeconds }: Instruments,
  mayNarrowOn: () => boolean,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<LadderResult | null> {
  const { inbound } = shareConnections(step.partnerConnections);
  if (inbound < 1) return Promise.resolve(null);
  const limits: LadderLimits = { ...wishes(step), connections: inbound, deadlineSeconds: null };
  const endpoint = { address, port: step.port, interfaceName: step.interfaceName };
  const options = { endpoint, limits, knownSeconds: knownIdleSeconds, mayNarrowOn };
  return measureInbound(partnerDial, options, clock, signal, idleTeller(step, 'inbound', limits, clock, tell));
}
