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

/** Link-local addresses (RFC 4291 section 2.5.6) exist on every link: without an interface they name nobody. */
export function refuseScopeless(target: string, host: string, chosen: InterfaceFacts | null): void {
  if (!/^fe[89ab][0-9a-f]:/i.test(host) || chosen !== null) return;
  throw new UsageError(`${target} is a link-local address; say on which interface with -i`);
}

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
