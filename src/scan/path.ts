// --path: the hops, and beside them, once it is known how far the host is, the path MTU and marked packets.

import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import { type MeasuredHop, PingUnusable, type Prober, Trace, type TracedPath } from '../path/index.ts';
import type { PathStep } from '../plan/index.ts';
import { type Dial, isRejectedHere, REJECTED_HERE } from '../tcp/index.ts';
import { summarise } from './echo-figures.ts';
import type { Instruments } from './instruments.ts';
import { scanMarks } from './path-marks.ts';
import { scanPathMtu } from './path-mtu.ts';
import type { PathRun } from './path-run.ts';
import { pathWays } from './path-ways.ts';
import { partlyUnsent, whyUnsent } from './unsent.ts';

/** A name server that does not answer is not waited for. */
const NAMES_MS = 3000;
const INSTALL_PING = 'install ping (apt-get install iputils-ping), or run with sudo';

export async function scanPath(
  step: PathStep,
  address: string,
  instruments: Instruments,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Finding[]> {
  const ways = pathWays(step, address, instruments, clock);
  const waitMs = step.waitSeconds * 1000;
  const complaints: string[] = [];
  // Where the path itself is asked in another way, a ping that does not work takes nothing with it.
  const echo = ways.traceWay.method === 'connect' ? tolerant(ways.echo, complaints) : ways.echo;
  const wayOut = instruments.wayOut(address, step.interfaceName);
  const options = {
    address,
    ownAddress: wayOut?.sourceAddress ?? null,
    rounds: step.rounds,
    intervalMs: step.intervalSeconds * 1000,
    waitMs,
    ...ways.limits,
  };
  const trace = new Trace(ways.trace, echo, options, clock, signal, (progress) =>
    tell({ event: 'path-probes', ...progress }),
  );
  const run: PathRun = { step, address, ways: { ...ways, echo }, trace, clock, signal, tell };
  try {
    await trace.discover();
    const tracing = trace.measure();
    const [traced, mtu, marks] = await Promise.all([tracing, scanPathMtu(run, wayOut, tracing), scanMarks(run)]);
    if (await isOwnAnswer(run, traced, instruments.dial)) {
      const { why, hint } = whyUnsent(REJECTED_HERE, address);
      return [skipped(step, `no probe could be sent to ${address} (${why})`, hint)];
    }
    const unsent = tellUnsent(step, traced, address);
    // Nothing was heard: perhaps only because not everything was said.
    if (unsent.length > 0 && traced.hops.length === 0) return unsent;
    const path = await tellPath(run, traced, instruments);
    const [complaint] = complaints;
    if (complaint === undefined) return [path, ...mtu, ...marks, ...unsent];
    return [
      path,
      skipped(step, `path MTU and marked packets need ping, which did not work: ${complaint}`, INSTALL_PING),
    ];
  } catch (error) {
    if (!(error instanceof PingUnusable)) throw error;
    return [skipped(step, `ping did not work: ${error.message}`, INSTALL_PING)];
  }
}

/** Whether it was this machine's own firewall that refused, in the name of the host or in its own. */
async function isOwnAnswer(
  { step, address, signal }: PathRun,
  { tcp, unreachable }: TracedPath,
  dial: Dial,
): Promise<boolean> {
  const { port, interfaceName } = step;
  const isRefused = tcp?.refused === true || unreachable !== null;
  if (port === null || !isRefused || signal.aborted) return false;
  return isRejectedHere(dial, { address, port, interfaceName }, signal);
}

function tellUnsent(
  step: PathStep,
  { hops, probes, unsent: count, unsentBecause: reason }: TracedPath,
  address: string,
): Finding[] {
  if (reason === null) return [];
  if (hops.length > 0) {
    return partlyUnsent(step, `probes of the path to ${address} could not be sent`, { count, reason }, address);
  }
  if (count < probes) {
    const what = `of ${probes} probes of the path to ${address} could not be sent, and none of the others was answered`;
    return partlyUnsent(step, what, { count, reason }, address);
  }
  const { why, hint } = whyUnsent(reason, address);
  return [skipped(step, `no probe could be sent to ${address} (${why})`, hint)];
}

/** What ping complains of is put down, and nothing is sent any more. */
function tolerant(prober: Prober, complaints: string[]): Prober {
  return {
    ...prober,
    async ask(probe, waitMs, signal) {
      const [because] = complaints;
      if (because !== undefined) return { kind: 'unsent', because };
      try {
        return await prober.ask(probe, waitMs, signal);
      } catch (error) {
        if (!(error instanceof PingUnusable)) throw error;
        complaints.push(error.message);
        return { kind: 'unsent', because: error.message };
      }
    },
  };
}

async function tellPath(
  { step, address, ways, clock, signal, tell }: PathRun,
  traced: TracedPath,
  instruments: Instruments,
): Promise<Finding> {
  const addresses = [...new Set(traced.hops.flatMap((hop) => hop.addresses))];
  if (step.names) tell({ event: 'path-stage', stage: 'names' });
  const names = step.names ? await namesOf(addresses, instruments, clock, signal) : null;
  return {
    kind: 'path',
    host: step.host,
    address,
    protocol: step.port === null ? 'icmp' : 'tcp',
    port: step.port,
    ...ways.traceWay,
    reached: traced.endedBecause === 'reached',
    endedBecause: traced.endedBecause,
    unreachable: traced.unreachable,
    refused: traced.tcp?.refused ?? null,
    rounds: step.rounds,
    hops: traced.hops.map((hop) => tellHop(hop, names)),
    complete: !signal.aborted,
  };
}

function tellHop(
  hop: MeasuredHop,
  names: ReadonlyMap<string, string | null> | null,
): EvidenceOf<'path'>['hops'][number] {
  const { addresses, tally, asked, rewritten } = hop;
  return {
    ttl: hop.hop,
    addresses: [...addresses],
    ...(names === null ? {} : { names: addresses.map((address) => names.get(address) ?? null) }),
    sent: tally.sent,
    received: tally.received,
    rttMs: summarise(tally.rttsMs),
    asked: asked === null ? null : { sent: asked.sent, received: asked.received, rttMs: summarise(asked.rttsMs) },
    rewritten: [...rewritten],
  };
}

/** Those that are known in time. */
async function namesOf(
  addresses: readonly string[],
  { nameOf }: Instruments,
  clock: Clock,
  signal: AbortSignal,
): Promise<Map<string, string | null>> {
  const names = new Map<string, string | null>();
  const done = new AbortController();
  const looking = Promise.all(addresses.map(async (address) => names.set(address, await nameOf(address))));
  void looking.then(() => done.abort());
  await clock.sleep(NAMES_MS, AbortSignal.any([signal, done.signal]));
  return names;
}

function skipped({ target }: PathStep, because: string, hint: string): Finding {
  return { kind: 'skipped', check: 'path', target, because, hint };
}
