// Hosts as people type them: names, IPv4 and IPv6 addresses, the latter with or without brackets.

import { parseIpv4 } from '../address/ipv4.ts';

/** A name or an address as resolvers take it; null for anything that could be read as something else. */
export function parseHost(text: string): string | null {
  const bare = /^\[(.+)\]$/.exec(text)?.[1] ?? text;
  const isAddress = /^[0-9a-fA-F:.]+(%[\w.-]+)?$/.test(bare) && bare.includes(':');
  const isName = /^(?!-)[A-Za-z0-9_.-]{1,253}$/.test(bare);
  const isNumeric = /^[\d.]+$/.test(bare);
  if (isAddress) return bare;
  return isName && (!isNumeric || parseIpv4(bare) !== null) ? bare : null;
}
