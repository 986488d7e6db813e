// A hop of a path in words.

import type { EvidenceOf } from '../evidence.ts';

type Path = EvidenceOf<'path'>;

/** `hop 2 (10.2.0.2)`; hop 0 is this machine, and `path` undefined where it was not measured. */
export function hopName(hop: number, path: Path | undefined): string {
  if (hop === 0) return 'this machine';
  const address = path?.hops.find(({ ttl }) => ttl === hop)?.addresses[0];
  return path === undefined || address === undefined ? `hop ${hop}` : named(hop, address, path);
}

/** The hop that has an address, in words; the bare address when it is none of the path's, or not of one hop alone. */
export function hopOf(address: string, paths: readonly Path[]): string {
  for (const path of paths) {
    const [found, ...others] = path.hops.filter(({ addresses }) => addresses.includes(address));
    if (found !== undefined && others.length === 0) return named(found.ttl, address, path);
  }
  return address;
}

function named(hop: number, address: string, path: Path): string {
  if (address !== path.address) return `hop ${hop} (${address})`;
  // Routers behind a NAT that forwards to the host answer in the host's name.
  const isHost = path.reached && hop === path.hops.at(-1)?.ttl;
  return isHost ? `the host itself (${address})` : `hop ${hop} (in the name of ${address})`;
}
