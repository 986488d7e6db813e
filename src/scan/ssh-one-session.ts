// --idle-timeout user@host where somebody has to type for a login: one session at a time, and few in all.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { Finding } from '../evidence.ts';
import type { IdleTimeoutStep } from '../plan/index.ts';
import type { Sessions } from '../session/index.ts';
import { sshIdentification } from '../ssh/index.ts';
import {
  type AskableConnection,
  type Dial,
  type Endpoint,
  type LadderLimits,
  type LadderResult,
  measureOneByOne,
  type Witness,
} from '../tcp/index.ts';
import { tellFarSettings } from './far-settings.ts';
import { tellLadder } from './idle-timeout.ts';
import type { Instruments } from './instruments.ts';
import { tellKeepalive, tellOpen, within } from './ssh-tell.ts';
import { idleTeller } from './tell-idle.ts';

/** What measuring through sessions needs, be they several or one. */
export interface Measuring {
  readonly idleStep: IdleTimeoutStep;
  readonly endpoint: Endpoint;
  readonly sessions: Sessions;
  readonly instruments: Instruments;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly tell: (observation: StepObservation) => void;
}

/** null when nobody was let in. */
export async function measureOneSession(
  { idleStep, endpoint, sessions, instruments, clock, signal, tell }: Measuring,
  dial: Dial<AskableConnection>,
  wished: LadderLimits,
  witness: Witness | string,
): Promise<Finding[] | null> {
  const { host, port } = idleStep;
  const { address } = endpoint;
  const limits = { ...wished, connections: 1 };
  const tellers = {
    outbound: idleTeller(idleStep, 'outbound', limits, clock, tell),
    inbound: idleTeller(idleStep, 'inbound', limits, clock, tell),
  };
  const options = {
    endpoint,
    limits,
    reach: instruments.dial,
    isKeptAwake: () => sessions.serverKeepalive(1) !== null,
    onConnected: (greeting: Uint8Array, connectMs: number) =>
      tell({ event: 'connected', host, port, address, connectMs, greeting: sshIdentification(greeting) }),
  };
  const measured = await measureOneByOne(dial, options, clock, signal, (direction, observation) =>
    tellers[direction](observation),
  );
  if (!measured.connected) return signal.aborted ? [] : null;
  const keepalive = sessions.serverKeepalive(1);
  const { greeting, connectMs, outbound, inbound } = measured;
  const ladder = (direction: 'outbound' | 'inbound', result: LadderResult): Finding => ({
    ...within(tellLadder(idleStep, address, direction, result, { hops: null, witness }), keepalive),
    oneByOne: true,
  });
  return [
    tellOpen(idleStep, address, connectMs, greeting),
    ladder('outbound', outbound),
    ...(inbound === null ? [] : [ladder('inbound', inbound)]),
    ...tellKeepalive(idleStep, address, keepalive),
    ...(sessions.survey === null ? [] : tellFarSettings(host, sessions.survey, null)),
  ];
}
