// A simulated path: routers one behind the other and a host, with links that lose, that are narrow, and boxes that drop marked
// packets, on a virtual clock. It knows nothing of how a path is measured.

import type { Clock } from '../../src/clock.ts';
import type { Answer, Probe, Prober } from '../../src/path/probe.ts';
import { seededRandom } from './seeded-random.ts';

export interface MemoryRouter {
  /** null: it says nothing. */
  readonly address: string | null;
  /** Answers for a probe that dies there; more than one take turns. */
  readonly alternates?: readonly string[];
  /** Of the link behind it. */
  readonly mtuBytes?: number;
  /** Drops what is too large for the link behind it without a word. */
  readonly isBlackHole?: boolean;
  /** Says that something is too large, and not for what (RFC 792). */
  readonly tellsNoMtu?: boolean;
  /** Says that its link is so wide, whatever it takes. */
  readonly tellsMtuBytes?: number;
  /** Share of packets that the link in front of it loses, on the way there and on the way back together. */
  readonly loss?: number;
  /** Sends at most so many errors at once, and one a second (Linux: 6). */
  readonly errorsAtOnce?: number;
  readonly dropsDscp?: number;
  /** Says that the host is unreachable, in place of passing packets on. */
  readonly refusesToRoute?: boolean;
  /** Rejects what comes after so many packets that it has passed on; it says nothing else. */
  readonly rejectsAfter?: { readonly packets: number; readonly from: string };
  /** Says so of what would die there, too, as Linux does. */
  readonly refusesAtOnce?: boolean;
}

export interface MemoryPathOptions {
  readonly address: string;
  readonly routers: readonly MemoryRouter[];
  /** The host answers nothing. */
  readonly isSilent?: boolean;
  readonly hostLoss?: number;
  /** The host rejects what it is sent by ICMP, so many at once and one a second. */
  readonly hostErrorsAtOnce?: number;
  /** It has just sent as many of them as it may. */
  readonly hostErrorsAreSpent?: boolean;
  /** Every second packet takes a way that misses the last router. */
  readonly hasShortcut?: boolean;
  readonly hopMs?: number;
  /** The host, or what is in front of it, lets so many through a second, and drops the others. */
  readonly answersPerSecond?: number;
  /** This machine does not send the probe with that number, from 0. */
  readonly keepsBack?: (number: number) => boolean;
  readonly seed?: number;
}

export interface MemoryPath extends Prober {
  readonly asked: readonly Probe[];
}

export function memoryPath(clock: Clock, options: MemoryPathOptions): MemoryPath {
  const { address, routers, hopMs = 1 } = options;
  const random = seededRandom(options.seed ?? 1);
  const asked: Probe[] = [];
  // The host is the last.
  const limits = [...routers, null].map(() => ({ left: Number.NaN, atMs: 0 }));
  let packets = 0;
  const turns = routers.map(() => 0);
  const passedOn = routers.map(() => 0);
  let freeAtMs = 0;

  /** Linux's token bucket. */
  const maySend = (index: number): boolean => {
    const most = index === routers.length ? options.hostErrorsAtOnce : routers[index]?.errorsAtOnce;
    const limit = limits[index];
    if (most === undefined || limit === undefined) return true;
    const isSpent = index === routers.length && options.hostErrorsAreSpent;
    if (Number.isNaN(limit.left)) Object.assign(limit, { left: isSpent ? 0 : most, atMs: clock.now() });
    limit.left = Math.min(most, limit.left + (clock.now() - limit.atMs) / 1000);
    limit.atMs = clock.now();
    if (limit.left < 1) return false;
    limit.left--;
    return true;
  };

  const arrive = (probe: Probe): { answer: Answer | null; hops: number } => {
    const size = probe.sizeBytes ?? 84;
    const nowhere = { answer: null, hops: 0 };
    const way = options.hasShortcut && packets++ % 2 === 0 ? routers.slice(0, -1) : routers;
    for (const [index, router] of way.entries()) {
      const hops = index + 1;
      if (random() < (router.loss ?? 0)) return nowhere;
      const from = router.alternates?.[(turns[index] as number) % router.alternates.length] ?? router.address;
      if (probe.to !== undefined && probe.to === router.address) {
        return { answer: { kind: 'reply', from: probe.to, rttMs: 2 * hops * hopMs }, hops };
      }
      if (router.refusesAtOnce && from !== null) {
        return { answer: { kind: 'unreachable', from, type: 3, code: 1 }, hops };
      }
      if (probe.hopLimit === hops) {
        turns[index] = (turns[index] as number) + 1;
        if (from === null || !maySend(index)) return nowhere;
        return {
          answer: { kind: 'time-exceeded', from, rttMs: 2 * hops * hopMs, dscp: probe.dscp, rewritten: [] },
          hops,
        };
      }
      const { rejectsAfter } = router;
      if (rejectsAfter !== undefined) {
        passedOn[index] = (passedOn[index] as number) + 1;
        const { packets: most, from: rejecting } = rejectsAfter;
        if ((passedOn[index] as number) > most) {
          return { answer: { kind: 'unreachable', from: rejecting, type: 3, code: 13 }, hops };
        }
      }
      if (router.dropsDscp !== undefined && router.dropsDscp === probe.dscp) return nowhere;
      if (router.refusesToRoute) {
        return from === null ? nowhere : { answer: { kind: 'unreachable', from, type: 3, code: 1 }, hops };
      }
      if (size > (router.mtuBytes ?? 1500)) {
        if (router.isBlackHole || from === null) return nowhere;
        const mtuBytes = router.tellsNoMtu ? null : (router.tellsMtuBytes ?? (router.mtuBytes as number));
        return { answer: { kind: 'too-big', from, mtuBytes }, hops };
      }
    }
    const { answersPerSecond = Number.POSITIVE_INFINITY } = options;
    if (clock.now() < freeAtMs) return nowhere;
    freeAtMs = clock.now() + 1000 / answersPerSecond;
    if (options.isSilent || random() < (options.hostLoss ?? 0)) return nowhere;
    const hops = way.length + 1;
    if (options.hostErrorsAtOnce !== undefined) {
      const error = { kind: 'unreachable', from: address, type: 3, code: 10 } as const;
      return { answer: maySend(routers.length) ? error : null, hops };
    }
    return { answer: { kind: 'reply', from: address, rttMs: 2 * hops * hopMs }, hops };
  };

  return {
    asked,
    async ask(probe, waitMs, signal) {
      asked.push(probe);
      if (options.keepsBack?.(asked.length - 1)) return { kind: 'unsent', because: 'EPERM' };
      const { answer, hops } = arrive(probe);
      const takesMs = 2 * hops * hopMs;
      if (answer === null || takesMs > waitMs) {
        await clock.sleep(waitMs, signal);
        return null;
      }
      await clock.sleep(takesMs, signal);
      return signal.aborted ? null : answer;
    },
  };
}
