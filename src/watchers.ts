// Those who watch a scan: the live view, the log and the event stream, all of them by the same events.

import type { OutputOptions } from './cli/index.ts';
import type { Clock } from './clock.ts';
import type { EventStream } from './event-stream.ts';
import type { Observation, ScanEvent } from './events.ts';
import type { Finding } from './evidence.ts';
import type { Plan } from './plan/index.ts';
import { announcement, checkEnded } from './report/progress.ts';
import { checkOf } from './scan/index.ts';
import { EventLog, LiveView } from './terminal.ts';

export class Watchers {
  readonly startedAt = new Date();
  readonly #clock: Clock;
  readonly #startedAtMs: number;
  readonly #suspendedAtStartMs: number;
  readonly #view: LiveView;
  readonly #log: EventLog | null;
  readonly #stream: EventStream | null;
  #examined: { readonly plan: Plan; readonly findings: Map<number, readonly Finding[]> } | null = null;
  #ended = 0;

  constructor(process: NodeJS.Process, output: OutputOptions, clock: Clock, stream: EventStream | null) {
    this.#clock = clock;
    this.#startedAtMs = clock.now();
    this.#suspendedAtStartMs = clock.suspendedMs();
    this.#view = new LiveView(process, output.verbosity === 'normal', clock, this.#startedAtMs);
    this.#log = output.verbosity === 'verbose' ? new EventLog(process.stderr) : null;
    this.#stream = stream;
  }

  /** The wall clock as it was at the start, and the time since: setting it meanwhile turns no order around. */
  now(): Date {
    const suspendedMs = Math.max(0, this.#clock.suspendedMs() - this.#suspendedAtStartMs);
    return new Date(this.startedAt.getTime() + this.#clock.now() - this.#startedAtMs + suspendedMs);
  }

  /** From now on each check that ends gets a line that stays. */
  announce(target: string, plan: Plan): void {
    this.#examined = { plan, findings: new Map() };
    this.#say(announcement(target, plan));
  }

  begin({ steps }: Plan, version: string): void {
    const told = steps.map((step, index) => ({
      step: index + 1,
      check: checkOf(step),
      target: step.target,
      worstCaseSeconds: 'worstCaseSeconds' in step ? step.worstCaseSeconds : null,
    }));
    this.observe({ event: 'started', schema: 'netcheck-events/1', version, steps: told });
  }

  readonly observe = (observation: Observation): void => {
    const seconds = Math.round(this.#clock.now() - this.#startedAtMs) / 1000;
    const { event, ...rest } = observation;
    const stamped = { event, at: this.now().toISOString(), seconds, ...rest } as ScanEvent;
    this.#stream?.write(stamped);
    this.#log?.write(stamped);
    this.#view.follow(stamped);
    this.#followExamined(stamped);
  };

  #followExamined(event: ScanEvent): void {
    if (this.#examined === null) return;
    const { plan, findings } = this.#examined;
    if (event.event === 'evidence' && event.step !== null) {
      findings.set(event.step, [...(findings.get(event.step) ?? []), event.finding]);
    }
    const done = event.event === 'step-done' ? plan.steps[event.step - 1] : undefined;
    if (event.event === 'step-done' && done !== undefined) {
      if (done.check !== 'skipped') this.#ended++;
      this.#say(checkEnded(done, findings.get(event.step) ?? [], this.#ended, plan));
    }
  }

  #say(line: string): void {
    this.#view.say(line);
    this.#log?.say(line);
  }

  /** Takes the live view off the screen, for the report. */
  leaveScreen(): void {
    this.#view.close();
  }

  /** Says how it ended and closes the stream; why not all of it was written, null when it was. */
  async finish(exitCode: number, interrupted: boolean): Promise<string | null> {
    this.observe({ event: 'finished', exitCode, interrupted });
    return this.#stream === null ? null : this.#stream.close();
  }
}
