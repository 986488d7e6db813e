// --ping of a network: how many at a time, how often, and whether it may be asked for at all.

import { Ipv4Set } from '../address/ipv4-set.ts';
import type { HostFacts, InterfaceFacts } from '../host.ts';
import type { ScanOptions } from './options.ts';
import { chosenInterface, marking, methodOf } from './ping-means.ts';
import type { Step } from './step.ts';
import { skip, skipIfDown, UsageError } from './usage.ts';

const WAIT_SECONDS = 1;
/** Every request of a host is kept as a bit. */
const MOST_COUNT = 20;
/** Widest sweep that a polite rate gets through in a quarter of a minute. */
const MOST_POLITE = 2 ** 16;
/** The system's ping is a process for each host. */
const MOST_BY_PROGRAM = 1024;
const AT_ONCE_BY_PROGRAM = 32;
/** At most as fast are rounds that make up for answers that were lost unread, and so many of them there may be. */
const CAREFUL_RATE_PER_SECOND = 5000;
const EXTRA_ROUNDS = 2;
/** A neighbour table that stays full. */
const STALL_SECONDS = 10;

/** `hosts`: IPv4 addresses, or IPv6 ones listed. @throws UsageError */
export function planPingSweep(
  target: string,
  hosts: Ipv4Set | readonly string[],
  options: ScanOptions,
  facts: HostFacts,
  chosen: InterfaceFacts | null,
): Step {
  const down = skipIfDown('ping', target, chosen);
  if (down !== null) return down;
  const size = hosts instanceof Ipv4Set ? hosts.size : hosts.length;
  const ratePerSecond = options.rate === 'max' ? null : options.rate;
  if (options.count !== null && options.count > MOST_COUNT) {
    throw new UsageError(
      `--count ${options.count}: a sweep asks each address at most ${MOST_COUNT} times; ${target} is one`,
    );
  }
  if (size > MOST_POLITE && ratePerSecond !== null) {
    throw new UsageError(
      `${target} is wider than a /16; ask for a narrower network, or add --rate max if the network can take it`,
    );
  }
  const method = methodOf(facts);
  if (method === 'system-ping' && size > MOST_BY_PROGRAM) {
    const because = `${size} addresses are too many for the system's ping, which is a program for each of them`;
    return skip('ping', target, because, 'run with sudo, or ask for at most 1024 addresses');
  }
  const waitSeconds = options.waitSeconds ?? WAIT_SECONDS;
  const rounds = options.count ?? options.rounds;
  const sendSeconds = size / Math.min(ratePerSecond ?? CAREFUL_RATE_PER_SECOND, CAREFUL_RATE_PER_SECOND);
  const byProgramSeconds = Math.ceil(size / AT_ONCE_BY_PROGRAM) * (rounds + waitSeconds);
  return {
    check: 'ping-sweep',
    target,
    hosts,
    ...chosenInterface(chosen),
    rounds,
    repeatAnswered: options.count !== null,
    ratePerSecond,
    waitSeconds,
    ...marking(options),
    method,
    worstCaseSeconds:
      method === 'system-ping'
        ? byProgramSeconds
        : (rounds + EXTRA_ROUNDS) * (sendSeconds + waitSeconds) + STALL_SECONDS,
  };
}
