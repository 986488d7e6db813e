// One rung: a connection idles for its time, is asked, and how it fared is judged against the control.

import type { Clock } from '../clock.ts';
import type { Rung } from './bracket.ts';
import type { Control } from './control.ts';
import type { Connection } from './dial.ts';
import type { Idling } from './idling.ts';
import type { IdleProbe } from './keepalive-probe.ts';

export interface MeasuredRung extends Rung {
  readonly pass: 1 | 2;
  /** The kernel's reason for an ending, null when there is none. */
  readonly code: string | null;
  /** False when it ended by itself, before anything was asked. */
  readonly asked: boolean;
  /** Our own port of its connection. */
  readonly localPort: number;
}

/** What all rungs of a ladder have in common. */
export interface Surroundings {
  readonly idling: Idling;
  readonly control: Control;
  readonly clock: Clock;
  readonly stop: AbortSignal;
}

/** What one rung is, and who is told that it has stopped answering. */
export interface RungPlan {
  readonly connection: Connection;
  /** The connection never served before. */
  readonly isNew: boolean;
  readonly seconds: number;
  readonly pass: 1 | 2;
  readonly suspicionMs: number;
  /** When it aborts the rung is of no interest any more. */
  readonly left: AbortSignal;
  readonly onSuspicion: () => void;
}

/**
 * How often a waiting connection is looked at, so that one that ends by itself is seen soon: so often at least, and after
 * that part of the time for which it has idled.
 */
const GLANCE_MS = 250;
const GLANCE_SHARE = 0.005;
/** A peer that keeps talking never lets its connection idle: it is asked this long after the time meant for it. */
const OVERDUE_MS = 2000;
/** A peer that ends within so much what it has just accepted takes no more connections: that says nothing about idling. */
const AT_ONCE_MS = 1000;

/** null when it was left, or stopped before it could tell anything. The connection stays open. */
export async function measureRung(plan: RungPlan, surroundings: Surroundings): Promise<MeasuredRung | null> {
  const { connection, isNew, pass, left } = plan;
  const { control, clock, stop } = surroundings;
  const takenAt = clock.now();
  const asked = await idleAndAsk(plan, surroundings);
  if (left.aborted) return null;
  const isTimed = asked.outcome === 'alive' || control.wasAwakeSince(takenAt);
  // A peer may count from the connect, as sshd's LoginGraceTime does: then a used connection's idle time says nothing.
  const isTurnedAway = isNew && !asked.asked && asked.outcome !== 'alive' && asked.idleMs < AT_ONCE_MS;
  const isUntimely = !isTimed || isTurnedAway || (!isNew && asked.outcome === 'closed-by-peer');
  const probe: IdleProbe = isUntimely ? { ...asked, outcome: 'inconclusive' } : asked;
  if (stop.aborted && probe.outcome === 'inconclusive') return null;
  // Judged inconclusive, because there is no control any more: a timer of the far side may have reset it as well.
  const isUnvouched =
    isNew &&
    isTimed &&
    !isTurnedAway &&
    !probe.asked &&
    probe.outcome === 'inconclusive' &&
    probe.code === 'ECONNRESET';
  const endedAtMs =
    probe.outcome === 'closed-by-peer' || isUnvouched
      ? { endedAtMs: connection.state().ending?.atMs ?? clock.now() }
      : {};
  return {
    idleSeconds: probe.idleMs / 1000,
    outcome: probe.outcome,
    code: probe.code,
    asked: probe.asked,
    localPort: connection.localPort,
    pass,
    ...endedAtMs,
  };
}

async function idleAndAsk(plan: RungPlan, surroundings: Surroundings): Promise<IdleProbe> {
  const { connection, isNew, seconds, suspicionMs } = plan;
  const { idling, control, clock } = surroundings;
  const stop = AbortSignal.any([surroundings.stop, plan.left]);
  const isIdling = await idling.begin(connection, isNew, clock, stop);
  if (!isIdling) return { idleMs: connection.state().idleMs, outcome: 'inconclusive', code: null, asked: false };
  const overdue = clock.now() + seconds * 1000 + OVERDUE_MS + control.lateSeconds * 1000;
  for (;;) {
    const { silentMs: idleMs, ending } = connection.state();
    const remainingMs = seconds * 1000 - idleMs;
    if (ending !== null || remainingMs <= 0 || clock.now() >= overdue) break;
    await clock.sleep(Math.min(remainingMs, Math.max(GLANCE_MS, idleMs * GLANCE_SHARE)), stop);
    if (stop.aborted) return { idleMs, outcome: 'inconclusive', code: null, asked: false };
  }
  const idledMs = connection.state().silentMs;
  const suspect = (): void => {
    // A peer that keeps talking delays the first probe itself: its connection never idled as long as it was meant to.
    if (idledMs >= seconds * 900) plan.onSuspicion();
  };
  const askedAt = clock.now();
  const probe = await idling.ask(connection, clock, surroundings.stop, suspicionMs, suspect, control.lateSeconds);
  // Without a control no death will be believed: then connections are not spent on narrowing it.
  if (probe.outcome === 'reset' && control.ending === null) suspect();
  return judge(probe, askedAt, isNew, surroundings);
}

/**
 * A death counts only if the control lived through it and is heard again after it: else the path was down, or the
 * server restarted and reset everything, which is no idle timeout. Nor does it if the connection was used before and
 * kept awake by keepalives, and what only those keep does not live on: then it may have died of its age. Nor if no
 * probe was ever answered: then the path or the peer takes empty segments for nothing, however short the silence before.
 */
async function judge(
  probe: IdleProbe,
  askedAt: number,
  isNew: boolean,
  { control, clock, stop }: Surroundings,
): Promise<IdleProbe> {
  if (probe.outcome === 'alive' || probe.outcome === 'inconclusive') return probe;
  // A service that closes idle connections closes such a control too; one that speaks only a stop ends.
  if (probe.outcome === 'closed-by-peer' && control.speaks === 'keepalive') return probe;
  if (probe.asked && control.ofKeepalives.hasNeverAnswered) return { ...probe, outcome: 'inconclusive' };
  const witness = isNew ? control : control.ofKeepalives;
  const isHeardAgain = await witness.answersAfter(clock.now(), stop);
  return isHeardAgain && witness.answeredThroughout(askedAt, clock.now())
    ? probe
    : { ...probe, outcome: 'inconclusive' };
}
