// By which means a path is asked: raw sockets where there are some, else the system's ping and connections of the kernel.

import type { Clock } from '../clock.ts';
import type { EvidenceOf } from '../evidence.ts';
import { isOwnRejection } from '../icmp/index.ts';
import { connectProber, icmpProber, type Prober, tcpProber } from '../path/index.ts';
import type { PathStep } from '../plan/index.ts';
import { REJECTED_HERE } from '../tcp/index.ts';
import type { Instruments } from './instruments.ts';

type Method = EvidenceOf<'path'>['method'];

export interface Way {
  readonly method: Method;
  readonly methodNote: string | null;
}

export interface PathWays {
  /** To the host, as was asked for: by ICMP or to the port. */
  readonly trace: Prober;
  readonly traceWay: Way;
  /** Hops that may be asked at once, and how often the host may answer in all. */
  readonly limits: { readonly atOnce: number; readonly mostReplies: number | null };
  /** Echo requests, of any size and mark, to the host and to hops. */
  readonly echo: Prober;
  readonly echoWay: Way;
  /** SYNs, by the number of the mark, each mark from a port of its own; null where that takes root. */
  readonly syn: ((mark: number) => Prober) | null;
}

const RAW_AT_ONCE = 16;
/** Connections that reach the host: its sshd would turn away who opens more without logging in. */
const CONNECTS_AT_ONCE = 3;
const MOST_CONNECTS = 5;

export function pathWays(step: PathStep, address: string, instruments: Instruments, clock: Clock): PathWays {
  const version = address.includes(':') ? 6 : 4;
  const { interfaceName, port } = step;
  const { random, dial } = instruments;
  const socket = instruments.icmp(step, version);
  const sourceAddress = instruments.wayOut(address, interfaceName)?.sourceAddress ?? null;
  if (!socket.ok) {
    const note = `by the system's ping: ${socket.because}`;
    const echo = knowingOwnFirewall(instruments.pingProber(address, interfaceName), sourceAddress);
    const echoWay = { method: 'system-ping', methodNote: note } as const;
    const atOnce = { atOnce: RAW_AT_ONCE, mostReplies: null };
    if (port === null) return { trace: echo, traceWay: echoWay, limits: atOnce, echo, echoWay, syn: null };
    return { ...byConnects(socket.because), echo, echoWay };
  }
  const raw = { method: 'raw-socket', methodNote: null } as const;
  const icmpOptions = { address, sourceAddress, random };
  const limits = { atOnce: RAW_AT_ONCE, mostReplies: null };
  if (port === null) {
    const echo = icmpProber(socket.value, icmpOptions, clock);
    return { trace: echo, traceWay: raw, limits, echo, echoWay: raw, syn: null };
  }
  const segments = instruments.segments(step, version);
  if (!segments.ok || sourceAddress === null) {
    const because = segments.ok ? 'there is no route' : segments.because;
    return { ...byConnects(because), echo: icmpProber(socket.value, icmpOptions, clock), echoWay: raw };
  }
  const [trace, ...marked] = segments.value.map((each) =>
    tcpProber(each.connectTo(address, port, sourceAddress), random, clock),
  );
  const echo = icmpProber(socket.value, icmpOptions, clock, (error, from) => {
    for (const prober of [trace, ...marked]) prober?.hearError(error, from);
  });
  return { trace: trace as Prober, traceWay: raw, limits, echo, echoWay: raw, syn: (mark) => marked[mark] as Prober };

  function byConnects(because: string): Pick<PathWays, 'trace' | 'traceWay' | 'limits' | 'syn'> {
    return {
      trace: connectProber(dial, { address, port: port as number, interfaceName }, clock),
      traceWay: {
        method: 'connect',
        methodNote: `by connections that are closed at once, at most ${MOST_CONNECTS}: ${because}`,
      },
      limits: { atOnce: CONNECTS_AT_ONCE, mostReplies: MOST_CONNECTS },
      syn: null,
    };
  }
}

/** The system's ping tells of the error with which a rule rejects, and not that sending failed. */
function knowingOwnFirewall(prober: Prober, ownAddress: string | null): Prober {
  return {
    ...prober,
    async ask(probe, waitMs, signal) {
      const answer = await prober.ask(probe, waitMs, signal);
      const isOwn = answer?.kind === 'unreachable' && isOwnRejection(answer, ownAddress);
      return isOwn ? { kind: 'unsent', because: REJECTED_HERE } : answer;
    },
  };
}
