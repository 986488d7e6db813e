// Hosts as people type them: names, IPv4 and IPv6 addresses, the latter with or without brackets.

import { canonicalIp, isIpAddress } from '../address/ip.ts';
import { parseIpv4 } from '../address/ipv4.ts';
import type { InterfaceFacts } from '../host.ts';
import { UsageError } from './usage.ts';

/** A name or an address as resolvers take it; null for anything that could be read as something else. */
export function parseHost(text: string): string | null {
  const bare = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  const isAddress = bare.includes(':') && !bare.includes('%') && isIpAddress(bare);
  const isName = /^(?!-)[A-Za-z0-9_.-]{1,253}$/.test(bare);
  const isNumeric = /^[\d.]+$/.test(bare);
  if (isAddress) return canonicalIp(bare);
  return isName && (!isNumeric || parseIpv4(bare) !== null) ? bare : null;
}

/** `fe80::1%eth0` as other programs write it: here the interface is said with -i. */
export function refuseZone(option: string, target: string): void {
  const zone = /%([\w.-]+)/.exec(target);
  if (zone === null) return;
  throw new UsageError(`${option} ${target}: write it without ${zone[0]} and give the interface with -i ${zone[1]}`);
}

/** Addresses that name no host, or none without an interface. @throws UsageError that says so */
export function refuseNobody(target: string, host: string, chosen: InterfaceFacts | null): void {
  // Link-local addresses (RFC 4291 section 2.5.6) exist on every link.
  if (/^fe[89ab][0-9a-f]:/i.test(host) && chosen === null) {
    throw new UsageError(`${target} is a link-local address; say on which interface with -i`);
  }
  refuseSpecial(target, host);
}

/** @throws UsageError that says whose an address is. */
export function refuseSpecial(target: string, host: string): void {
  const special = SPECIAL.find(([pattern]) => pattern.test(host));
  if (special !== undefined) throw new UsageError(`${target} ${special[1]}; give the address of one host`);
}

/** RFC 6890 and RFC 5771; RFC 4291 sections 2.5.2 and 2.7. */
const SPECIAL: readonly (readonly [RegExp, string])[] = [
  [/^(?:22[4-9]|23\d)(?:\.\d+){3}$|^ff[\da-f]{2}:/i, 'is a multicast address, which a group of machines has'],
  [/^255\.255\.255\.255$/, 'is the broadcast address, which all machines on the link have'],
  [/^0(?:\.\d+){3}$|^::$/, 'is nobody’s address'],
];

/** `host:port`. @throws UsageError that says what is wrong with it. */
export function parseEndpoint(option: string, target: string): { host: string; port: number } {
  const usage = (problem: string): UsageError => new UsageError(`${option} ${target}: ${problem}`);
  refuseZone(option, target);
  // A host without brackets holds no colon: what follows the first one is the port.
  const match = /^(\[[^\]]+\]|[^:[\]]+):([^:]*)$/.exec(target);
  const host = parseHost(match?.[1] ?? target);
  if (host === null) throw usage('not a host; write it like example.org:22 or [2001:db8::5]:22');
  if (!match?.[2]) {
    const written = host.includes(':') ? `[${host}]` : host;
    throw usage(`the port is missing; write it like ${written}:22`);
  }
  const port = /^\d{1,5}$/.test(match[2]) ? Number(match[2]) : 0;
  if (port < 1 || port > 65_535) throw usage(`the port must be a number from 1 to 65535, got ${match[2]}`);
  return { host, port };
}
