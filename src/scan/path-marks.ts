// Marked packets as evidence: what became of them, by ICMP and by TCP, and where a mark was changed.

import type { Finding } from '../evidence.ts';
import { compareMarks, followMarks, type MarkAtHop, type MarkedTally } from '../path/index.ts';
import { type PathRun, patience } from './path-run.ts';

/** No mark, and what OpenSSH marks interactive sessions with: AF21 from 7.8, EF from 10.1 on. */
const DSCPS = [0, 18, 46] as const;
const ROUNDS = 10;
const INTERVAL_MS = 40;

/** Nothing of a host that was not reached. @throws what the way of asking failed with. */
export async function scanMarks(run: PathRun): Promise<Finding[]> {
  const { step, address, ways, trace, clock, signal } = run;
  if (trace.distance === null || signal.aborted) return [];
  const waitMs = step.waitSeconds * 1000;
  const common = { dscps: DSCPS, rounds: ROUNDS };
  // A router is asked once for each mark, which leaves it enough errors for the trace.
  const following = followMarks(ways.echo, trace.hopsOnTheWay, DSCPS.slice(1), waitMs, signal);
  const intervalMs = ways.echoWay.method === 'raw-socket' ? INTERVAL_MS : step.intervalSeconds * 1000;
  const byIcmp = compareMarks(() => ways.echo, { ...common, intervalMs, waitMs, oneAtATime: false }, clock, signal);
  const { syn } = ways;
  const synWaitMs = patience(waitMs, trace.roundTripMs);
  const byTcp =
    syn === null
      ? Promise.resolve([])
      : compareMarks(syn, { ...common, intervalMs: INTERVAL_MS, waitMs: synWaitMs, oneAtATime: true }, clock, signal);
  const [icmp, tcp, followed] = await Promise.all([byIcmp, byTcp, following]);
  const told = { host: step.host, address, complete: !signal.aborted };
  const found: Finding[] = [];
  if (icmp.some(({ answered }) => answered > 0)) {
    const marks = { marks: tallies(icmp, followed), changes: changesOf(followed) };
    found.push({ kind: 'dscp-comparison', ...told, protocol: 'icmp', port: null, ...ways.echoWay, ...marks });
  }
  if (tcp.some(({ answered }) => answered > 0)) {
    const marks = { marks: tallies(tcp, []), changes: [] };
    found.push({ kind: 'dscp-comparison', ...told, protocol: 'tcp', port: step.port, ...ways.traceWay, ...marks });
  }
  return found;
}

function tallies(marks: readonly MarkedTally[], followed: readonly MarkAtHop[]) {
  return marks.map(({ dscp, sent, answered, refused, errors }) => {
    const reached = followed.filter(({ sentDscp, arrivedDscp }) => sentDscp === dscp && arrivedDscp !== null);
    const answeredUpToHop = reached.length === 0 ? null : Math.max(...reached.map(({ hop }) => hop));
    return { dscp, sent, answered, refused, errors: errors.map((error) => ({ ...error })), answeredUpToHop };
  });
}

/** Of each mark the first hop at which it was another one. */
function changesOf(followed: readonly MarkAtHop[]) {
  const changed = followed
    .flatMap(({ hop, sentDscp, arrivedDscp }) =>
      arrivedDscp === null || arrivedDscp === sentDscp ? [] : [{ sentDscp, hop, arrivedDscp }],
    )
    .sort((a, b) => a.sentDscp - b.sentDscp || a.hop - b.hop);
  return changed.filter(({ sentDscp }, index) => changed[index - 1]?.sentDscp !== sentDscp);
}
