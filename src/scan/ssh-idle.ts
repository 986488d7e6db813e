// --idle-timeout user@host: both ladders through sessions that the user's own ssh logs in, one direction after the other,
// because there are few of them.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { Finding } from '../evidence.ts';
import type { IdleTimeoutStep, SshIdleTimeoutStep } from '../plan/index.ts';
import type { FirstHop, Refusal, ServerKeepalive } from '../session/index.ts';
import { sshIdentification } from '../ssh/index.ts';
import {
  type Bracket,
  type IdleMeasurement,
  type IdleObservation,
  type LadderLimits,
  type LadderResult,
  measureIdleTimeout,
  measureInbound,
} from '../tcp/index.ts';
import { askFarSettings } from './far-settings.ts';
import { scanIdleTimeout, tellBeside, tellLadder, tellUnconnected, witnessTo } from './idle-timeout.ts';
import { wishes } from './inbound.ts';
import type { Instruments } from './instruments.ts';
import { type Measuring, measureOneSession } from './ssh-one-session.ts';
import { tellKeepalive, tellOpen, within } from './ssh-tell.ts';
import { idleTeller } from './tell-idle.ts';
import { withAddress } from './with-address.ts';

/** Every session has greeted when it has logged in. */
const GREETING_MS = 0;
const GLANCE_MS = 500;
/** Of the server's keepalive interval, how long a session may idle without meeting one. */
const BELOW_KEEPALIVE = 0.8;
/** Longer than what was too long in the other direction, to confirm it in the same pass. */
const CONFIRMING = 1.05;

export async function scanSshIdle(
  step: SshIdleTimeoutStep,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const found = await instruments.ssh.firstHop(step.login, signal);
  if (signal.aborted) return [];
  if (!found.ok) return [skipped(step, found), ...(await withoutLogin(step, instruments, clock, signal, tell))];
  const { hop } = found;
  const beyond = hop.wayTo === null ? [] : [skipped(step, notBeyond(hop))];
  const what = { check: 'idle-timeout', target: step.target, host: hop.hostname } as const;
  const measured = await withAddress(what, instruments, signal, (address) =>
    measureSessions(step, hop, address, instruments, clock, signal, tell),
  );
  return [...measured, ...beyond];
}

async function measureSessions(
  step: SshIdleTimeoutStep,
  hop: FirstHop,
  address: string,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const { port } = hop;
  const host = hop.wayTo === null ? step.host : hop.hostname;
  const idleStep: IdleTimeoutStep = {
    ...step,
    check: 'idle-timeout',
    host,
    port,
    connections: step.sessions,
    partnerConnections: step.sessions,
    deep: false,
  };
  const source = await instruments.ssh.sourceAddress(hop, address);
  if (!source.ok) return [skipped(step, source)];
  const endpoint = { address, port, interfaceName: step.interfaceName, sourceAddress: source.address };
  const witness = witnessTo(step, address, port, instruments);
  const sessions = instruments.ssh.sessions(hop.login);
  const limits: LadderLimits = {
    ...wishes(idleStep),
    connections: step.sessions - 1,
    replaced: true,
    deadlineSeconds: null,
  };
  const measuring = { idleStep, endpoint, sessions, instruments, clock, signal, tell };
  const far = { settings: null as Promise<Finding[]> | null };
  const askFar = (): void => {
    far.settings ??= askFarSettings(host, endpoint, sessions, step.maxIdleSeconds, signal);
  };
  const outbound = await measureOutbound(measuring, limits, askFar);
  if (!outbound.connected) {
    if (signal.aborted) return [];
    if (outbound.reason === 'login' && sessions.refusal !== null) {
      const asking = sessions.refusal.isDenied
        ? sessions.askingDial((isOver) => tell({ event: 'asking', isOver }))
        : null;
      const measured = asking === null ? null : await measureOneSession(measuring, asking, limits, witness);
      if (measured !== null) return measured;
      return [skipped(step, sessions.refusal), ...(await withoutLogin(step, instruments, clock, signal, tell))];
    }
    return [tellUnconnected(idleStep, address, outbound)];
  }
  const seen = sessions.serverKeepalive();
  const below = seen === null ? limits : belowKeepalive(limits, seen);
  const inbound = signal.aborted ? null : await measureTheOtherWay(measuring, below, outbound.bracket);
  const keepalive = sessions.serverKeepalive();
  const { connectMs, greeting, hops } = outbound;
  const open = tellOpen(idleStep, address, connectMs, greeting);
  const ladder = (direction: 'outbound' | 'inbound', result: LadderResult): Finding =>
    within(tellLadder(idleStep, address, direction, result, { hops, witness }), keepalive);
  return [
    open,
    ladder('outbound', outbound),
    ...tellBeside(idleStep, address, outbound),
    ...(inbound === null ? [] : [ladder('inbound', inbound)]),
    ...tellKeepalive(idleStep, address, keepalive),
    ...((await far.settings) ?? []),
  ];
}

/** Ends early where the server's own keepalives leave nothing to be seen, and asks what they do leave. */
async function measureOutbound(
  measuring: Measuring,
  limits: LadderLimits,
  onConnected: () => void,
): Promise<IdleMeasurement> {
  const { sessions, clock, signal } = measuring;
  const enough = new AbortController();
  const over = new AbortController();
  let hasDied = false;
  const watch = async (): Promise<void> => {
    while (!over.signal.aborted && !enough.signal.aborted) {
      if (!hasDied && sessions.serverKeepalive() !== null) enough.abort();
      await clock.sleep(GLANCE_MS, over.signal);
    }
  };
  void watch();
  const measured = await climb(measuring, limits, enough.signal, onConnected, (observation) => {
    if (observation.event === 'rung') hasDied ||= !['alive', 'inconclusive'].includes(observation.measured.outcome);
  });
  over.abort();
  const keepalive = sessions.serverKeepalive();
  if (!measured.connected || signal.aborted || keepalive === null || measured.rungs.length > 0) return measured;
  const again = await climb(measuring, belowKeepalive(limits, keepalive), new AbortController().signal, () => {});
  return again.connected ? again : measured;
}

function climb(
  { idleStep, endpoint, sessions, instruments, clock, signal, tell }: Measuring,
  limits: LadderLimits,
  enough: AbortSignal,
  onConnected: () => void,
  see: (observation: IdleObservation) => void = () => {},
): Promise<IdleMeasurement> {
  const { host, port } = idleStep;
  const { address } = endpoint;
  const tellIdle = idleTeller(idleStep, 'outbound', limits, clock, tell);
  const options = {
    endpoint,
    greetingMs: GREETING_MS,
    limitsFor: () => limits,
    partnerDialFor: () => sessions.partnerDial,
    onGreeting: (greeting: Uint8Array, connectMs: number) => {
      tell({ event: 'connected', host, port, address, connectMs, greeting: sshIdentification(greeting) });
      onConnected();
    },
    knownSeconds: instruments.knownIdleSeconds,
    enough,
  };
  return measureIdleTimeout(sessions.dial, options, clock, signal, (observation) => {
    see(observation);
    tellIdle(observation);
  });
}

function measureTheOtherWay(
  { idleStep, endpoint, sessions, instruments, clock, signal, tell }: Measuring,
  limits: LadderLimits,
  { survivedSeconds, expiredSeconds }: Bracket,
): Promise<LadderResult | null> {
  const { maxIdleSeconds } = idleStep;
  const firstTimes =
    expiredSeconds === null
      ? {}
      : { firstTimes: [survivedSeconds ?? 1, expiredSeconds, expiredSeconds * CONFIRMING, maxIdleSeconds] };
  const options = {
    endpoint,
    limits,
    knownSeconds: instruments.knownIdleSeconds,
    mayNarrowOn: () => true,
    ...firstTimes,
  };
  const tellIdle = idleTeller(idleStep, 'inbound', limits, clock, tell);
  return measureInbound(sessions.partnerDial, options, clock, signal, tellIdle);
}

function belowKeepalive(limits: LadderLimits, { intervalSeconds }: ServerKeepalive): LadderLimits {
  return { ...limits, maxIdleSeconds: Math.min(limits.maxIdleSeconds, intervalSeconds * BELOW_KEEPALIVE) };
}

/** What can be learned where nobody can log in, if that was planned. */
async function withoutLogin(
  { withoutLogin: step }: SshIdleTimeoutStep,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  if (step === null) return [];
  return withAddress(step, instruments, signal, (address) =>
    scanIdleTimeout(step, address, instruments, clock, signal, tell),
  );
}

function notBeyond({ login: { destination } }: FirstHop): Refusal {
  return {
    because: `it is reached through the jump host ${destination}: only the way to that one was measured, through sessions there`,
    hint: `for the way beyond it, run netcheck on ${destination}`,
  };
}

function skipped({ target }: SshIdleTimeoutStep, { because, hint }: Refusal): Finding {
  return { kind: 'skipped', check: 'idle-timeout', target, because, hint };
}
