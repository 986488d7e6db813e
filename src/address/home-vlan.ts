// In which VLAN an address is at home, where claims on it were overheard in several: on a trunk all frames have a tag, and
// the same address in another VLAN is another network's.

/**
 * Ids are below this (IEEE 802.1Q: 12 bits). A VLAN within a carrier's is one number: the carrier's id times this, and its own: the same
 * id within another carrier's is another network.
 */
export const VLAN_IDS = 4096;

/**
 * The VLAN with the most claims, or the link itself (null): two that have an address in a VLAN are in conflict there, whoever
 * has it without a tag. Of equals it is the link, else the first.
 */
export function homeVlanOf(vlanIds: readonly (number | null)[]): number | null {
  const counts = new Map<number | null, number>([[null, 0]]);
  for (const id of vlanIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? null;
}
