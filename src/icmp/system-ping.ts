// Echo through the system's ping(8), by the ping package: for users without CAP_NET_RAW and where raw-socket is missing.

import type { EchoMethod, EchoRequest } from './echo.ts';
import { EchoTally, type HostEcho, type ReportedError } from './echo-tally.ts';
import { runPing } from './ping-package.ts';
import { type Span, watchRoute } from './route-watch.ts';

/** ping(8) for ordinary users: shorter intervals are refused by older releases. */
const SHORTEST_INTERVAL_MS = 200;

/** How long ping may take to print what it has, when Ctrl-C has reached it as well. */
const LAST_WORDS_MS = 250;

/**
 * Rejects when there is no ping program, or when it printed no summary (then the message is ping's own). Several addresses
 * are asked side by side. It can't be stopped half-way: when `signal` aborts, the result is what ping prints by itself,
 * because Ctrl-C reaches it too, and else what a request that was never sent would give. `hasRoute` is asked while it runs.
 */
export function systemPingEcho(interfaceName: string | null, hasRoute: (address: string) => boolean): EchoMethod {
  return async (request, clock, signal) => {
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    }).then(() => clock.sleep(LAST_WORDS_MS));
    const intervalMs = Math.max(SHORTEST_INTERVAL_MS, request.intervalMs);
    const hosts = request.addresses.map(async (address): Promise<HostEcho> => {
      const over = new AbortController();
      const watching = request.count === 1 ? [] : watchRoute(() => hasRoute(address), clock, over.signal);
      const probing = runPing(address, configOf(request, intervalMs, interfaceName));
      const answer = await Promise.race([probing, aborted]).finally(() => over.abort());
      const routeless = await watching;
      if (!answer) return new EchoTally(address).result();
      const waitedSinceMs = signal.aborted ? -request.waitMs : null;
      const told = parsePingOutput(answer.output, address, { intervalMs, waitedSinceMs, routeless });
      if (told === null) throw new Error(complaint(answer.output));
      return told;
    });
    return { hosts: await Promise.all(hosts), kernelDrops: null, complete: !signal.aborted };
  };
}

function configOf(
  { count, waitMs, dataBytes, dscp }: EchoRequest,
  intervalMs: number,
  interfaceName: string | null,
): Record<string, unknown> {
  return {
    numeric: true,
    min_reply: count,
    timeout: Math.ceil(waitMs / 1000),
    extra: [
      '-i',
      String(intervalMs / 1000),
      '-s',
      String(dataBytes),
      // The byte that the code point is the upper six bits of.
      ...(dscp === 0 ? [] : ['-Q', String(dscp << 2)]),
      ...(interfaceName === null ? [] : ['-I', interfaceName]),
    ],
  };
}

/** What iputils prints for an ICMP error in place of a reply, with the type and code it stands for; longer texts first. */
const ERROR_TEXTS: readonly (readonly [text: string, type: number, code: number])[] = [
  // RFC 792 and RFC 1122 section 3.2.2.1
  ['Destination Net Unreachable for Type of Service', 3, 11],
  ['Destination Host Unreachable for Type of Service', 3, 12],
  ['Destination Net Unreachable', 3, 0],
  ['Destination Host Unreachable', 3, 1],
  ['Destination Protocol Unreachable', 3, 2],
  ['Destination Port Unreachable', 3, 3],
  ['Frag needed and DF set', 3, 4],
  ['Source Route Failed', 3, 5],
  ['Destination Net Unknown', 3, 6],
  ['Destination Host Unknown', 3, 7],
  ['Destination Net Prohibited', 3, 9],
  ['Destination Host Prohibited', 3, 10],
  ['Packet filtered', 3, 13],
  ['Time to live exceeded', 11, 0],
  ['Frag reassembly time exceeded', 11, 1],
  // RFC 4443
  ['Destination unreachable: No route', 1, 0],
  ['Destination unreachable: Administratively prohibited', 1, 1],
  ['Destination unreachable: Beyond scope of source address', 1, 2],
  ['Destination unreachable: Address unreachable', 1, 3],
  ['Destination unreachable: Port unreachable', 1, 4],
  ['Packet too big', 2, 0],
  ['Time exceeded: Hop limit', 3, 0],
  ['Time exceeded: Defragmentation failure', 3, 1],
];

/** When requests left, as far as it is known: one every `intervalMs`, the last at 0; null: all were waited for. */
interface PingTimes {
  readonly intervalMs: number;
  readonly waitedSinceMs: number | null;
  /** When there was no route to send them by, since ping was started. */
  readonly routeless?: readonly Span[];
}

/** ping may begin so much later than it was started. */
const STARTING_MS = 500;
/** More than --count allows: no ping of ours says so. */
const MOST_REQUESTS = 100_000;

/** Of an answer that does not come from whom was asked: of him it is none, and TCP takes none. */
const FROM_ANOTHER = '(DIFFERENT ADDRESS!)';

/** Reads the output of iputils' or BusyBox's ping; null when it holds no summary. */
export function parsePingOutput(
  output: string,
  address = '',
  { intervalMs, waitedSinceMs, routeless = [] }: PingTimes = { intervalMs: 0, waitedSinceMs: null },
): HostEcho | null {
  const summary = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(output);
  if (!summary) return null;
  const sent = Number(summary[1]);
  if (sent > MOST_REQUESTS) return null;
  // BusyBox counts from 0, iputils from 1.
  const first = /\bicmp_seq=/.test(output) ? 1 : 0;
  const tally = new EchoTally(address);
  for (let serial = first; serial < first + sent; serial++) {
    tally.leaves(serial, (serial - first - (sent - 1)) * intervalMs);
  }
  const lines = output.split('\n');
  const foreign = lines.filter((line) => line.includes(FROM_ANOTHER));
  for (const line of lines.filter((each) => !each.includes(FROM_ANOTHER))) {
    const serial = Number(/seq=(\d+)/.exec(line)?.[1] ?? Number.NaN);
    const [rtt, ttl] = [/time=([\d.]+)/, /ttl=(\d+)/].map((field) => Number(field.exec(line)?.[1] ?? Number.NaN));
    if (rtt !== undefined && !Number.isNaN(rtt))
      tally.answered(serial, 0, Number.isNaN(ttl) ? null : (ttl ?? null), rtt);
    else for (const error of reportedError(line)) tally.refused(serial, error);
  }
  const sendErrors = [...output.matchAll(/^ping: sendmsg: (.*)$/gm)].map(([, why = '']) => why);
  const unsent = sendErrors.length === 0 ? [] : likeliestUnsent(tally.unanswered(), sendErrors.length);
  for (const [index, serial] of unsent.entries()) tally.couldNotLeave(serial, sendErrors[index] ?? null);
  for (const serial of routeless.length === 0 ? [] : tally.unanswered()) {
    const leftAtMs = (serial - first) * intervalMs;
    const isAmid = ({ fromMs, toMs }: Span): boolean =>
      leftAtMs >= fromMs - STARTING_MS - intervalMs && leftAtMs <= toMs;
    if (routeless.some(isAmid)) tally.couldNotLeave(serial, 'ENETUNREACH');
  }
  // What ping counted as received, though it was not; it counts no duplicates.
  const notReceived = foreign.filter((line) => !line.includes('DUP!')).length;
  const received = Math.max(tally.received, Number(summary[2]) - notReceived);
  return { ...tally.result(waitedSinceMs ?? undefined), received };
}

/**
 * ping counts what the kernel refused as transmitted ("pretend we sent packet" in its source), and does not say which those were.
 * They come in a row: of the unanswered, the longest rows are taken first.
 */
function likeliestUnsent(unanswered: readonly number[], count: number): number[] {
  const rows: number[][] = [];
  for (const serial of unanswered) {
    const row = rows.at(-1);
    if (row !== undefined && row.at(-1) === serial - 1) row.push(serial);
    else rows.push([serial]);
  }
  return rows
    .sort((a, b) => b.length - a.length)
    .flat()
    .slice(0, count);
}

function reportedError(line: string): ReportedError[] {
  const from = /^From ([0-9a-f.:]+?)(?:%[\w.-]+)?:? (?:\(.*\) )?icmp_seq=/.exec(line)?.[1];
  const known = ERROR_TEXTS.find(([text]) => line.includes(text));
  return from && known ? [{ from, type: known[1], code: known[2] }] : [];
}

/** ping's own complaint; BusyBox prints a heading before it. */
function complaint(output: string): string {
  const lines = output.trim().split('\n');
  return lines.find((line) => line.startsWith('ping')) ?? lines[0] ?? 'ping printed nothing';
}
