// The story, top to bottom: read the host, make the plan, open, give root up, scan, diagnose, render, exit code.

import { setFlagsFromString } from 'node:v8';
import type { OutputOptions } from './cli/index.ts';
import { systemClock } from './clock.ts';
import { complain } from './complain.ts';
import { diagnose } from './diagnose/index.ts';
import { descriptorOf, EventStream, eventsProblem } from './event-stream.ts';
import { examinedAsTyped, lookUpExamined } from './examination.ts';
import { readHostFacts } from './host.ts';
import { openInstruments } from './open.ts';
import { makePlan, type Plan, type ScanOptions } from './plan/index.ts';
import { print } from './print.ts';
import { printReport } from './print-report.ts';
import { asInvokingUser, privilegesOf, type RightsNeeded } from './privilege.ts';
import { Recorder } from './recorder.ts';
import { EXIT, exitCode } from './report/exit-code.ts';
import { type PluginResult, pluginResult, pluginUnknown } from './report/nagios.ts';
import { renderPlan } from './report/plan-text.ts';
import type { Report } from './report/report.ts';
import { isSameFile, readingProblem, savingProblem } from './save.ts';
import { loadRenderings, type Renderings, saveReport } from './save-report.ts';
import { type Instruments, scan } from './scan/index.ts';
import type { Defaults } from './settings-file.ts';
import { readTargetFiles } from './target-file.ts';
import { onInterrupt } from './terminal.ts';
import { Watchers } from './watchers.ts';

/** Resolves with the exit code. */
export async function runScan(
  typed: ScanOptions,
  output: OutputOptions,
  defaults: Defaults,
  version: string,
  process: NodeJS.Process,
): Promise<number> {
  const refuse = (message: string): number => {
    if (output.nagios) return tell(pluginUnknown(message), process);
    complain(process, message);
    return EXIT.usage;
  };
  const defaultsFrom = defaults.kind === 'file' ? defaults.path : null;
  // What is wrong may have been said there, and not on the command line.
  const refuseWhatWasMeant = (message: string): number =>
    refuse(defaultsFrom === null ? message : `${message} (defaults from ${defaultsFrom})`);
  let options: ScanOptions;
  try {
    options = asInvokingUser(process, () => readTargetFiles(typed));
  } catch (error) {
    return refuseWhatWasMeant((error as Error).message);
  }
  // Nothing is sent by --dry-run, not even to a name server.
  options = output.dryRun ? examinedAsTyped(options) : await lookUpExamined(options, process, systemClock);
  const planned = makePlan(options, readHostFacts());
  if (!planned.ok) return refuseWhatWasMeant(planned.message);
  const { plan } = planned;
  if (output.dryRun) {
    // As the run itself would find out: whether the user may write there.
    (await privilegesOf(process)).giveUp(rightsNeeded(plan, output, false));
    const problem = fileProblem(plan, output);
    if (problem !== null) return refuse(problem);
    print(process.stdout, renderPlan(plan, defaultsFrom, filesToWrite(output)));
    return plan.steps.every(({ check }) => check === 'skipped') ? EXIT.notMeasured : EXIT.nothingFound;
  }
  const renderings = await loadRenderings(output);
  const privileges = await privilegesOf(process);
  const recorder = new Recorder();
  await using instruments = openInstruments(plan, systemClock, output.pcapPath === null ? null : recorder.tap);
  privileges.giveUp(rightsNeeded(plan, output, instruments.mayPing));
  // As the user whose files they are, and before anything is sent.
  const problem = fileProblem(plan, output);
  if (problem !== null) return refuse(problem);
  let stream: EventStream | null;
  try {
    stream = output.eventsPath === null ? null : new EventStream(output.eventsPath, process);
  } catch (error) {
    return refuse(`--events: ${(error as Error).message}`);
  }
  // Until the report is out and the files are in their place: what was begun is ended or removed.
  using interrupt = onInterrupt(process);
  try {
    if (output.pcapPath !== null) recorder.open(output.pcapPath);
  } catch (error) {
    return refuse(`--pcap: ${(error as Error).message}`);
  }
  const watchers = new Watchers(process, output, systemClock, stream);
  if (options.examine !== null) watchers.announce(options.examine.typed, plan);
  const report = await measure(plan, instruments, watchers, version, interrupt.signal);
  const code = deliver(renderings.redact(report), plan, output, renderings, recorder.close(), process);
  if (recorder.shortfall !== null) complain(process, `the capture is not whole: ${recorder.shortfall}`);
  const lost = await watchers.finish(code, report.interrupted);
  if (lost !== null) complain(process, `not all events were written: ${lost}`);
  // What can't be stopped half-way (a name lookup, the system's ping) must not keep an interrupted user waiting.
  if (report.interrupted) setTimeout(() => process.exit(code), 300).unref();
  return code;
}

/** ssh and captures are root's own where root typed the command; so are the files to be written. */
function rightsNeeded(plan: Plan, output: OutputOptions, toPing: boolean): RightsNeeded {
  return {
    asRoot: plan.steps.some(({ check }) => check === 'ssh-idle-timeout' || check === 'read'),
    toWriteFiles: filesToWrite(output).length > 0,
    toPing,
  };
}

/** Those that are opened by their name. */
function filesToWrite({ savePath, htmlPath, pcapPath, eventsPath }: OutputOptions): string[] {
  const isOpened = (path: string | null): path is string => path !== null;
  const events = eventsPath === null || descriptorOf(eventsPath) !== null ? null : eventsPath;
  return [savePath, htmlPath, pcapPath, events].filter(isOpened);
}

/** Why a file that was named can't be written or read; null when all can. */
function fileProblem(plan: Plan, { savePath, htmlPath, pcapPath, eventsPath }: OutputOptions): string | null {
  const files = [
    { option: '--save', path: savePath, problemOf: savingProblem },
    { option: '--html', path: htmlPath, problemOf: savingProblem },
    { option: '--pcap', path: pcapPath, problemOf: savingProblem },
    { option: '--events', path: eventsPath, problemOf: eventsProblem },
  ].flatMap(({ path, ...how }) => (path === null ? [] : [{ ...how, path }]));
  for (const { option, path, problemOf } of files) {
    const problem = problemOf(path);
    if (problem !== null) return `${option}: ${problem}`;
  }
  for (const [index, { option, path }] of files.entries()) {
    const same = files.slice(index + 1).find((other) => isSameFile(path, other.path));
    if (same !== undefined) return `${option} and ${same.option} name the same file`;
  }
  for (const { check, target } of plan.steps) {
    const reading = check === 'read' ? readingProblem(target) : null;
    if (reading !== null) return `--read: ${reading}`;
  }
  return null;
}

async function measure(
  plan: Plan,
  instruments: Instruments,
  watchers: Watchers,
  version: string,
  signal: AbortSignal,
): Promise<Report> {
  keepHeapSmall();
  watchers.begin(plan, version);
  try {
    const evidence = await scan(plan, instruments, systemClock, signal, watchers.observe);
    return {
      schema: 'netcheck/1',
      version,
      startedAt: watchers.startedAt.toISOString(),
      finishedAt: watchers.now().toISOString(),
      interrupted: signal.aborted,
      evidence,
      causes: diagnose(evidence),
    };
  } finally {
    watchers.leaveScreen();
  }
}

/**
 * V8 would let the space for new objects grow to 48 MB for the sake of throughput, which a sweep of a /16 does not need:
 * it fills it with frames that are gone at once. Measured there: 115 MB resident instead of 145, at the same speed.
 */
function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Prints and saves; nothing that was measured is lost to a failure of the other. `captureProblem` is why --pcap has no file. */
function deliver(
  report: Report,
  plan: Plan,
  output: OutputOptions,
  renderings: Renderings,
  captureProblem: string | null,
  process: NodeJS.Process,
): number {
  if (output.nagios) {
    // One line can't be taken back: what is wrong with a file is known before it.
    const capture = captureProblem === null ? [] : [`the capture was not saved: ${captureProblem}`];
    const problems = [...capture, ...saveReport(report, output, renderings)];
    // The line may be too short for them.
    for (const problem of problems) complain(process, problem);
    return tell(pluginResult(report, problems, plan.steps), process);
  }
  printReport(report, output, process);
  if (captureProblem !== null) complain(process, `the capture was not saved: ${captureProblem}`);
  const code = exitCode(report) || (captureProblem === null ? EXIT.nothingFound : EXIT.notMeasured);
  const unsaved = saveReport(report, output, renderings);
  for (const problem of unsaved) complain(process, problem);
  return unsaved.length > 0 && code === EXIT.nothingFound ? EXIT.notMeasured : code;
}

function tell({ text, code }: PluginResult, process: NodeJS.Process): number {
  print(process.stdout, text);
  return code;
}
