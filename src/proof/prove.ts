// What each claimant of one address is, by itself: who answers on the port, by which clock, with which SSH host key.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Mac } from '../address/mac.ts';
import { type Clock, deadline } from '../clock.ts';
import type { HostKey, SshIdentity } from '../ssh/index.ts';
import type { ClaimantPaths } from './claimant-paths.ts';
import { sameClock } from './clock-offset.ts';
import { collectEchoIds, type EchoId } from './echo-ids.ts';
import { knock, type PortAnswer, type PortOutcome } from './knock.ts';

export interface ClaimantAnswer {
  readonly mac: Mac;
  readonly outcome: PortOutcome;
  /**
   * Ethernet source of its answer; null when it was silent. Another MAC than `mac` sent what only `mac` was asked: it is
   * a second leg of the same machine, or a machine that `mac` forwards to (its TTL is lower then).
   */
  readonly answeredFrom: Mac | null;
  /** IP TTL of its answer, to the SYN or else to an echo request. */
  readonly ttl: number | null;
  /**
   * TCP timestamp (RFC 7323) of its SYN-ACK minus our time in ms when it came, mod 2^32, for sameClock(); null when it
   * sent none, or one that has nothing to do with a clock.
   */
  readonly clockOffset: number | null;
  /** SSH identification string, printable, at most 255 characters. */
  readonly banner: string | null;
  /** The key that it has proved to hold. */
  readonly hostKey: HostKey | null;
  /** IP identification of its echo replies, for sameCounter(); null when it replied to none. */
  readonly echoIds: readonly EchoId[] | null;
}

export interface ProofTarget {
  readonly ip: Ipv4;
  readonly macs: readonly Mac[];
  /** The one that the paths were opened for. */
  readonly port: number;
}

/** Everything together, whatever the claimants do. */
export const MOST_MS = 4000;
/** How long an open port may take to greet. */
const GREETING_MS = 1500;
/** The same where the greeting is good to know but the ports have decided: one accepts what another refuses. */
const GREETING_DECIDED_MS = 500;

/**
 * The answers in the order of `macs`. When `signal` aborts, at once what is known by then: claimants that have neither
 * answered nor been given their time are left out. @throws SystemError ENETDOWN when the interface goes down.
 */
export async function proveClaimants(
  paths: ClaimantPaths,
  target: ProofTarget,
  clock: Clock,
  signal: AbortSignal,
  random: () => number = Math.random,
): Promise<readonly ClaimantAnswer[]> {
  const { ip, macs } = target;
  using limit = deadline(clock, MOST_MS, signal);
  await paths.watch(ip, clock, limit.signal);
  const answers = await knock(paths.asker, target, macs, clock, random, signal);
  const outcomes = macs.map((mac) => answers.get(mac)?.outcome);
  const open = macs.filter((_, index) => outcomes[index] === 'open');
  const isDecided = outcomes.includes('open') && outcomes.includes('refused');
  const greetingMs = isDecided ? GREETING_DECIDED_MS : GREETING_MS;
  const [identities, echoes] = await Promise.all([
    identifyAll(paths, target, open, greetingMs, clock, limit.signal),
    collectEchoIds(paths.asker, ip, macs, clock, limit.signal),
  ]);
  const believed = clocksMatter(open, answers, identities)
    ? await steadyClocks(paths, target, open, answers, clock, random, limit.signal)
    : new Set(open);
  return macs.flatMap((mac): ClaimantAnswer[] => {
    const answer = answers.get(mac);
    if (answer === undefined) return [];
    const identity = identities.get(mac);
    const echo = echoes.get(mac);
    return [
      {
        mac,
        ...answer,
        ttl: answer.ttl ?? echo?.ttl ?? null,
        clockOffset: believed.has(mac) ? answer.clockOffset : null,
        banner: identity?.banner ?? null,
        hostKey: identity?.hostKey ?? null,
        echoIds: echo?.ids ?? null,
      },
    ];
  });
}

type Identities = ReadonlyMap<Mac, SshIdentity | null>;

async function identifyAll(
  paths: ClaimantPaths,
  { ip, port }: ProofTarget,
  macs: readonly Mac[],
  greetingMs: number,
  clock: Clock,
  signal: AbortSignal,
): Promise<Identities> {
  const identities = await Promise.all(macs.map((mac) => paths.identify(ip, mac, port, greetingMs, clock, signal)));
  return new Map(macs.map((mac, index) => [mac, identities[index] ?? null]));
}

/** Different clocks would decide: host keys do not, and the offsets are not those of one clock. */
function clocksMatter(open: readonly Mac[], answers: ReadonlyMap<Mac, PortAnswer>, identities: Identities): boolean {
  const keys = open.map((mac) => identities.get(mac)?.hostKey?.fingerprint ?? null);
  const keysDecide = new Set(keys).size === open.length && !keys.includes(null);
  return !keysDecide && open.some((mac) => !agrees(answers.get(mac), answers.get(open[0] as Mac)));
}

function agrees(a: PortAnswer | undefined, b: PortAnswer | undefined): boolean {
  const [offsetA, offsetB] = [a?.clockOffset ?? null, b?.clockOffset ?? null];
  return offsetA !== null && offsetB !== null && sameClock(offsetA, offsetB);
}

/**
 * The claimants whose clock reads the same in a second connection: some machines begin each connection's timestamps
 * anywhere, and then a difference would prove nothing. Asked only where it matters, because a firewall may count SYNs.
 */
async function steadyClocks(
  paths: ClaimantPaths,
  target: ProofTarget,
  open: readonly Mac[],
  answers: ReadonlyMap<Mac, PortAnswer>,
  clock: Clock,
  random: () => number,
  signal: AbortSignal,
): Promise<ReadonlySet<Mac>> {
  const again = await knock(paths.asker, target, open, clock, random, signal);
  return new Set(open.filter((mac) => agrees(answers.get(mac), again.get(mac))));
}
