// Packets that come back to where they were.

/**
 * The same router at hops that are not neighbours. Behind a NAT that forwards to the host all routers answer in the host's name,
 * `hostAddress`.
 */
export function isLoop(
  hops: readonly { readonly hop: number; readonly addresses: readonly string[] }[],
  hostAddress: string,
): boolean {
  const seenAt = new Map<string, number>();
  for (const { hop, addresses } of hops) {
    for (const address of addresses.filter((each) => each !== hostAddress)) {
      if (hop - (seenAt.get(address) ?? hop) >= 2) return true;
      if (!seenAt.has(address)) seenAt.set(address, hop);
    }
  }
  return false;
}
