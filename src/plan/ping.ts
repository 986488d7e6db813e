// --ping <targets>: which hosts are asked by themselves and which in a sweep, how often, and by which means.

import { isIpAddress } from '../address/ip.ts';
import { parseIpv4 } from '../address/ipv4.ts';
import { type Ipv4Range, Ipv4Set, rangeOf } from '../address/ipv4-set.ts';
import { hostsOfIpv6Network } from '../address/ipv6-network.ts';
import type { HostFacts, InterfaceFacts } from '../host.ts';
import { addressesIn, refuseTooWide } from './attach.ts';
import { parseHost, refuseNobody, refuseZone } from './host-target.ts';
import type { ScanOptions, TargetList } from './options.ts';
import { chosenInterface, marking, methodOf } from './ping-means.ts';
import { planPingSweep } from './ping-sweep.ts';
import type { Step } from './step.ts';
import { entriesOf, hostRange, parseRange } from './targets.ts';
import { skipIfDown, UsageError } from './usage.ts';

const PING_COUNT = 10;
const PING_INTERVAL_SECONDS = 0.2;
/** Older releases of ping(8) refuse to send more often for ordinary users. */
const SHORTEST_BY_PROGRAM_SECONDS = 0.2;
/** Long enough for the slowest paths, and for the kernel to give up ARP and say that nobody is there (3 s in all). */
const PING_WAIT_SECONDS = 2;
/** Looking the name up, at worst. */
const RESOLVING_SECONDS = 15;

/** Hosts that are asked one by one, each with all its figures; more of them are a sweep. */
const MOST_HOSTS = 32;
/** The gateway is asked beside so many hosts, so that all of it together stays below what routers limit. */
const MOST_BESIDE = 8;

/** What was asked for, each host once. */
interface Asked {
  /** As they were typed. */
  readonly hosts: Map<string, string>;
  readonly ranges: { readonly label: string; readonly range: Ipv4Range }[];
  readonly networks6: { readonly label: string; readonly hosts: readonly string[] }[];
}

export function planPing(options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step[] {
  if (options.ping.length === 0) return [];
  const asked: Asked = { hosts: new Map(), ranges: [], networks6: [] };
  for (const list of options.ping) sortOut(list, chosen, asked);
  const { hosts } = asked;
  const excluded = addressesIn('--exclude', options.exclude, facts);
  for (const [host] of hosts) {
    const address = parseIpv4(host);
    if (address !== null && excluded.has(address)) hosts.delete(host);
  }
  sweepTheRest(asked);
  if (hosts.size > MOST_HOSTS) {
    throw new UsageError(
      `--ping: ${hosts.size} hosts are too many to be measured one by one; give at most ${MOST_HOSTS}, or IPv4 addresses, which are swept`,
    );
  }
  const swept = new Ipv4Set(asked.ranges.map(({ range }) => range)).minus(excluded);
  const labels = [...new Set(asked.ranges.map(({ label }) => label))].join(', ');
  if (hosts.size + swept.size + asked.networks6.length === 0) {
    throw new UsageError('--ping: no address is left to ask; look at what --exclude takes out');
  }
  refuseTooWide(labels, swept);
  return [
    ...[...hosts].map(([host, typed], index) => planPingHost(host, typed, index < MOST_BESIDE, options, facts, chosen)),
    ...(swept.size === 0 ? [] : [planPingSweep(labels, swept, options, facts, chosen)]),
    ...asked.networks6.map(({ label, hosts: list }) => planPingSweep(label, list, options, facts, chosen)),
  ];
}

/** @throws UsageError naming what is no target. */
function sortOut(list: TargetList, chosen: InterfaceFacts | null, { hosts, ranges, networks6 }: Asked): void {
  const { entries, isFile, where } = entriesOf('--ping', list);
  for (const text of entries) {
    refuseZone('--ping', text);
    const label = isFile ? list.typed : text;
    if (/^[\d.]+(\/\d*|-[\d.]*)$/.test(text)) {
      const range = parseRange(where, text, hostRange);
      if (range.first === range.last) hosts.set(new Ipv4Set([range]).at(0), text);
      else ranges.push({ label, range });
      continue;
    }
    if (/^[\da-f:.]*:[\da-f:.]*\//i.test(text)) {
      networks6.push({ label, hosts: ipv6Hosts(where, text) });
      continue;
    }
    const host = parseHost(text);
    if (host === null) {
      const example =
        'write a name, an address, a network or a range, like example.org, 10.0.0.5, 10.0.0.0/24 or 10.0.0.5-9';
      throw new UsageError(`${where} ${text}: not a host; ${example}`);
    }
    refuseNobody(text, host, chosen);
    if (!hosts.has(host)) hosts.set(host, text);
  }
}

function ipv6Hosts(where: string, text: string): readonly string[] {
  const network = hostsOfIpv6Network(text);
  if (network === null) throw new UsageError(`${where} ${text}: not an IPv6 network; write it like 2001:db8::/120`);
  if (network === 'too-wide') {
    throw new UsageError(
      `${where} ${text}: an IPv6 network this wide can't be swept in a lifetime; give a /116 or narrower, or the addresses themselves`,
    );
  }
  return network;
}

/** Of more hosts than can be told one by one, those with an IPv4 address are a sweep. */
function sweepTheRest({ hosts, ranges }: Asked): void {
  if (hosts.size <= MOST_HOSTS) return;
  for (const [host, typed] of hosts) {
    const address = parseIpv4(host);
    if (address === null) continue;
    hosts.delete(host);
    ranges.push({ label: typed === host ? 'the addresses given' : typed, range: rangeOf(address) });
  }
}

/** Echo requests to one host, as it was typed. */
export function planPingHost(
  host: string,
  target: string,
  besideGateway: boolean,
  options: ScanOptions,
  facts: HostFacts,
  chosen: InterfaceFacts | null,
): Step {
  const down = skipIfDown('ping', target, chosen);
  if (down !== null) return down;
  const waitSeconds = options.waitSeconds ?? PING_WAIT_SECONDS;
  const count = options.count ?? PING_COUNT;
  const method = methodOf(facts);
  const asked = options.intervalSeconds ?? PING_INTERVAL_SECONDS;
  const intervalSeconds = method === 'system-ping' ? Math.max(asked, SHORTEST_BY_PROGRAM_SECONDS) : asked;
  return {
    check: 'ping',
    target,
    host,
    ...chosenInterface(chosen),
    count,
    intervalSeconds,
    waitSeconds,
    ...marking(options),
    besideGateway,
    method,
    worstCaseSeconds: (isIpAddress(host) ? 0 : RESOLVING_SECONDS) + count * intervalSeconds + waitSeconds,
  };
}
