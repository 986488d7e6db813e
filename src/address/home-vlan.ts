// In which VLAN an address is at home, where claims on it were overheard in several: on a trunk all frames have a tag, and
// the same address in another VLAN is another network's.

/** The link itself (null) where any claim came without a tag, else the VLAN with the most claims, of these the first. */
export function homeVlanOf(vlanIds: readonly (number | null)[]): number | null {
  const counts = new Map<number, number>();
  for (const id of vlanIds) {
    if (id === null) return null;
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  let home: number | null = null;
  for (const [id, count] of counts) if (home === null || count > (counts.get(home) ?? 0)) home = id;
  return home;
}
