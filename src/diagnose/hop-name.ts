// A hop of a path in words.

import type { EvidenceOf } from '../evidence.ts';

type Path = EvidenceOf<'path'>;

/** `hop 2 (10.2.0.2)`; hop 0 is this machine, and `path` undefined where it was not measured. */
export function hopName(hop: number, path: Path | undefined): string {
  if (hop === 0) return 'this machine';
  const address = path?.hops.find(({ ttl }) => ttl === hop)?.addresses[0];
  if (address === undefined) return `hop ${hop}`;
  return address === path?.address ? `the host itself (${address})` : `hop ${hop} (${address})`;
}

/** The hop that has an address, in words; the bare address when it is none of the path's. */
export function hopOf(address: string, paths: readonly Path[]): string {
  for (const path of paths) {
    const found = path.hops.find(({ addresses }) => addresses.includes(address));
    if (found !== undefined) return hopName(found.ttl, { ...path, hops: [{ ...found, addresses: [address] }] });
  }
  return address;
}
