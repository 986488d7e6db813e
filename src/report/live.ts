// What a person sees who waits: a few lines for each check that is under way. Connections come in groups, not one by one.

import { formatClock, formatSeconds, formatSecondsRange } from '../duration.ts';
import { narrow } from '../printable.ts';
import { counted, describeBracket, describeEvent } from './event-text.ts';
import { cut, fitting, spreadOut } from './live-lines.ts';
import type { LiveLadder, LiveState, LiveStep, WaitingRung } from './live-state.ts';

/** Lines of at most `width` columns; `nowSeconds` is on the clock of the events. */
export function renderLive({ steps }: LiveState, width: number, nowSeconds: number): string[] {
  return steps.flatMap((step) => renderStep(step, width, nowSeconds)).map((line) => cut(narrow(line), width));
}

function renderStep(step: LiveStep, width: number, now: number): string[] {
  const [ladder, ...others] = step.ladders;
  const target = narrow(step.target);
  const time = spent(step, now);
  if (ladder === undefined) {
    const doing = step.last === null ? null : describeEvent(step.last);
    return spreadOut(target, [doing ?? 'started'], time, width);
  }
  return [
    ...spreadOut(target, doingWhere(step, ladder, now), time, width),
    ...groups(ladder, now).map((variants) => fitting(variants, width)),
    ...others.map((other) => fitting(inOneLine(other, now), width)),
    ...beside(step, now).map((variants) => fitting(variants, width)),
    ...step.ladders
      .filter(({ outSeconds }) => outSeconds !== null)
      .slice(0, 1)
      .map((each) => fitting(outage(each, now), width)),
    fitting(knownSoFar(ladder), width),
  ];
}

function spent({ startedSeconds, latestSeconds }: LiveStep, now: number): string {
  const elapsed = formatClock(Math.floor(now - startedSeconds));
  if (latestSeconds === null) return elapsed;
  return `${elapsed} of at most ${formatClock(Math.ceil(Math.max(now, latestSeconds) - startedSeconds))}`;
}

function doingWhere(step: LiveStep, ladder: LiveLadder, now: number): string[] {
  const doing = doingOf(step, ladder, now);
  return ladder.awakeUpToHop === null ? doing : doing.map((way) => `beyond hop ${ladder.awakeUpToHop}: ${way}`);
}

/** The longest way to say it first, as everywhere here. */
function doingOf({ hopSearch, trials }: LiveStep, ladder: LiveLadder, now: number): string[] {
  if (ladder.isClimbed) {
    const open = [
      ...(hopSearch === null ? [] : ['finding the hop']),
      ...(trials.length === 0 ? [] : ['trying a keepalive']),
    ];
    return open.length === 0 ? ['time known'] : [`time known, ${open.join(' and ')}`, 'time known'];
  }
  const narrowing = ladder.waiting.filter(({ pass }) => pass === 2);
  if (ladder.pass === 1 || narrowing.length === 0) {
    const phase = ladder.pass === 1 ? 'first pass' : 'waiting';
    const { length } = ladder.waiting;
    return [`${phase}, ${counted(length, 'connection')} idle`, `${phase}, ${length} idle`];
  }
  const due = narrowing.at(-1)?.dueSeconds ?? now;
  const answer = due > now ? `answer in about ${left(due, now)}` : 'being proven';
  const range = searched(ladder);
  const connections = counted(narrowing.length, 'connection');
  return [`narrowing ${range}: ${connections}, ${answer}`, `narrowing: ${answer}`, 'narrowing'];
}

/** Where the time is, by what is known or suspected. */
function searched({ bracket, waiting }: LiveLadder): string {
  const survived = bracket?.survivedSeconds ?? 0;
  const suspects = waiting.filter(({ isSuspect, forSeconds }) => isSuspect && forSeconds > survived);
  const tooLong = Math.min(bracket?.expiredSeconds ?? Infinity, ...suspects.map(({ forSeconds }) => forSeconds));
  return Number.isFinite(tooLong) ? formatSecondsRange(survived, tooLong) : `${formatSeconds(survived)} and more`;
}

/** Each group in one line. */
function groups(ladder: LiveLadder, now: number): string[][] {
  const of = (isOne: (outcome: string) => boolean): number[] =>
    ladder.measured.flatMap(({ idleSeconds, outcome }) => (isOne(outcome) ? [idleSeconds] : []));
  const inconclusive = of((outcome) => outcome === 'inconclusive');
  const suspects = ladder.waiting.filter(({ isSuspect }) => isSuspect);
  const dead = of((outcome) => outcome !== 'alive' && outcome !== 'inconclusive');
  return [
    [`  alive     ${rangeOf(of((outcome) => outcome === 'alive'))}`],
    ...(ladder.isClimbed ? [] : [idlingLine(ladder, now)]),
    ...(suspects.length === 0 ? [] : [[`  silent    ${rangeOf(times(suspects))}, being proven`]]),
    [`  dead      ${rangeOf(dead)}`],
    ...(inconclusive.length === 0 ? [] : [[`  unclear   ${rangeOf(inconclusive)}`]]),
  ];
}

function idlingLine({ waiting }: LiveLadder, now: number): string[] {
  const pass = waiting.some((each) => each.pass === 2) ? 2 : 1;
  // While it narrows, those of the first pass are there in case that a death proves an accident.
  const idle = waiting.filter((each) => !each.isSuspect && each.pass === pass);
  const label = `  idling    ${rangeOf(times(idle))}`;
  const [next] = idle;
  const last = idle.at(-1);
  if (next === undefined || last === undefined) return [label];
  const asked = next.dueSeconds > now ? `asked in ${left(next.dueSeconds, now)}` : 'being asked';
  if (idle.length === 1) return [`${label}, ${asked}`, label];
  const first = `${label}, next is ${asked}`;
  return last.dueSeconds - next.dueSeconds < 1
    ? [first, label]
    : [`${first}, the last in ${left(last.dueSeconds, now)}`, first, label];
}

function knownSoFar({ bracket }: LiveLadder): string[] {
  if (bracket === null) return ['  known so far: nothing'];
  const { survivedSeconds, expiredSeconds } = bracket;
  const survived = survivedSeconds === null ? [] : [`${idleTime(survivedSeconds)} lives`];
  const expired = expiredSeconds === null ? [] : [`${idleTime(expiredSeconds)} is dead`];
  const known = `known: ${[...survived, ...expired].join(', ')}`;
  return [`  known so far: ${describeBracket(bracket)}`, `  ${known}`];
}

function inOneLine(ladder: LiveLadder, now: number): string[] {
  const label = '  far side speaking first: ';
  const known = ladder.bracket === null ? 'nothing known' : describeBracket(ladder.bracket);
  if (ladder.isClimbed) return [`${label}${known}, done`, `  far side: ${known}`];
  const idle = `${ladder.waiting.length} idle`;
  const next = ladder.waiting.find(({ dueSeconds }) => dueSeconds > now);
  const due = next === undefined ? [] : [`${label}${idle}, next is due in ${left(next.dueSeconds, now)}, ${known}`];
  return [...due, `${label}${idle}, ${known}`, `  far side: ${known}`];
}

function beside({ hopSearch, trials }: LiveStep, now: number): string[][] {
  const far = (each: { seconds: number; forSeconds: number }): string =>
    now - each.seconds < each.forSeconds
      ? `${formatClock(Math.floor(now - each.seconds))} of ${formatClock(Math.round(each.forSeconds))}`
      : 'being asked';
  const lines: string[][] = [];
  if (hopSearch !== null) {
    const hops = counted(hopSearch.hops, 'hop');
    lines.push([
      `  kept awake up to each of ${hops}, to find which forgets: ${far(hopSearch)}`,
      `  ${hops}: ${far(hopSearch)}`,
    ]);
  }
  for (const trial of trials) {
    const what = trial.speaks === 'payload' ? 'data' : 'keepalive';
    const every = `${what} every ${formatClock(trial.intervalSeconds)}`;
    lines.push([`  ${every} is being tried: ${far(trial)}`, `  ${every}: ${far(trial)}`]);
  }
  return lines;
}

function outage({ outSeconds }: LiveLadder, now: number): string[] {
  const since = formatClock(Math.floor(now - (outSeconds ?? now)));
  return [`  the path has not answered for ${since}: what ends now says nothing`, `  no answer for ${since}`];
}

function times(rungs: readonly WaitingRung[]): number[] {
  return rungs.map(({ forSeconds }) => forSeconds);
}

function rangeOf(seconds: readonly number[]): string {
  if (seconds.length === 0) return '—';
  const [from, to] = [idleTime(Math.min(...seconds)), idleTime(Math.max(...seconds))];
  return from === to ? `${from} (${seconds.length})` : `${from} … ${to} (${seconds.length})`;
}

/** As exact as the steps between idle times ask for. */
function idleTime(seconds: number): string {
  return seconds < 100 ? formatSeconds(seconds) : formatClock(seconds);
}

function left(dueSeconds: number, now: number): string {
  return formatClock(Math.max(0, Math.ceil(dueSeconds - now)));
}
