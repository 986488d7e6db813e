// Targets as people type them: addresses, networks in CIDR notation, ranges, lists of these, and `self`.

import { cidrHosts, parseCidr } from '../address/cidr.ts';
import { type Ipv4, parseIpv4 } from '../address/ipv4.ts';
import { Ipv4Set, parseIpv4Range } from '../address/ipv4-set.ts';
import { type Mac, parseMac } from '../address/mac.ts';
import type { ExpectedOwners, TargetList } from './step.ts';
import { UsageError } from './usage.ts';

/** One entry of a list. `self` stands for the machine's own addresses, which only the plan knows. */
export interface Target {
  readonly text: string;
  readonly addresses: Ipv4Set | 'self';
  /** An address that was typed by itself, in contrast to one of many. */
  readonly named: boolean;
}

/** @throws UsageError naming the entry that is wrong, and the option it was given to. */
export function parseTargets(option: string, list: TargetList): Target[] {
  const isFile = list.lines.length !== 1 || list.lines[0] !== list.typed;
  const entries = list.lines.flatMap((line) => line.split(/[\s,]+/)).filter((entry) => entry !== '');
  if (entries.length === 0) throw new UsageError(`${option} ${list.typed}: nothing is listed there`);
  return entries.map((text) => {
    const addresses = text === 'self' ? 'self' : parseAddresses(option, text);
    const named = addresses === 'self' || (!isFile && addresses.size === 1);
    return { text, addresses, named };
  });
}

function parseAddresses(option: string, text: string): Ipv4Set {
  const address = parseIpv4(text);
  if (address !== null) {
    refuseImpossible(option, address);
    return Ipv4Set.of([address]);
  }
  const cidr = parseCidr(text);
  if (cidr !== null) return cidrHosts(cidr);
  const range = parseIpv4Range(text);
  if (range !== null) return new Ipv4Set([range]);
  throw new UsageError(`${option} ${text}: ${whatIsWrong(option, text)}`);
}

function refuseImpossible(option: string, address: Ipv4): void {
  const first = Number(address.split('.', 1)[0]);
  // RFC 1122 section 3.2.1.3, RFC 1112: "this" network, multicast, reserved, limited broadcast.
  if (first === 0 || first >= 224) throw new UsageError(`${option} ${address}: no host can have this address`);
}

function whatIsWrong(option: string, text: string): string {
  const withPort = /^([\d.]+):\d*$/.exec(text);
  if (withPort) return `an address has no port here; write ${option} ${withPort[1]}`;
  if (text.includes(':')) return 'duplicates are found by ARP, which is IPv4 only; give an IPv4 address';
  if (/^[\d.]+-[\d.]+$/.test(text)) return 'not a range; write it like 10.0.0.5-10.0.0.9 or 10.0.0.5-9';
  return 'not an IPv4 address, network or range; write it like 10.0.0.5, 10.0.0.0/24, 10.0.0.5-9, self or @file';
}

/** `10.0.0.5=aa:bb:cc:dd:ee:ff,…`, each address once or several times. @throws UsageError */
export function parseExpected(lists: readonly TargetList[]): ExpectedOwners {
  const owners = new Map<Ipv4, readonly Mac[]>();
  for (const line of lists.flatMap(({ lines }) => lines)) {
    const usage = (problem: string): UsageError =>
      new UsageError(`--expect ${line}: ${problem}; write it like 10.0.0.5=aa:bb:cc:dd:ee:01,aa:bb:cc:dd:ee:02`);
    const [left = '', right, ...rest] = line.split('=');
    const address = parseIpv4(left.trim());
    if (address === null || right === undefined || rest.length > 0) throw usage('not an address and its MACs');
    const macs = right
      .split(/[\s,]+/)
      .filter((text) => text !== '')
      .map((text) => {
        const mac = parseMac(text);
        if (mac === null) throw usage(`${text} is not a MAC`);
        return mac;
      });
    if (macs.length === 0) throw usage('no MAC is given');
    owners.set(address, [...new Set([...(owners.get(address) ?? []), ...macs])]);
  }
  return owners;
}
