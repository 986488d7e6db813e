// Who is behind each MAC that claims a contested address, as evidence.

import { cidrContains } from '../address/cidr.ts';
import type { Clock } from '../clock.ts';
import type { EvidenceOf, Finding } from '../evidence.ts';
import type { DupIpStep } from '../plan/index.ts';
import { type ClaimantAnswer, type ClaimantPaths, proveClaimants, sameClock, sameCounter } from '../proof/index.ts';
import type { Opened } from './instruments.ts';
import type { Contest } from './rivals.ts';

type Comparison = EvidenceOf<'claimant-proof'>['clocks'];

/** Nothing when nobody is to be asked, and why not where nobody can be: then the claims must speak for themselves. */
export async function proveContest(
  { proofPort, interfaceName, senders, named, swept }: DupIpStep,
  { ip, macs }: Contest,
  paths: Opened<ClaimantPaths>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Finding[]> {
  const isReachable = senders.some(({ network }) => cidrContains(network, ip));
  if (proofPort === null || !isReachable) return [];
  if (!paths.ok) {
    const because = `nobody could be asked who they are (${paths.because})`;
    return [
      {
        kind: 'skipped',
        check: 'dup-ip',
        target: ip,
        because,
        hint: 'it takes root, or CAP_NET_RAW and CAP_NET_ADMIN',
      },
    ];
  }
  const answers = await proveClaimants(paths.value, { ip, macs, port: proofPort }, clock, signal);
  if (answers.length < 2) return [];
  const { markedConnections } = paths.value;
  return [
    {
      kind: 'claimant-proof',
      ip,
      sweep: named.has(ip) ? null : (swept?.label ?? null),
      interface: interfaceName,
      port: proofPort,
      linkLevelOnly: markedConnections.ok ? null : markedConnections.because,
      claimants: answers.map(({ echoIds, ...answer }) => ({
        ...answer,
        echoIds: echoIds === null ? null : echoIds.map(({ id }) => id),
      })),
      clocks: compare(
        answers,
        ({ clockOffset }) => clockOffset,
        (a, b) => (sameClock(a, b) ? 'same' : 'different'),
      ),
      counters: compare(answers, ({ echoIds }) => echoIds, sameCounter),
    },
  ];
}

/**
 * Whether it shows several machines, by what no machine has twice: then it matters no more who else answers. A counter that
 * they have in common speaks against everything else.
 */
export function showsSeveral({ claimants, clocks, counters }: Omit<EvidenceOf<'claimant-proof'>, 'id'>): boolean {
  const keys = new Set(claimants.flatMap(({ hostKey }) => (hostKey === null ? [] : [hostKey.fingerprint])));
  return counters === 'different' || (counters === 'unknown' && (clocks === 'different' || keys.size > 1));
}

/** `same` when all pairs are; `different` when one pair is; what is missing leaves it open. */
function compare<T>(
  answers: readonly ClaimantAnswer[],
  traitOf: (answer: ClaimantAnswer) => T | null,
  compareTwo: (a: T, b: T) => Comparison,
): Comparison {
  const traits = answers.map(traitOf);
  const known = traits.filter((trait) => trait !== null);
  const pairs = known.flatMap((a, index) => known.slice(index + 1).map((b) => compareTwo(a, b)));
  if (pairs.includes('different')) return 'different';
  return known.length === traits.length && pairs.every((pair) => pair === 'same') ? 'same' : 'unknown';
}
