// Packets that come back to where they were.

/** Twice is a way that leads through one router on both sides of a firewall, or one that grew longer meanwhile. */
const TIMES = 3;

/**
 * The same router at so many hops that are not neighbours. Behind a NAT that forwards to the host all routers answer in the host's
 * name, `hostAddress`.
 */
export function isLoop(
  hops: readonly { readonly hop: number; readonly addresses: readonly string[] }[],
  hostAddress: string,
): boolean {
  const seen = new Map<string, { readonly lastHop: number; readonly times: number }>();
  for (const { hop, addresses } of hops) {
    for (const address of addresses.filter((each) => each !== hostAddress)) {
      const { lastHop, times } = seen.get(address) ?? { lastHop: Number.NEGATIVE_INFINITY, times: 0 };
      if (hop - lastHop < 2) continue;
      if (times + 1 === TIMES) return true;
      seen.set(address, { lastHop: hop, times: times + 1 });
    }
  }
  return false;
}
