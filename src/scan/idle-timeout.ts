// --idle-timeout: the ladder of idle connections to one port, and what the kernel's own keepalive would do there.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import type { IdleTimeoutStep, Step } from '../plan/index.ts';
import { isPartnerGreeting } from '../serve/index.ts';
import {
  sshIdentification,
  UNAUTHENTICATED_CONNECTIONS,
  UNAUTHENTICATED_IDLE_SECONDS,
  UNAUTHENTICATED_SECONDS,
} from '../ssh/index.ts';
import {
  type Beside,
  type DialFailure,
  type Hops,
  type IdleObservation,
  type IdleOptions,
  isRejectedHere,
  type LadderLimits,
  type LadderResult,
  type Level,
  measureIdleTimeout,
  REJECTED_HERE,
  type ResetOrigin,
  resetMoment,
  resetOrigin,
  type Witness,
} from '../tcp/index.ts';
import { scanInbound, shareConnections, wishes } from './inbound.ts';
import type { Instruments } from './instruments.ts';
import { round } from './milliseconds.ts';
import { idleTeller } from './tell-idle.ts';
import { whyUnsent } from './unsent.ts';

/** sshd speaks at once, but may look up our name first; other services mostly wait for the client. */
const SSH_GREETING_MS = 2000;
const GREETING_MS = 400;
const SSH_PORT = 22;

export async function scanIdleTimeout(
  step: IdleTimeoutStep,
  address: string,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const { host, port, interfaceName } = step;
  let inbound: Promise<LadderResult | null> = Promise.resolve(null);
  let isClimbing = true;
  const witness = witnessTo(step, address, port, instruments);
  let tellIdle: (observation: IdleObservation) => void = () => {};
  const options: IdleOptions = {
    endpoint: { address, port, interfaceName },
    greetingMs: mayBeSsh(step) ? SSH_GREETING_MS : GREETING_MS,
    limitsFor: (greeting) => limitsFor(step, greeting),
    partnerDialFor: (greeting) => (isPartnerGreeting(greeting) ? instruments.partnerDial : null),
    onGreeting: (greeting, connectMs) => {
      tellIdle = idleTeller(step, 'outbound', limitsFor(step, greeting), clock, tell, step.deep);
      tell({ event: 'connected', host, port, address, connectMs, greeting: sshIdentification(greeting) });
      if (!isPartnerGreeting(greeting)) return;
      inbound = scanInbound(step, address, instruments, () => isClimbing, clock, signal, tell);
    },
    onClimbed: () => {
      isClimbing = false;
    },
    knownSeconds: instruments.knownIdleSeconds,
    deep: step.deep,
  };
  const measured = await measureIdleTimeout(instruments.dial, options, clock, signal, (each) => tellIdle(each));
  isClimbing = false;
  const spokenTo = await inbound;
  const connect = { kind: 'tcp-connect', host, address, port } as const;
  if (measured.connected) {
    const greeting = sshIdentification(measured.greeting);
    const { connectMs, hops } = measured;
    const signs = { hops, witness };
    return [
      { ...connect, outcome: 'open', code: null, connectMs, greeting },
      tellLadder(step, address, 'outbound', measured, signs),
      ...tellBeside(step, address, measured),
      ...measured.deeper.flatMap(({ level, awakeHop }) => [
        tellLadder(step, address, 'outbound', level, signs, awakeHop),
        ...tellBeside(step, address, level, awakeHop),
      ]),
      ...(spokenTo === null ? [] : [tellLadder(step, address, 'inbound', spokenTo, signs)]),
    ];
  }
  if (signal.aborted) return [];
  const isRefused = ['refused', 'unreachable'].includes(measured.reason);
  const isOwn = isRefused && (await isRejectedHere(instruments.dial, options.endpoint, signal));
  return [tellUnconnected(step, address, isOwn ? { reason: 'local', code: REJECTED_HERE } : measured)];
}

/** Why nothing could be measured: what the network answered, or that it was not asked. */
export function tellUnconnected(
  { target, host, port }: IdleTimeoutStep,
  address: string,
  { reason, code }: { readonly reason: DialFailure | 'closed'; readonly code: string | null },
): Finding {
  if (reason !== 'local' && reason !== 'login') {
    return { kind: 'tcp-connect', host, address, port, outcome: reason, code, connectMs: null, greeting: null };
  }
  const { why, hint } = whyUnsent(code ?? reason, address);
  const because = `this machine could not open a connection to ${address} (${why})`;
  return { kind: 'skipped', check: 'idle-timeout', target, because, hint };
}

/** Listens from before the first connect on; why it can't, where it can't. */
export function witnessTo(step: Step, address: string, port: number, { witness }: Instruments): Witness | string {
  const opened = witness(step);
  if (!opened.ok) return `no packet socket (${opened.because}); run with sudo`;
  try {
    opened.value.listenTo(address, port);
    return opened.value;
  } catch (error) {
    return `the packet socket could not be used (${(error as Error).message})`;
  }
}

function mayBeSsh({ port, mayBeSsh: isExpected = false }: IdleTimeoutStep): boolean {
  return port === SSH_PORT || isExpected;
}

function limitsFor(step: IdleTimeoutStep, greeting: Uint8Array): LadderLimits {
  if (isPartnerGreeting(greeting)) {
    const { outbound } = shareConnections(step.partnerConnections);
    return { ...wishes(step), connections: outbound, deadlineSeconds: null };
  }
  // A silent port may be an sshd that is slow to greet: the cautious limits hold for it too.
  const isSsh = sshIdentification(greeting) !== null || (mayBeSsh(step) && greeting.length === 0);
  if (!isSsh) return { ...wishes(step), connections: step.connections - 1, deadlineSeconds: null };
  return {
    ...wishes(step),
    maxIdleSeconds: Math.min(step.maxIdleSeconds, UNAUTHENTICATED_IDLE_SECONDS),
    connections: Math.min(step.connections, UNAUTHENTICATED_CONNECTIONS) - 1,
    deadlineSeconds: UNAUTHENTICATED_SECONDS,
  };
}

/** What was measured beside the outbound ladder. */
export function tellBeside(
  { host, port }: IdleTimeoutStep,
  address: string,
  { enforcer, trial, payloadTrial }: Beside,
  awakeHop: number | null = null,
): Finding[] {
  const findings: Finding[] = [];
  if (enforcer !== null) {
    const { hop, perHop } = enforcer;
    findings.push({
      kind: 'idle-enforcer',
      host,
      peerAddress: address,
      port,
      hop,
      address: perHop.find((outcome) => outcome.hop === hop)?.address ?? null,
      ...tellAwake(awakeHop),
      heldSeconds: round(enforcer.heldSeconds),
      perHop: [...perHop],
    });
  }
  for (const tried of [trial, payloadTrial]) {
    if (tried === null) continue;
    const [lastedSeconds, silentSeconds] = [round(tried.lastedSeconds), round(tried.silentSeconds)];
    findings.push({ kind: 'keepalive-trial', host, address, port, ...tried, lastedSeconds, silentSeconds });
  }
  return findings;
}

/** By what the sender of a reset is told; `witness` may be why there is none. */
interface ResetSigns {
  readonly hops: Hops | null;
  readonly witness: Witness | string;
}

export function tellLadder(
  step: IdleTimeoutStep,
  address: string,
  direction: EvidenceOf<'idle-timeout'>['direction'],
  measured: LadderResult & Partial<Pick<Level, 'despiteKeepalives'>>,
  { hops, witness }: ResetSigns,
  awakeHop: number | null = null,
): Omit<EvidenceOf<'idle-timeout'>, 'id'> {
  const { bracket, limits, despiteKeepalives = false } = measured;
  const wantedSeconds = step.wantedIdleSeconds ?? step.maxIdleSeconds;
  const idle: Omit<EvidenceOf<'idle-timeout'>, 'id'> = {
    kind: 'idle-timeout',
    host: step.host,
    address,
    port: step.port,
    transport: limits.deadlineSeconds === null && !limits.replaced ? 'tcp' : 'ssh',
    ...(limits.replaced ? { loggedIn: true, login: step.target } : {}),
    direction,
    ...tellAwake(awakeHop),
    survivedSeconds: round(bracket.survivedSeconds),
    expiredSeconds: round(bracket.expiredSeconds),
    onExpiry: bracket.onExpiry,
    resetAt: resetMoment(measured.rungs, bracket),
    ...tellOrigin(resetOrigin(measured.rungs, bracket, hops, witness)),
    despiteKeepalives: bracket.onExpiry === null || bracket.onExpiry === 'closed-by-peer' ? null : despiteKeepalives,
    deaths: bracket.deaths,
    maxIdleSeconds: wantedSeconds,
    limitedTo:
      limits.maxIdleSeconds < wantedSeconds ? { seconds: limits.maxIdleSeconds, because: whyLess(step, limits) } : null,
    control: {
      outages: measured.outages.map(({ fromSeconds, toSeconds }) => ({
        fromSeconds: round(fromSeconds),
        toSeconds: round(toSeconds),
      })),
      ended: measured.controlEnding?.how ?? null,
      speaks: measured.controlSpeaks,
      ...(measured.keepalivesLost === undefined ? {} : { keepalivesLost: measured.keepalivesLost }),
      ...(measured.keepalivesAnswered === undefined ? {} : { keepalivesAnswered: false as const }),
    },
    suspensions: measured.suspensions.map(({ untilSeconds, forSeconds }) => ({
      untilSeconds: round(untilSeconds),
      forSeconds: round(forSeconds),
    })),
    connectionsOpened: measured.connectionsOpened,
    connectionsFailed: measured.dialFailures.length,
    connectionFailures: countFailures(measured.dialFailures),
    complete: measured.complete,
    probes: measured.rungs.map(({ idleSeconds, outcome, code, pass, asked }) => ({
      idleSeconds: round(idleSeconds),
      outcome,
      code,
      pass,
      asked,
    })),
  };
  return idle;
}

function whyLess(step: IdleTimeoutStep, limits: LadderLimits): 'quick' | 'ssh-unauthenticated' {
  return limits.maxIdleSeconds < step.maxIdleSeconds ? 'ssh-unauthenticated' : 'quick';
}

function tellAwake(awakeHop: number | null): { awakeUpToHop?: number } {
  return awakeHop === null ? {} : { awakeUpToHop: awakeHop };
}

function tellOrigin(origin: ResetOrigin | null): Pick<EvidenceOf<'idle-timeout'>, 'resetFrom' | 'resetOrigin'> {
  if (origin === null) return { resetFrom: null, resetOrigin: null };
  const { from, because, hop, address } = origin;
  const seen = origin.seen.map((each) => ({ ...each, idleSeconds: round(each.idleSeconds) }));
  return { resetFrom: from, resetOrigin: { because, hop, address, seen } };
}

function countFailures(failures: LadderResult['dialFailures']): EvidenceOf<'idle-timeout'>['connectionFailures'] {
  const counts = new Map<string, { reason: DialFailure; code: string; count: number }>();
  for (const { reason, code } of failures) {
    const key = `${reason} ${code}`;
    counts.set(key, { reason, code, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
