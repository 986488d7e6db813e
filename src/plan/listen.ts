// --listen and --read: what the wire says by itself, now or in a capture.

import type { Ipv4 } from '../address/ipv4.ts';
import type { Ipv4Set } from '../address/ipv4-set.ts';
import type { Mac } from '../address/mac.ts';
import { type HostFacts, type InterfaceFacts, routeTo } from '../host.ts';
import { arpProblem } from './arp-problem.ts';
import { addressesIn, ownAddresses, ownMacs, type Share, unansweredOf } from './attach.ts';
import type { ScanOptions } from './options.ts';
import type { ReadStep, Step } from './step.ts';
import { parseExpected } from './targets.ts';
import { UsageError } from './usage.ts';

/** Listening for what --dup-ip names on one interface. */
export function planListen({ holder, named, swept, labels }: Share, options: ScanOptions, facts: HostFacts): Step {
  return listenStep(holder, labels.join(', '), named.union(swept), options, facts);
}

/** Listening for whatever is heard: on the interface that was chosen, or that leads to the internet, or the only one. */
export function planListenToAll(options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step {
  const holder = chosen ?? mainInterface(facts);
  if (holder === null) throw new UsageError('--listen: say on which interface with -i');
  return (
    arpProblem('listen', holder, holder.name, facts, options) ?? listenStep(holder, holder.name, null, options, facts)
  );
}

function listenStep(
  holder: InterfaceFacts,
  target: string,
  addresses: Ipv4Set | null,
  options: ScanOptions,
  facts: HostFacts,
): Step {
  const seconds = options.listenSeconds as number;
  const own = ownAddresses(facts, holder.mac as Mac);
  return {
    check: 'listen',
    target,
    addresses,
    interfaceName: holder.name,
    interfaceIndex: holder.index,
    ownMacs: ownMacs(facts),
    ownAddresses: own,
    ...unansweredOf(holder, own.keys()),
    expected: parseExpected(options.expect),
    seconds,
    worstCaseSeconds: seconds,
  };
}

function mainInterface({ interfaces, routes }: HostFacts): InterfaceFacts | null {
  const able = interfaces.filter(({ arp, up }) => arp && up);
  // An address nobody has (RFC 5737): its route is the default route.
  const route = routeTo(routes, '192.0.2.1' as Ipv4);
  const main = able.find(({ name }) => name === route?.interfaceName);
  return main ?? (able.length === 1 ? (able[0] as InterfaceFacts) : null);
}

/** A capture is read for the addresses that --dup-ip names, or for all that are in it. */
export function planRead(file: string, options: ScanOptions, facts: HostFacts): ReadStep {
  const named = addressesIn('--dup-ip', options.dupIp, facts);
  const wanted = named.minus(addressesIn('--exclude', options.exclude, facts));
  if (named.size > 0 && wanted.size === 0) throw new UsageError('--exclude leaves no address to look for');
  return {
    check: 'read',
    target: file,
    addresses: options.dupIp.length === 0 ? null : wanted,
    expected: parseExpected(options.expect),
  };
}
