// What is going on, made of the events so far: pure, so that the live view of any moment can be had again from a stream
// of events.

import type { EventOf, ScanEvent } from '../events.ts';

export interface LiveState {
  /** Steps that are under way, in the order of the plan. */
  readonly steps: readonly LiveStep[];
  /** Of steps that have not begun, by step. */
  readonly worstCaseSeconds: Readonly<Record<number, number | null>>;
}

export interface LiveStep {
  readonly step: number;
  readonly target: string;
  readonly startedSeconds: number;
  /** When it is over at the latest, null when nobody knows. */
  readonly latestSeconds: number | null;
  /** The last event of a check that has one line. */
  readonly last: ScanEvent | null;
  /** By direction; empty until there is a ladder. */
  readonly ladders: readonly LiveLadder[];
  readonly hopSearch: Timed<EventOf<'hop-search'>> | null;
  /** Keepalives that are being tried: empty ones, and data. */
  readonly trials: readonly Timed<EventOf<'trial-started'>>[];
}

export interface LiveLadder {
  readonly direction: EventOf<'rung'>['direction'];
  /** It is searched beyond this hop; null: the whole path. */
  readonly awakeUpToHop: number | null;
  readonly pass: 1 | 2;
  readonly waiting: readonly WaitingRung[];
  readonly measured: readonly Pick<EventOf<'rung'>, 'idleSeconds' | 'outcome'>[];
  readonly bracket: EventOf<'bracket'> | null;
  readonly latestSeconds: number;
  /** Since when the path does not answer the control, null while it does. */
  readonly outSeconds: number | null;
  readonly isClimbed: boolean;
}

export interface WaitingRung {
  readonly rung: number;
  readonly pass: 1 | 2;
  readonly forSeconds: number;
  /** When it is asked. */
  readonly dueSeconds: number;
  readonly isSuspect: boolean;
}

/** Something that was begun, and about when it ends. */
export type Timed<E> = Pick<E & { seconds: number; forSeconds: number }, 'seconds' | 'forSeconds'> & E;

export const NOTHING_YET: LiveState = { steps: [], worstCaseSeconds: {} };

/** Events in the order in which they happened. */
export function follow(state: LiveState, event: ScanEvent): LiveState {
  switch (event.event) {
    case 'started':
      return {
        ...state,
        worstCaseSeconds: Object.fromEntries(event.steps.map((each) => [each.step, each.worstCaseSeconds])),
      };
    case 'step-started':
      return { ...state, steps: [...state.steps, begun(event, state.worstCaseSeconds[event.step] ?? null)] };
    case 'step-done':
      return { ...state, steps: state.steps.filter(({ step }) => step !== event.step) };
    case 'evidence':
    case 'finished':
      return state;
    default:
      return {
        ...state,
        steps: state.steps.map((each) => (each.step === event.step ? followStep(each, event) : each)),
      };
  }
}

function begun({ step, target, seconds }: EventOf<'step-started'>, worstCaseSeconds: number | null): LiveStep {
  const latestSeconds = worstCaseSeconds === null ? null : seconds + worstCaseSeconds;
  const nothing = { last: null, ladders: [], hopSearch: null, trials: [] };
  return { step, target, startedSeconds: seconds, latestSeconds, ...nothing };
}

type StepEvent = Exclude<ScanEvent, { event: 'started' | 'step-started' | 'step-done' | 'evidence' | 'finished' }>;

function followStep(step: LiveStep, event: StepEvent): LiveStep {
  switch (event.event) {
    case 'hop-search':
      return { ...step, hopSearch: event };
    case 'hop':
      return { ...step, hopSearch: null };
    case 'trial-started':
      return { ...step, trials: [...otherTrials(step, event), event] };
    case 'trial':
      return { ...step, trials: otherTrials(step, event) };
    case 'hops':
      return step;
    case 'deeper':
      return { ...withLadder(step, event), hopSearch: null, trials: [] };
    case 'pass':
    case 'idling':
    case 'suspect':
    case 'rung':
    case 'bracket':
    case 'climbed':
    case 'outage':
    case 'control-ended':
      return withLadder(step, event);
    default:
      return { ...step, last: event };
  }
}

/** Those that speak in another way. */
function otherTrials(
  { trials }: LiveStep,
  { speaks }: EventOf<'trial'> | EventOf<'trial-started'>,
): LiveStep['trials'] {
  return trials.filter((each) => each.speaks !== speaks);
}

type LadderEvent = Extract<StepEvent, { direction: string }>;

function withLadder(step: LiveStep, event: LadderEvent): LiveStep {
  const known = step.ladders.find(({ direction }) => direction === event.direction) ?? newLadder(event);
  const others = step.ladders.filter(({ direction }) => direction !== event.direction);
  const ladders = [...others, followLadder(known, event)].sort((a, b) => (a.direction > b.direction ? -1 : 1));
  return { ...step, ladders, latestSeconds: Math.max(...ladders.map(({ latestSeconds }) => latestSeconds)) };
}

function newLadder({ direction, seconds }: LadderEvent): LiveLadder {
  const nothing = { awakeUpToHop: null, bracket: null, outSeconds: null } as const;
  return { direction, ...nothing, pass: 1, waiting: [], measured: [], isClimbed: false, latestSeconds: seconds };
}

function followLadder(ladder: LiveLadder, event: LadderEvent): LiveLadder {
  switch (event.event) {
    case 'pass':
      return { ...ladder, pass: event.pass, latestSeconds: event.seconds + event.atMostSeconds };
    case 'deeper':
      return { ...newLadder(event), awakeUpToHop: event.awakeUpToHop, outSeconds: ladder.outSeconds };
    case 'idling': {
      const { rung, pass, forSeconds, seconds } = event;
      const waiting: WaitingRung = { rung, pass, forSeconds, dueSeconds: seconds + forSeconds, isSuspect: false };
      return { ...ladder, waiting: [...ladder.waiting, waiting].sort((a, b) => a.dueSeconds - b.dueSeconds) };
    }
    case 'suspect':
      return {
        ...ladder,
        waiting: ladder.waiting.map((each) => (each.rung === event.rung ? { ...each, isSuspect: true } : each)),
      };
    case 'rung': {
      const { idleSeconds, outcome } = event;
      const waiting = ladder.waiting.filter(({ rung }) => rung !== event.rung);
      return { ...ladder, waiting, measured: [...ladder.measured, { idleSeconds, outcome }] };
    }
    case 'bracket':
      return { ...ladder, bracket: event, latestSeconds: event.seconds + event.atMostSeconds };
    case 'climbed':
      return { ...ladder, waiting: [], isClimbed: true };
    case 'outage':
      return { ...ladder, outSeconds: event.isOver ? null : event.seconds - event.lastedSeconds };
    case 'control-ended':
      return ladder;
  }
}
