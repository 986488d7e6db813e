// Targets as people type them: addresses, networks in CIDR notation, ranges, lists of these, and `self`.

import { type Cidr, cidrHosts, cidrRange, parseCidr } from '../address/cidr.ts';
import { type Ipv4, parseIpv4 } from '../address/ipv4.ts';
import { type Ipv4Range, Ipv4Set, parseIpv4Range, rangeOf } from '../address/ipv4-set.ts';
import { type Mac, parseMac } from '../address/mac.ts';
import type { TargetList } from './options.ts';
import type { ExpectedOwners } from './step.ts';
import { UsageError } from './usage.ts';

/** One entry of a list, or all of a file. `self` stands for the machine's own addresses, which only the plan knows. */
export interface Target {
  /** As it was typed. */
  readonly text: string;
  readonly addresses: Ipv4Set | 'self';
  /** An address that was typed by itself, in contrast to one of many. */
  readonly named: boolean;
}

/** "This" network, multicast, reserved and limited broadcast (RFC 1122 section 3.2.1.3, RFC 1112): nobody's addresses. */
const NOBODYS = new Ipv4Set([
  { first: 0, last: 0x00ff_ffff },
  { first: 0xe000_0000, last: 0xffff_ffff },
]);

/** What is shown of a word that is no target: a binary file has long ones. */
const MOST_SHOWN = 60;

/** @throws UsageError naming the entry that is wrong, and the option it was given to. */
export function parseTargets(option: string, list: TargetList): Target[] {
  const { entries, isFile, where } = entriesOf(option, list);
  const others = entries.filter((text) => text !== 'self');
  const self: Target[] = others.length < entries.length ? [{ text: 'self', addresses: 'self', named: true }] : [];
  // What is to be left out is left out whole: a smaller network's broadcast address may be a host of the larger one.
  const ofNetwork = option === '--exclude' ? cidrRange : hostRange;
  const parsed = others.map((text) => parseRange(where, text, ofNetwork));
  if (!isFile) return [...parsed.map((range, index) => alone(others[index] as string, range)), ...self];
  const all = new Ipv4Set(parsed).minus(NOBODYS);
  return all.size === 0 ? self : [{ text: list.typed, addresses: all, named: false }, ...self];
}

/** What a list holds, each entry by itself; `where` begins a message about one. @throws UsageError when it is empty. */
export function entriesOf(
  option: string,
  { typed, lines }: TargetList,
): { readonly entries: readonly string[]; readonly isFile: boolean; readonly where: string } {
  const isFile = lines.length !== 1 || lines[0] !== typed;
  const entries = lines.flatMap((line) => line.split(/[\s,]+/)).filter((entry) => entry !== '');
  if (entries.length === 0) throw new UsageError(`${option} ${typed}: nothing is listed there`);
  return { entries, isFile, where: isFile ? `${option} ${typed}:` : option };
}

function alone(text: string, range: Ipv4Range): Target {
  const addresses = new Ipv4Set([range]).minus(NOBODYS);
  return { text, addresses, named: addresses.size === 1 };
}

/** Without network and broadcast address. */
export function hostRange(network: Cidr): Ipv4Range {
  return cidrHosts(network).ranges[0] as Ipv4Range;
}

/** An address, a network or a range. @throws UsageError, whose message begins with `where`. */
export function parseRange(where: string, text: string, ofNetwork: (network: Cidr) => Ipv4Range): Ipv4Range {
  const wrong = (problem: string): UsageError => new UsageError(`${where} ${shortened(text)}: ${problem}`);
  const range = readRange(text, ofNetwork);
  if (range === null) throw wrong(whatIsWrong(text));
  const isNobodys = NOBODYS.ranges.some(({ first, last }) => first <= range.first && range.last <= last);
  if (isNobodys) throw wrong('no host can have this address');
  return range;
}

function readRange(text: string, ofNetwork: (network: Cidr) => Ipv4Range): Ipv4Range | null {
  const address = parseIpv4(text);
  if (address !== null) return rangeOf(address);
  const cidr = parseCidr(text);
  return cidr === null ? parseIpv4Range(text) : ofNetwork(cidr);
}

function shortened(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

function whatIsWrong(text: string): string {
  const withPort = /^([\d.]+):\d*$/.exec(text);
  if (withPort) return `an address has no port here; write ${withPort[1]}`;
  if (text.includes(':')) return 'duplicates are found by ARP, which is IPv4 only; give an IPv4 address';
  if (/^[\d.]+-[\d.]+$/.test(text)) return 'not a range; write it like 10.0.0.5-10.0.0.9 or 10.0.0.5-9';
  return 'not an IPv4 address, network or range; write it like 10.0.0.5, 10.0.0.0/24, 10.0.0.5-9, self or @file';
}

/** `10.0.0.5=aa:bb:cc:dd:ee:ff,…`, each address once or several times. @throws UsageError */
export function parseExpected(lists: readonly TargetList[]): ExpectedOwners {
  const owners = new Map<Ipv4, readonly Mac[]>();
  for (const line of lists.flatMap(({ lines }) => lines)) {
    const usage = (problem: string): UsageError =>
      new UsageError(
        `--expect ${shortened(line)}: ${problem}; write it like 10.0.0.5=aa:bb:cc:dd:ee:01,aa:bb:cc:dd:ee:02`,
      );
    const [left = '', right, ...rest] = line.split('=');
    const address = parseIpv4(left.trim());
    if (address === null || right === undefined || rest.length > 0) throw usage('not an address and its MACs');
    const macs = right
      .split(/[\s,]+/)
      .filter((text) => text !== '')
      .map((text) => {
        const mac = parseMac(text);
        if (mac === null) throw usage(`${shortened(text)} is not a MAC`);
        return mac;
      });
    if (macs.length === 0) throw usage('no MAC is given');
    owners.set(address, [...new Set([...(owners.get(address) ?? []), ...macs])]);
  }
  return owners;
}
