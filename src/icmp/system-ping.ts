// Echo through the system's ping(8), by the ping package: for users without CAP_NET_RAW and where raw-socket is missing.

import { createRequire } from 'node:module';
import type { EchoMethod, EchoResult, ReportedError } from './echo.ts';

/** The part of ping 0.4 that is used here; its own types are a package apart and describe less than it returns. */
interface PingPackage {
  promise: {
    probe(address: string, config: Record<string, unknown>): Promise<{ output: string }>;
  };
}

/** ping(8) for ordinary users: shorter intervals are refused by older releases. */
const SHORTEST_INTERVAL_MS = 200;

/**
 * Rejects when there is no ping program, or when it printed no summary (then the message is ping's own). It can't be
 * stopped half-way: when `signal` aborts, the result is what a request that was never sent would give.
 */
export function systemPingEcho(interfaceName: string | null): EchoMethod {
  return async (request, _clock, signal) => {
    const { promise } = createRequire(import.meta.url)('ping') as PingPackage;
    // The package sets LANG alone, which LC_ALL overrides; the summary below is read in English.
    process.env.LC_ALL = 'C';
    const probing = promise.probe(request.address, {
      numeric: true,
      min_reply: request.count,
      timeout: Math.ceil(request.waitMs / 1000),
      extra: [
        '-i',
        String(Math.max(SHORTEST_INTERVAL_MS, request.intervalMs) / 1000),
        ...(interfaceName === null ? [] : ['-I', interfaceName]),
      ],
    });
    const aborted = new Promise<null>((resolve) => {
      if (signal.aborted) resolve(null);
      signal.addEventListener('abort', () => resolve(null), { once: true });
    });
    const answer = await Promise.race([probing, aborted]);
    if (answer === null) return { ...NOTHING, complete: false };
    const result = parsePingOutput(answer.output);
    if (result === null) throw new Error(complaint(answer.output));
    return result;
  };
}

const NOTHING: EchoResult = {
  sent: 0,
  received: 0,
  rttsMs: [],
  duplicates: 0,
  errors: [],
  sendError: null,
  complete: true,
};

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

/** Reads the output of iputils' or BusyBox's ping; null when it holds no summary. */
export function parsePingOutput(output: string): EchoResult | null {
  const summary = /(\d+) packets transmitted, (\d+) (?:packets )?received/.exec(output);
  if (!summary) return null;
  const lines = output.split('\n');
  const replies = lines.filter((line) => /seq=\d+ .*time=/.test(line));
  const rttsMs = replies
    .filter((line) => !line.includes('DUP!'))
    .map((line) => [/seq=(\d+)/, /time=([\d.]+)/].map((field) => Number(field.exec(line)?.[1])) as [number, number])
    .filter(([, rtt]) => !Number.isNaN(rtt))
    .sort(([a], [b]) => a - b)
    .map(([, rtt]) => rtt);
  return {
    ...NOTHING,
    sent: Number(summary[1]),
    received: Number(summary[2]),
    rttsMs,
    duplicates: replies.filter((line) => line.includes('DUP!')).length,
    errors: lines.flatMap(reportedError),
    sendError: /^ping: sendmsg: (.*)$/m.exec(output)?.[1] ?? null,
  };
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
