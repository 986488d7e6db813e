// A closer look at what a sweep found contested. A sweep that ended early, because two stations claim each address, is listened
// out after all where nothing shows that these are several machines: if they are two cards of one, or a pair that the user
// knows of, a third that answers late is the one to be found.

import type { Ipv4Set } from '../address/ipv4-set.ts';
import { type Mac, macToNumber } from '../address/mac.ts';
import { type Link, readArpNumbers, type SweepResult, stopListening, tapped } from '../arp-lite/index.ts';
import type { Clock } from '../clock.ts';
import type { StepObservation } from '../events.ts';
import type { Finding } from '../evidence.ts';
import type { DupIpStep } from '../plan/index.ts';
import type { ClaimantPaths } from '../proof/index.ts';
import type { Opened } from './instruments.ts';
import { proveContest, showsSeveral } from './proof.ts';
import { type Contest, contests, creditAnswers, questionRivals } from './rivals.ts';

export interface LookEquipment {
  readonly step: DupIpStep;
  readonly asked: Ipv4Set;
  readonly canaries: Ipv4Set;
  readonly link: Link;
  readonly paths: Opened<ClaimantPaths>;
}

export interface Look {
  /** The sweep, perhaps listened out. */
  readonly result: SweepResult;
  readonly found: readonly Contest[];
  /** What rivals claim when they are asked by themselves. */
  readonly answers: ReadonlyMap<Mac, ReadonlySet<number>>;
  readonly proofs: readonly Finding[];
  /** The system's, when the interface failed meanwhile. */
  readonly code: string | null;
}

export async function lookInto(
  equipment: LookEquipment,
  result: SweepResult,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Look> {
  const endedAt = clock.now();
  const { step, asked, link } = equipment;
  const first = await lookOnce(equipment, result, clock, signal, tell);
  if (!result.endedEarly || first.code !== null || isShown(asked, first.proofs)) {
    stopListening(link);
    return first;
  }
  const dueAt = endedAt + step.listenSeconds * 1000 - result.listenedMs;
  // A second look costs no more time than was planned, where the first took no longer than the listening.
  const isInTime = clock.now() <= dueAt;
  const whole = await listenOut(link, result, { endedAt, dueAt }, clock, signal);
  const hasNews = rivalsOf(contests(asked, whole.claims, step)).length > rivalsOf(first.found).length;
  return hasNews && isInTime
    ? lookOnce(equipment, { ...whole, endedEarly: false }, clock, signal, tell)
    : { ...first, result: whole };
}

async function lookOnce(
  { step, asked, canaries, link, paths }: LookEquipment,
  result: SweepResult,
  clock: Clock,
  signal: AbortSignal,
  tell: (observation: StepObservation) => void,
): Promise<Look> {
  const found = signal.aborted || result.linkError !== null ? [] : contests(asked, result.claims, step);
  if (found.length > 0) tell({ event: 'contested', addresses: found.length });
  const ear = result.endedEarly ? hearingOn(link, result, rivalsOf(found)) : link;
  const [answers, proofs] = await Promise.all([
    unlessFailed(questionRivals(step, found, canaries, ear, clock, signal), new Map()),
    unlessFailed(Promise.all(found.map((contest) => proveContest(step, contest, paths, clock, signal))), []),
  ]);
  creditAnswers(found, answers.value, result, clock.now());
  const code = answers.code ?? proofs.code;
  return { result, found, answers: answers.value, proofs: proofs.value.flat(), code };
}

/** A look at the rivals that fails, because the interface does, must not cost what the sweep has heard. */
async function unlessFailed<T>(work: Promise<T>, otherwise: T): Promise<{ value: T; code: string | null }> {
  try {
    return { value: await work, code: null };
  } catch (error) {
    // The system's errors have a code; anything else is a bug of this program.
    if (!(error instanceof Error && 'code' in error)) throw error;
    return { value: otherwise, code: String(error.code) };
  }
}

function rivalsOf(found: readonly Contest[]): Mac[] {
  return found.flatMap(({ macs }) => macs);
}

/** Each of the addresses is shown to be that of several machines. */
function isShown(asked: Ipv4Set, proofs: readonly Finding[]): boolean {
  const shown = proofs.flatMap((each) => (each.kind === 'claimant-proof' && showsSeveral(each) ? [each.ip] : []));
  return [...asked].every((ip) => shown.includes(ip));
}

/** The link, on which the sweep hears on but for what `rivals` say: they are about to be asked by themselves. */
function hearingOn(link: Link, { hear }: SweepResult, rivals: readonly Mac[]): Link {
  const known = new Set(rivals.map(macToNumber));
  const hearing = tapped(link, (frame, vlanId) => {
    const sender = readArpNumbers(frame)?.senderMac;
    if (sender !== undefined && !known.has(sender)) hear(frame, vlanId);
  });
  // The tap hears on whoever listens, and nobody does yet.
  stopListening(hearing);
  return hearing;
}

/** The sweep that ended at `endedAt`, and has been heard on for since, listened out until `dueAt`. */
async function listenOut(
  link: Link,
  result: SweepResult,
  { endedAt, dueAt }: { readonly endedAt: number; readonly dueAt: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<SweepResult> {
  const failed = new AbortController();
  let linkError: string | null = null;
  link.listen(result.hear, (error) => {
    linkError ??= 'code' in error ? String(error.code) : error.message;
    failed.abort();
  });
  await clock.sleep(Math.max(0, dueAt - clock.now()), AbortSignal.any([signal, failed.signal]));
  stopListening(link);
  const longerMs = clock.now() - endedAt;
  const kernelDrops = link.drops();
  return {
    ...result,
    elapsedMs: result.elapsedMs + longerMs,
    listenedMs: result.listenedMs + longerMs,
    kernelDrops,
    dropsMadeUp: result.dropsMadeUp && kernelDrops === result.kernelDrops,
    complete: !signal.aborted && linkError === null,
    linkError,
  };
}
