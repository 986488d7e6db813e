// --dup-ip <address|cidr>: which addresses are asked for, on which interface, in whose name and at what pace.

import { type Cidr, cidrHosts, cidrSize, formatCidr, parseCidr } from '../address/cidr.ts';
import { type Ipv4, ipv4ToUint32, parseIpv4, uint32ToIpv4 } from '../address/ipv4.ts';
import { type HostFacts, type InterfaceFacts, routeTo } from '../host.ts';
import type { ScanOptions, Step } from './step.ts';
import { skip, skipIfDown, UsageError } from './usage.ts';

const ROUNDS = 3;
const ROUND_INTERVAL_SECONDS = 0.3;
/** The sweep lengthens an interval by up to a quarter. */
const ROUND_JITTER = 1.25;
const LISTEN_SECONDS = 1.5;
/** Widest networks: what a polite rate gets through in a quarter of a minute, and what memory is set aside for. */
const WIDEST_POLITE_PREFIX = 16;
const WIDEST_PREFIX = 12;

export function planDupIp(target: string, options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step {
  const { addresses, sweep } = parseDupIpTarget(target, options);
  const found = chosen ?? interfaceFor(addresses, facts);
  if (found === null) {
    const router = routeTo(facts.routes, addresses[0] as Ipv4)?.gateway ?? null;
    return skip('dup-ip', target, notAttached(target, facts), offLinkHint(router));
  }
  refuseReserved(target, addresses, facts);
  const down = skipIfDown('dup-ip', target, found);
  if (down !== null) return down;
  if (!found.arp || found.mac === null) {
    return skip(
      'dup-ip',
      target,
      `interface ${found.name} does not speak ARP`,
      'choose an Ethernet or Wi-Fi one with -i',
    );
  }
  if (!facts.canOpenRawSockets) {
    const via = chosen === null ? '' : ` -i ${chosen.name}`;
    return skip('dup-ip', target, 'ARP needs root (CAP_NET_RAW)', `run: sudo netcheck --dup-ip ${target}${via}`);
  }
  const listenSeconds = options.waitSeconds ?? LISTEN_SECONDS;
  const ratePerSecond = options.rate === 'max' ? null : options.rate;
  const sendSeconds = ratePerSecond === null ? 0 : addresses.length / ratePerSecond;
  const roundSeconds = Math.max(ROUND_INTERVAL_SECONDS * ROUND_JITTER, sendSeconds);
  const asked = new Set(addresses);
  const local = found.addresses.find(({ network }) => formatCidr(network) === networkOf(addresses, network));
  return {
    check: 'dup-ip',
    target,
    addresses,
    sweep,
    interfaceName: found.name,
    interfaceIndex: found.index,
    senderMac: found.mac,
    senderIp: local?.ip ?? null,
    ownAddresses: facts.interfaces.flatMap((own) => own.addresses.map(({ ip }) => ip)).filter((ip) => asked.has(ip)),
    ownMacs: facts.interfaces.flatMap(({ mac, arp }) => (mac !== null && arp ? [mac] : [])),
    rounds: ROUNDS,
    roundIntervalSeconds: ROUND_INTERVAL_SECONDS,
    ratePerSecond,
    listenSeconds,
    worstCaseSeconds: roundSeconds * (ROUNDS - 1) + sendSeconds + listenSeconds,
  };
}

/** The network and broadcast address of an attached network belong to no host (RFC 1122 section 3.2.1.3). */
function refuseReserved(target: string, addresses: readonly Ipv4[], { interfaces }: HostFacts): void {
  const [address] = addresses;
  if (addresses.length > 1 || address === undefined) return;
  const own = interfaces.flatMap((each) => each.addresses);
  for (const { network } of own.filter((each) => each.network.prefixLength < 31)) {
    const broadcast = uint32ToIpv4(ipv4ToUint32(network.network) + cidrSize(network) - 1);
    const kind = address === network.network ? 'network' : address === broadcast ? 'broadcast' : null;
    if (kind === null) continue;
    throw new UsageError(
      `--dup-ip ${target}: this is the ${kind} address of ${formatCidr(network)}; give a host's address`,
    );
  }
}

function networkOf(addresses: readonly Ipv4[], network: Cidr): string {
  const parsed = parseCidr(`${addresses[0]}/${network.prefixLength}`);
  return parsed === null ? '' : formatCidr(parsed);
}

function parseDupIpTarget(target: string, options: ScanOptions): { addresses: readonly Ipv4[]; sweep: boolean } {
  const address = parseIpv4(target);
  if (address !== null) {
    const first = Number(address.split('.', 1)[0]);
    // RFC 1122 section 3.2.1.3, RFC 1112: "this" network, multicast, reserved, limited broadcast.
    if (first === 0 || first >= 224) throw new UsageError(`--dup-ip ${target}: no host can have this address`);
    return { addresses: [address], sweep: false };
  }
  const cidr = parseCidr(target);
  if (cidr !== null) {
    if (cidr.prefixLength < WIDEST_PREFIX) {
      throw new UsageError(`${target} is too wide to sweep; ask for a /${WIDEST_PREFIX} or narrower`);
    }
    if (cidr.prefixLength < WIDEST_POLITE_PREFIX && options.rate !== 'max') {
      throw new UsageError(
        `${target} is wider than a /${WIDEST_POLITE_PREFIX}; ask for a narrower network, or add --rate max if the LAN can take it`,
      );
    }
    const addresses = cidrHosts(cidr);
    return { addresses, sweep: addresses.length > 1 };
  }
  const withPort = /^([\d.]+):\d*$/.exec(target);
  if (withPort) throw new UsageError(`--dup-ip ${target}: an address has no port here; write --dup-ip ${withPort[1]}`);
  if (target.includes(':')) {
    throw new UsageError(`--dup-ip ${target}: duplicates are found by ARP, which is IPv4 only; give an IPv4 address`);
  }
  throw new UsageError(`--dup-ip ${target}: not an IPv4 address or network; write it like 10.0.0.5 or 10.0.0.0/24`);
}

/** The interface whose link the addresses are on: the one that holds them, or the routing table's. null: no such link. */
function interfaceFor(addresses: readonly Ipv4[], facts: HostFacts): InterfaceFacts | null {
  const ends = [addresses[0] as Ipv4, addresses.at(-1) as Ipv4];
  const holder = facts.interfaces.find(({ addresses: own }) => ends.every((end) => own.some(({ ip }) => ip === end)));
  if (holder) return holder;
  const [first, last] = ends.map((end) => routeTo(facts.routes, end));
  const onLink = first?.gateway === null && last?.gateway === null && first.interfaceName === last.interfaceName;
  return onLink ? (facts.interfaces.find(({ name }) => name === first.interfaceName) ?? null) : null;
}

function notAttached(target: string, facts: HostFacts): string {
  const networks = facts.interfaces
    .filter(({ arp, up }) => arp && up)
    .flatMap(({ name, addresses }) => addresses.map(({ network }) => `${formatCidr(network)} on ${name}`));
  const attached = networks.length === 0 ? 'no network' : networks.join(', ');
  return `${target} is not on a network that this machine is attached to (${attached}), and ARP does not cross routers`;
}

function offLinkHint(router: Ipv4 | null): string {
  const elsewhere = 'run netcheck on a machine in that network';
  return router === null ? elsewhere : `${elsewhere}, or check the router on the way: sudo netcheck --dup-ip ${router}`;
}
