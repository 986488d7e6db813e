// What a report is about: evidence that speaks of one host or one network belongs together, under the name it was typed by.

import { isIpAddress } from '../address/ip.ts';
import type { Evidence, EvidenceOf } from '../evidence.ts';

export interface Subject {
  readonly kind: 'host' | 'network';
  /** A name where one was typed, else the address; networks, ranges and files as they were typed. */
  readonly label: string;
  /** IPv4 or IPv6 address; null for a network, and for a name that was never resolved. */
  readonly address: string | null;
  /** Addresses of this network that are subjects of their own, and get their verdicts there. */
  readonly apart: ReadonlySet<string>;
  readonly evidence: readonly Evidence[];
}

/**
 * Subjects in the order of their labels. Evidence about the machine itself belongs to every host. A host of several names goes by
 * the first that the evidence, in the order of its ids, has for it.
 */
export function subjectsOf(unsorted: readonly Evidence[]): Subject[] {
  // Sorted once, so that no rule can depend on what happened to come first.
  const evidence = unsorted.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const addressOf = new Map<string, string>();
  for (const item of evidence) {
    if (!('host' in item) || item.kind === 'ssh-client-settings' || item.kind === 'ssh-server-settings') continue;
    const known = addressOf.get(item.host);
    const address = item.kind === 'idle-enforcer' ? item.peerAddress : item.address;
    // One run resolves a name once; a merged report may not have: then the choice must not depend on the order.
    if (known === undefined || address < known) addressOf.set(item.host, address);
  }
  const everywhere = evidence.filter((item) => item.kind === 'kernel-keepalive');
  const groups = new Map<string, { names: Set<string>; evidence: Evidence[] }>();
  for (const item of evidence) {
    const name = nameOf(item);
    if (name === null) continue;
    const key = addressOf.get(name) ?? name;
    const group = groups.get(key) ?? { names: new Set(), evidence: [] };
    groups.set(key, group);
    group.names.add(name);
    group.evidence.push(item);
  }
  // What a sweep heard of an address that was also asked about by itself belongs to both.
  for (const item of evidence) {
    const isOfSweep = (item.kind === 'arp-claims' || item.kind === 'claimant-proof') && item.sweep !== null;
    if (isOfSweep) groups.get(item.ip)?.evidence.push(item);
  }
  // What happens to a gateway happens to those behind it.
  for (const item of evidence) {
    if (item.kind === 'route' && item.gateway !== null) groups.get(item.gateway)?.evidence.push(item);
  }
  const apart = new Set([...groups.keys()].filter(isIpAddress));
  return [...groups]
    .map(([key, group]): Subject => {
      const label = [...group.names].find((name) => name !== key) ?? key;
      const kind = group.evidence.some((item) => isOfNetwork(item, key)) ? 'network' : 'host';
      const address = isIpAddress(key) ? key : null;
      return { kind, label: pasteable(label, kind), address, apart, evidence: [...group.evidence, ...everywhere] };
    })
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

/** The command that measures an idle timeout once more, through the same sessions where there were any. */
export function idleAgain({ label }: Subject, { login, port }: EvidenceOf<'idle-timeout'>): string {
  return `netcheck --idle-timeout ${login === undefined || login === null ? withPort(label, port) : pasteable(login, 'host')}`;
}

/**
 * Names stand in commands that somebody will paste into a shell, perhaps with sudo before them, and those of a report from
 * elsewhere are its author's. No host is called by what a shell would act on, nor by what a program would take for an option.
 */
function pasteable(name: string, kind: Subject['kind']): string {
  const plain = name.replaceAll(/[^\p{L}\p{M}\p{N}._:%@/[\],+=~… -]/gu, '_');
  return plain.replaceAll(kind === 'host' ? ' ' : / (?=-)/g, '_').replace(/^-(?=.)/, '_');
}

/** What the evidence speaks of, as it was typed; null when that is the whole machine. */
function nameOf(item: Evidence): string | null {
  switch (item.kind) {
    case 'arp-claims':
    case 'claimant-proof':
      return item.sweep ?? item.ip;
    case 'arp-sweep':
    case 'echo-sweep':
      return item.target;
    case 'echo':
    case 'path':
    case 'path-mtu':
    case 'dscp-comparison':
    case 'tcp-connect':
    case 'idle-timeout':
    case 'idle-enforcer':
    case 'keepalive-trial':
    case 'ssh-client-settings':
    case 'ssh-server-settings':
    case 'ssh-server-keepalive':
    case 'route':
    case 'udp-ports':
      return item.host;
    case 'skipped':
      return item.check === 'idle-timeout' || item.check === 'path' ? hostOf(item.target) : item.target;
    case 'kernel-keepalive':
      return null;
  }
}

/** Speaks of many addresses, which go by `name`: a sweep, a part of one, or one that could not be made. */
function isOfNetwork(item: Evidence, name: string): boolean {
  if (item.kind === 'arp-claims' || item.kind === 'claimant-proof') return item.sweep === name;
  if (item.kind !== 'skipped') return item.kind === 'arp-sweep' || item.kind === 'echo-sweep';
  if (item.check === 'ping') return /[/,@]|^[\d.]+-|^-$/.test(item.target);
  return item.check === 'read' || item.check === 'listen' || (item.check === 'dup-ip' && !isIpAddress(item.target));
}

function hostOf(endpoint: string): string {
  const host = endpoint.slice(endpoint.lastIndexOf('@') + 1);
  return host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
}

/** `host:port`, with brackets around an IPv6 address (RFC 3986). */
export function withPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
