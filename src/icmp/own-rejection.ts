// Who says of a packet that it can't be delivered: a router, or this machine's own firewall, by a rule that rejects.

/**
 * Whether this machine's own firewall says so, and not the network. `ownAddress` is that which the packet carried; null: not
 * known. The kernel itself says from there that nobody answers ARP (RFC 792 type 3 code 1; RFC 4443 type 1 code 3), and how large a
 * packet may be (RFC 1191 type 3 code 4), which is no refusal.
 */
export function isOwnRejection(
  { from, type, code }: { readonly from: string | null; readonly type: number; readonly code: number },
  ownAddress: string | null,
): boolean {
  if (from === null || from !== ownAddress) return false;
  return from.includes(':') ? type === 1 && code !== 3 : type === 3 && code !== 1 && code !== 4;
}
