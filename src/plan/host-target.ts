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
