// netcheck [user@]host[:port]: the checks that one would type to learn why sessions to a host drop. Own address and the
// host (or the gateway to it) by ARP, echo requests, the path with its MTU, and the idle timeout through the user's own ssh.

import { type Cidr, cidrContains, parseCidr } from '../address/cidr.ts';
import { type Ipv4, parseIpv4 } from '../address/ipv4.ts';
import { type HostFacts, type InterfaceFacts, routeTo } from '../host.ts';
import { type Destination, parseDestination } from './destination.ts';
import { planPort } from './idle-timeout.ts';
import type { Examination, ScanOptions, TargetList, Whereabouts } from './options.ts';
import { planPath } from './path.ts';
import { planPingHost } from './ping.ts';
import { planSshIdleTimeout } from './ssh-idle-timeout.ts';
import type { RouteTo, Step } from './step.ts';
import { skip } from './usage.ts';

const SSH_PORT = 22;
/** RFC 1122 section 3.2.1.3. */
const LOOPBACK = parseCidr('127.0.0.0/8') as Cidr;
/** With --quick everything is over by then, lookups included. */
const QUICK_SECONDS = 58;
/** After lookups that took nearly all of that. */
const LEAST_SECONDS = 5;
/** So long may nothing be said with --quick: both directions through sessions, or the one without a login. */
const QUICK_IDLE_SECONDS = { ssh: 20, tcp: 40 };

/** The options with what is asked by ARP among them. @throws UsageError */
export function withExamined(options: ScanOptions, facts: HostFacts): ScanOptions {
  const known = new Set(options.dupIp.map(({ typed }) => typed));
  const more = onTheLan(options, facts).filter(({ typed }) => !known.has(typed));
  return { ...options, dupIp: [...options.dupIp, ...more] };
}

/** The route to what is examined; undefined where it is this machine itself, and where the table that is read (IPv4) has none. */
export function routeToExamined({ examine, interfaceName }: ScanOptions, facts: HostFacts): RouteTo | undefined {
  const where = examine?.whereabouts;
  const address = where?.known ? parseIpv4(where.address) : null;
  if (!where?.known || address === null || isOwn(address, facts)) return undefined;
  const usable = facts.routes.filter((each) => interfaceName === null || each.interfaceName === interfaceName);
  const route = routeTo(usable, address);
  return route === null
    ? undefined
    : { host: where.host, address, interfaceName: route.interfaceName, gateway: route.gateway };
}

/** What the kernel delivers to itself, which /proc/net/route does not list (the table `local`, ip-route(8)). */
function isOwn(address: Ipv4, { interfaces }: HostFacts): boolean {
  return (
    cidrContains(LOOPBACK, address) || interfaces.some(({ addresses }) => addresses.some(({ ip }) => ip === address))
  );
}

/**
 * Whose duplicates would end the sessions: this machine's own address on the way, and the next one on it, which is the host
 * or its gateway. Nobody where ARP is not spoken (loopback, tunnels), and nobody is known where there is no address yet.
 */
function onTheLan(options: ScanOptions, facts: HostFacts): TargetList[] {
  const route = routeToExamined(options, facts);
  const out = facts.interfaces.find(({ name }) => name === route?.interfaceName);
  const addresses =
    route === undefined || out === undefined
      ? ownOnTheLan(options, facts)
      : out.arp
        ? [...out.addresses.map(({ ip }) => ip), route.gateway ?? route.address]
        : [];
  return addresses.map((address) => ({ typed: address, lines: [address] }));
}

/** This machine's own addresses in a LAN: the one that is examined, or, where nobody knows the way, all of them. */
function ownOnTheLan({ examine }: ScanOptions, { interfaces }: HostFacts): string[] {
  const where = examine?.whereabouts;
  const holders = interfaces.filter(({ arp, up }) => arp && up);
  const own = holders.flatMap(({ addresses }) => addresses.map(({ ip }) => ip as string));
  if (where?.known === false) return where.isOutOfReach ? own : [];
  return where?.known ? own.filter((ip) => ip === where.address) : [];
}

/** Echo requests, the path, and the idle timeout: through sessions where there can be any, else on the port as it is. @throws UsageError */
export function planExamined(options: ScanOptions, facts: HostFacts, chosen: InterfaceFacts | null): Step[] {
  const { examine } = options;
  if (examine === null) return [];
  const { typed, whereabouts } = examine;
  const destination = parseDestination('', typed);
  if (whereabouts?.known === false) {
    const { because, hint } = whereabouts;
    // Once, though it holds for echo requests too.
    return [skip('idle-timeout', typed, because, hint)];
  }
  const { host, port } = whereabouts ?? { host: destination.host, port: destination.port ?? SSH_PORT };
  const at = whereabouts === null ? {} : { address: whereabouts.address };
  const ping = planPingHost(host, host, true, options, facts, chosen);
  const mayBeSsh = speaksSsh(destination);
  const endpoint = { host, port, mayBeSsh, ...at };
  const bare = planPort(withPort(host, port), endpoint, quick(options, QUICK_IDLE_SECONDS.tcp), chosen);
  const plain = wanting(bare, options);
  const idle = mayBeSsh
    ? wanting(planSshIdleTimeout(typed, destination, quick(options, QUICK_IDLE_SECONDS.ssh), chosen, plain), options)
    : plain;
  // SYNs that are never completed need root; whole connections would be counted against us by sshd (PerSourcePenalties).
  const path = planPath(facts.canOpenRawSockets ? withPort(host, port) : host, options, facts, chosen);
  const asked = [ping, path].map((step) => (step.check === 'skipped' ? step : { ...step, ...at }));
  const steps = [...duplicatesOf(whereabouts), ...asked, idle];
  const longest = deadlineOf(options);
  return longest === undefined ? steps : steps.map((step) => within(longest, step));
}

/** When --quick is over, counted from the end of the lookups; undefined where nothing sets an end. */
export function deadlineOf({ examine, quick: isQuick }: ScanOptions): number | undefined {
  if (examine === null || !isQuick) return undefined;
  const spent = examine.whereabouts?.known ? examine.whereabouts.lookupSeconds : 0;
  return Math.max(QUICK_SECONDS - spent, LEAST_SECONDS);
}

/** What can't be asked by ARP is said, not left out; nobody else can have the address of loopback. */
function duplicatesOf(whereabouts: Whereabouts | null): Step[] {
  if (!whereabouts?.known || !whereabouts.address.includes(':') || whereabouts.address === '::1') return [];
  const because = 'duplicates are looked for by ARP, which is IPv4 only';
  return [skip('dup-ip', whereabouts.address, because, 'examine its IPv4 address, if it has one')];
}

/** What --quick leaves unasked is not ruled out by it. */
function wanting<S extends Step>(step: S, { maxIdleSeconds }: ScanOptions): S {
  const isShortened = 'maxIdleSeconds' in step && step.maxIdleSeconds < maxIdleSeconds;
  return isShortened ? { ...step, wantedIdleSeconds: maxIdleSeconds } : step;
}

function within(longestSeconds: number, step: Step): Step {
  if (!('worstCaseSeconds' in step)) return step;
  return { ...step, worstCaseSeconds: Math.min(step.worstCaseSeconds, longestSeconds) };
}

/** For --dry-run, which asks no name server. */
export function undecided({ typed }: Examination): string {
  return `ask by ARP (with root) for this machine's own address, and for ${typed} or the gateway to it, once its address is known`;
}

function quick(options: ScanOptions, seconds: number): ScanOptions {
  return options.quick ? { ...options, maxIdleSeconds: Math.min(options.maxIdleSeconds, seconds) } : options;
}

function withPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** A port that was named is somebody else's, unless somebody is to log in there. */
function speaksSsh({ user, port }: Destination): boolean {
  return user !== null || port === null || port === SSH_PORT;
}
